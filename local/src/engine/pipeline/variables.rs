//! References to variables: `#{Namespace.Name}` in an action's configuration.

/// A reference in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Reference<'t> {
    /// The whole of it, from `#{` to `}`.
    pub(in crate::engine) text: &'t str,
    /// Namespace and name; nothing when it is not of that form.
    pub(in crate::engine) parts: Option<(&'t str, &'t str)>,
    at: usize,
}

/// The references of a text, in order. An opening `#{` that is never closed is plain text.
pub(in crate::engine) fn references(text: &str) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("#{").map(|offset| from + offset) {
        let Some(end) = text[at..].find('}').map(|offset| at + offset) else { break };
        let inner = &text[at + 2..end];
        let parts = inner.split_once('.').filter(|(namespace, name)| is_name(namespace) && is_name(name));
        found.push(Reference { text: &text[at..=end], parts, at });
        from = end + 1;
    }
    found
}

/// The text with every reference replaced by what `value` has for its namespace and name. The error holds the
/// references that have none.
pub(in crate::engine) fn resolve(
    text: &str,
    value: impl Fn(&str, &str) -> Option<String>,
) -> Result<String, Vec<String>> {
    let mut resolved = String::with_capacity(text.len());
    let mut unresolved = Vec::new();
    let mut from = 0;
    for reference in references(text) {
        resolved.push_str(&text[from..reference.at]);
        match reference.parts.and_then(|(namespace, name)| value(namespace, name)) {
            Some(value) => resolved.push_str(&value),
            None => unresolved.push(reference.text.to_owned()),
        }
        from = reference.at + reference.text.len();
    }
    resolved.push_str(&text[from..]);
    if unresolved.is_empty() { Ok(resolved) } else { Err(unresolved) }
}

/// Whether a text can be a namespace or a variable's name: `[A-Za-z0-9@\-_]+`.
pub(in crate::engine) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(namespace: &str, name: &str) -> Option<String> {
        match (namespace, name) {
            ("codepipeline", "PipelineExecutionId") => Some("e-1".to_owned()),
            ("Source", "VersionId") => Some("v#{Source.ETag}".to_owned()),
            ("variables", "a@b-c_1") => Some(String::new()),
            _ => None,
        }
    }

    #[test]
    fn resolution() {
        let ok = |text: &str| Ok(text.to_owned());
        let unresolved = |names: &[&str]| Err(names.iter().map(|name| (*name).to_owned()).collect());
        let table = [
            ("", ok("")),
            ("plain", ok("plain")),
            ("#{codepipeline.PipelineExecutionId}", ok("e-1")),
            ("{\"e\":\"#{codepipeline.PipelineExecutionId}\"}", ok("{\"e\":\"e-1\"}")),
            // A value is not searched for references again.
            ("<#{Source.VersionId}>", ok("<v#{Source.ETag}>")),
            ("a#{variables.a@b-c_1}b", ok("ab")),
            ("ä#{codepipeline.PipelineExecutionId}ö", ok("äe-1ö")),
            ("#{never closed", ok("#{never closed")),
            ("#not {a.b}", ok("#not {a.b}")),
            ("#{Source.ETag}", unresolved(&["#{Source.ETag}"])),
            ("#{a.b} #{Source.VersionId} #{c.d}", unresolved(&["#{a.b}", "#{c.d}"])),
            ("#{nodot}", unresolved(&["#{nodot}"])),
            ("#{a.b.c}", unresolved(&["#{a.b.c}"])),
            ("#{.x}", unresolved(&["#{.x}"])),
            ("#{a b.c}", unresolved(&["#{a b.c}"])),
            ("#{}", unresolved(&["#{}"])),
        ];
        for (text, expected) in table {
            assert_eq!(resolve(text, value), expected, "{text}");
        }
    }
}
