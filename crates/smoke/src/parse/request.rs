//! `METHOD path-or-url`.

use http::{Method, Uri};

use super::place::{Context, Place};
use crate::exchange::{Host, Origin, encode_literal};
use crate::suite::Target;
use crate::template::Template;

const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// Method, target, and the line as the suite has it.
pub(super) fn line(context: &mut Context, place: &Place<'_>, hosts: &[Host]) -> Option<(Method, Target, String)> {
    let text = place.text(context, "request")?.trim();
    let Some((method, target)) = text.split_once(char::is_whitespace) else {
        place.problem(context, format!("a request is a method and a path, such as GET /health, and this is {text:?}"));
        return None;
    };
    let known = METHODS.iter().find(|known| known.as_str() == method).cloned();
    if known.is_none() {
        let names: Vec<&str> = METHODS.iter().map(Method::as_str).collect();
        let hint = match names.iter().find(|name| name.eq_ignore_ascii_case(method)) {
            Some(name) => format!("did you mean {name:?}?"),
            None => format!("allowed: {}", names.join(", ")),
        };
        place.problem(context, format!("unknown method {method:?}; {hint}"));
    }
    let template = place.template_of(context, target.trim())?;
    let label = format!("{method} {}", template.source());
    let target = match target_of(template, hosts) {
        Ok(target) => target,
        Err(message) => {
            place.problem(context, message);
            return None;
        }
    };
    Some((known?, target, label))
}

fn target_of(template: Template, hosts: &[Host]) -> Result<Target, String> {
    let start = template.literal_start();
    if start.starts_with('/') {
        check_path(&template)?;
        return Ok(Target::Path(template));
    }
    let Some(host) = start.find("://").map(|at| at + 3) else {
        return Err(format!(
            "a path begins with \"/\" and a URL with http:// or https://, and this is {:?}",
            template.source()
        ));
    };
    let end = start[host..].find(['/', '?']).map(|at| host + at);
    if end.is_none() && template.has_names() {
        return Err("the host of a URL has to be written out; templates are for what follows it".to_owned());
    }
    let end = end.unwrap_or(start.len());
    let uri: Uri = start[..end].parse().map_err(|_| "what follows the method is not a URL".to_owned())?;
    // What stands before an @ may be a password, and goes into no message.
    let shown = start[..end].rsplit('@').next().unwrap_or_default();
    let origin = Origin::of(&uri).map_err(|reason| format!("the URL {shown:?} {reason}"))?;
    if !hosts.iter().any(|host| host.holds(&origin)) {
        let host = origin.authority();
        return Err(format!("the host {host:?} is not in allow_hosts; write a path, or allow the host"));
    }
    let path = template.without_start(end);
    check_path(&path)?;
    Ok(Target::Url(origin, path))
}

fn check_path(path: &Template) -> Result<(), String> {
    let source = path.source();
    let example = path.render_encoded(&std::collections::BTreeMap::new(), |_| "x".into());
    if example.contains('#') {
        return Err(format!("the path {source:?} has a fragment (\"#\"), which is never sent; remove it"));
    }
    if example.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(format!("the path {source:?} has a space in it; write %20"));
    }
    let example = if example.starts_with('/') { example } else { format!("/{example}") };
    match encode_literal(&example).parse::<http::uri::PathAndQuery>() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("{source:?} is not a path that can be sent")),
    }
}
