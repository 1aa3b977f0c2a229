//! `launchway docker`: what a local build finds under the name `docker`.

use std::error::Error;
use std::io::Read;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::arguments::key_and_value;
use crate::console::Console;
use crate::containers::Docker;

/// What the local `docker` takes.
#[derive(Debug, Args)]
pub struct DockerArguments {
    /// Where images are pushed to.
    #[arg(long, env = "LAUNCHWAY_IMAGES", value_name = "FOLDER")]
    pub images: PathBuf,
    /// Where the build's own images and logins are kept; a build without privileges has no such place.
    #[arg(long, env = "LAUNCHWAY_DOCKER", value_name = "FOLDER")]
    pub home: Option<PathBuf>,
    /// Print what this is.
    #[arg(long, short = 'v')]
    pub version: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<DockerCommand>,
}

/// The commands that a buildspec needs.
#[derive(Debug, Subcommand)]
pub enum DockerCommand {
    /// Build an image.
    Build {
        /// A name of the image (repeatable).
        #[arg(long = "tag", short = 't', value_name = "NAME")]
        tags: Vec<String>,
        /// The Dockerfile; the context's `Dockerfile` unless given.
        #[arg(long, short = 'f', value_name = "FILE")]
        file: Option<PathBuf>,
        /// The value of an `ARG` (repeatable).
        #[arg(long = "build-arg", value_name = "NAME=VALUE", value_parser = key_and_value)]
        arguments: Vec<(String, String)>,
        /// Look for a newer base image. There is none here at all.
        #[arg(long)]
        pull: bool,
        /// The folder with the files to copy.
        context: PathBuf,
    },
    /// Give a local image another name.
    Tag {
        /// Its name.
        source: String,
        /// The other one.
        target: String,
    },
    /// Push an image to ECR.
    Push {
        /// Its name, with the registry.
        name: String,
    },
    /// Log in to a registry of ECR.
    Login {
        /// The user, which is AWS.
        #[arg(long, short)]
        username: String,
        /// Read the password from standard input. There is no other way here.
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The registry.
        registry: String,
    },
}

/// Carries out a command; false when it could not be done.
pub(super) fn docker(arguments: DockerArguments, console: &Console) -> Result<bool, Box<dyn Error>> {
    let Some(command) = arguments.command else {
        if arguments.version {
            console.print(concat!("Docker as Launchway ", env!("CARGO_PKG_VERSION"), " stands in for it"));
            return Ok(true);
        }
        return Err("docker: give a command: build, tag, push or login".into());
    };
    let Some(home) = arguments.home else {
        console.note("Cannot connect to the Docker daemon: the CodeBuild project needs Environment.PrivilegedMode");
        return Ok(false);
    };
    let docker = Docker::new(&home, arguments.images);
    match carry_out(&docker, command, console) {
        Ok(()) => Ok(true),
        Err(error) => {
            console.note(error);
            Ok(false)
        }
    }
}

fn carry_out(docker: &Docker, command: DockerCommand, console: &Console) -> Result<(), Box<dyn Error>> {
    match command {
        DockerCommand::Build { tags, file, arguments, pull: _, context } => {
            let image = docker.build(&context, file.as_deref(), &arguments.into_iter().collect(), &tags)?;
            console.print(format_args!("Successfully built {}", image.digest()));
            for tag in tags {
                console.print(format_args!("Successfully tagged {tag}"));
            }
        }
        DockerCommand::Tag { source, target } => docker.tag(&source, &target)?,
        DockerCommand::Push { name } => {
            let image = docker.push(&name)?;
            console.print(format_args!("{name}: digest: {}", image.digest()));
        }
        DockerCommand::Login { username, password_stdin: _, registry } => {
            let mut password = String::new();
            std::io::stdin().read_to_string(&mut password)?;
            docker.login(&registry, &username, &password)?;
            console.print("Login Succeeded");
        }
    }
    Ok(())
}
