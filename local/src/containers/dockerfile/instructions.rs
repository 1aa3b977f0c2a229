//! What each instruction does to the image.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::lines::Line;
use super::recipe::{Copy, Reading};
use super::words::words;
use crate::archive::relative;

impl Reading<'_> {
    /// Carries out one instruction. The error says what is wrong with it, without the line.
    pub(super) fn apply(&mut self, line: &Line) -> Result<(), String> {
        let instruction = line.instruction.as_str();
        if !self.has_base && !matches!(instruction, "FROM" | "ARG") {
            return Err(format!("{instruction} stands before FROM"));
        }
        match instruction {
            "FROM" => self.base(&line.rest),
            "ARG" => self.argument(&line.rest),
            "ENV" => {
                let pairs = self.pairs("ENV", &line.rest)?;
                self.recipe.config.environment.extend(pairs);
                Ok(())
            }
            "LABEL" => {
                let pairs = self.pairs("LABEL", &line.rest)?;
                self.recipe.config.labels.extend(pairs);
                Ok(())
            }
            "WORKDIR" => self.working_dir(&line.rest),
            "COPY" => self.copy(line),
            "EXPOSE" => self.expose(&line.rest),
            "USER" => {
                self.recipe.config.user = Some(self.one("USER", &line.rest)?);
                Ok(())
            }
            "ENTRYPOINT" => {
                self.recipe.config.entrypoint = exec_form("ENTRYPOINT", &line.rest)?;
                // The base image's command does not follow another entrypoint; a command of this file does.
                Ok(())
            }
            "CMD" => {
                self.recipe.config.command = exec_form("CMD", &line.rest)?;
                Ok(())
            }
            "RUN" => Err(format!(
                "the local docker runs no RUN instructions: make the files before `docker build` and COPY them (RUN {})",
                line.rest
            )),
            other => Err(format!("the local docker does not know the instruction {other}")),
        }
    }

    fn base(&mut self, rest: &str) -> Result<(), String> {
        if self.has_base {
            return Err("a second FROM: the local docker builds images of one stage".to_owned());
        }
        self.recipe.config.base = self.one("FROM", rest)?;
        self.has_base = true;
        // Arguments from before FROM are outside of the stage.
        self.arguments.clear();
        "/".clone_into(&mut self.recipe.config.working_dir);
        Ok(())
    }

    fn argument(&mut self, rest: &str) -> Result<(), String> {
        for word in words(rest, &self.variables())? {
            let (name, default) = match word.split_once('=') {
                Some((name, default)) => (name, Some(default)),
                None => (word.as_str(), None),
            };
            check_name("ARG", name)?;
            self.asked.push(name.to_owned());
            if let Some(value) = self.given.get(name).map(String::as_str).or(default) {
                self.arguments.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(())
    }

    fn working_dir(&mut self, rest: &str) -> Result<(), String> {
        let path = self.one("WORKDIR", rest)?;
        let inside = self.inside("WORKDIR", &path)?;
        self.recipe.config.working_dir = Path::new("/").join(&inside).display().to_string();
        self.recipe.folders.push(inside);
        Ok(())
    }

    fn copy(&mut self, line: &Line) -> Result<(), String> {
        if line.rest.starts_with('[') {
            return Err("COPY [...]: write the paths without brackets, in quotes when they have spaces".to_owned());
        }
        let (mut owner, mut mode, mut paths) = (None, None, Vec::new());
        for word in words(&line.rest, &self.variables())? {
            if let Some(value) = word.strip_prefix("--chown=") {
                owner = Some(value.to_owned());
            } else if let Some(value) = word.strip_prefix("--chmod=") {
                let octal = u32::from_str_radix(value, 8).ok().filter(|mode| *mode <= 0o7777);
                mode = Some(octal.ok_or_else(|| format!("COPY --chmod={value}: write the mode as an octal number"))?);
            } else if word.starts_with("--") {
                return Err(format!("COPY {word}: the local docker knows --chown and --chmod"));
            } else if word.starts_with("<<") {
                return Err(format!("COPY {word}: the local docker knows no here-documents"));
            } else {
                paths.push(word);
            }
        }
        let Some(destination) = paths.pop().filter(|_| !paths.is_empty()) else {
            return Err("COPY needs a source and a destination".to_owned());
        };
        let mut sources = Vec::new();
        for source in &paths {
            if source.contains(['*', '?', '[']) {
                return Err(format!("COPY {source}: the local docker knows no wildcards, name the file or its folder"));
            }
            sources.push(relative(source).ok_or_else(|| format!("COPY {source}: it is outside the context"))?);
        }
        let inside = self.inside("COPY", &destination)?;
        let into_folder = destination.ends_with('/') || matches!(destination.as_str(), "." | "..");
        if sources.len() > 1 && !into_folder {
            return Err(format!("COPY with several sources: end the destination {destination} with a slash"));
        }
        if let Some(owner) = owner {
            self.recipe.config.owners.insert(Path::new("/").join(&inside).display().to_string(), owner);
        }
        self.recipe.copies.push(Copy { line: line.number, sources, destination: inside, into_folder, mode });
        Ok(())
    }

    fn expose(&mut self, rest: &str) -> Result<(), String> {
        for port in words(rest, &self.variables())? {
            let (number, protocol) = port.split_once('/').unwrap_or((&port, "tcp"));
            if number.parse::<u16>().is_err() || !matches!(protocol, "tcp" | "udp") {
                return Err(format!("EXPOSE {port}: write a port such as 8080 or 8080/tcp"));
            }
            self.recipe.config.exposed_ports.push(format!("{number}/{protocol}"));
        }
        Ok(())
    }

    /// What may be named with a dollar sign now: arguments, and over them the environment.
    fn variables(&self) -> BTreeMap<String, String> {
        let mut variables = self.arguments.clone();
        variables.extend(self.recipe.config.environment.clone());
        variables
    }

    fn one(&self, instruction: &str, rest: &str) -> Result<String, String> {
        match words(rest, &self.variables())?.as_slice() {
            [word] if !word.is_empty() => Ok(word.clone()),
            _ => Err(format!("{instruction} {rest}: the local docker takes exactly one word here")),
        }
    }

    fn pairs(&self, instruction: &str, rest: &str) -> Result<Vec<(String, String)>, String> {
        let mut pairs = Vec::new();
        // The words see the environment from before the instruction.
        for word in words(rest, &self.variables())? {
            let Some((name, value)) = word.split_once('=') else {
                return Err(format!("{instruction} {word}: write NAME=VALUE, in quotes when the value has spaces"));
            };
            if instruction == "ENV" {
                check_name(instruction, name)?;
            }
            pairs.push((name.to_owned(), value.to_owned()));
        }
        if pairs.is_empty() { Err(format!("{instruction} without NAME=VALUE")) } else { Ok(pairs) }
    }

    /// A path of the image, seen from its working folder, inside its root.
    fn inside(&self, instruction: &str, path: &str) -> Result<PathBuf, String> {
        let whole = Path::new(&self.recipe.config.working_dir).join(path);
        let inside = whole.to_str().and_then(relative);
        inside.ok_or_else(|| format!("{instruction} {path}: write the path without `..`"))
    }
}

fn exec_form(instruction: &str, rest: &str) -> Result<Vec<String>, String> {
    let list: Result<Vec<String>, _> = serde_json::from_str(rest);
    list.map_err(|_| {
        format!("{instruction} {rest}: the local docker has no shell, write the exec form [\"program\", \"argument\"]")
    })
}

fn check_name(instruction: &str, name: &str) -> Result<(), String> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain && !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit()) {
        Ok(())
    } else {
        Err(format!("{instruction} {name}: a name is letters, digits and underscores"))
    }
}
