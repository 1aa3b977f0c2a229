//! UserParameters as a type of the function's own.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::JobError;

/// How much of the text before the place of a syntax error is shown, in characters.
const EXCERPT: usize = 30;

/// Reads the parameters. `T` decides which keys there are; with `deny_unknown_fields` an unknown one is refused and
/// the known ones are named.
pub(crate) fn read<T: DeserializeOwned>(parameters: Option<&Value>) -> Result<T, JobError> {
    let text = match parameters {
        None | Some(Value::Null) => return Err(JobError::NoParameters),
        Some(Value::String(text)) if text.trim().is_empty() => return Err(JobError::NoParameters),
        Some(Value::String(text)) => text,
        Some(_) => return Err(JobError::Parameters("are not a text with JSON in it".to_owned())),
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parameters = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        describe(text, Some(path), error.inner())
    })?;
    deserializer.end().map_err(|error| describe(text, None, &error))?;
    Ok(parameters)
}

fn describe(text: &str, path: Option<String>, error: &serde_json::Error) -> JobError {
    if !error.is_data() {
        let near = near(text, error.line(), error.column());
        return JobError::Parameters(format!(
            "are not JSON: {error}, after {near:?}. A pipeline variable whose value has quotes or line breaks, such as a \
             commit message, breaks the JSON around it: pass ids instead"
        ));
    }
    match path.filter(|path| path != ".") {
        Some(path) => JobError::Parameters(format!("are wrong at {path:?}: {error}")),
        None => JobError::Parameters(format!("are wrong: {error}")),
    }
}

/// The text just before the place of an error; `serde_json` counts lines from one and columns in bytes.
fn near(text: &str, line: usize, column: usize) -> String {
    let line = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let end = (0..=column.min(line.len())).rev().find(|end| line.is_char_boundary(*end)).unwrap_or_default();
    let before = &line[..end];
    before.chars().skip(before.chars().count().saturating_sub(EXCERPT)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Parameters {
        environment: String,
        #[serde(default)]
        variables: BTreeMap<String, String>,
        #[serde(default)]
        tags: Vec<String>,
    }

    #[test]
    fn good_parameters_are_read() {
        for text in [
            r#"{"environment":"staging"}"#,
            " {\n \"environment\" : \"staging\",\n \"tags\": [] }\n",
            r#"{"environment":"staging","variables":{}}"#,
        ] {
            let parameters: Parameters = read(Some(&json!(text))).unwrap();
            assert_eq!(parameters.environment, "staging");
        }
    }

    #[test]
    fn bad_parameters_say_where_and_why() {
        let table = [
            (None, "the action has no UserParameters; set them to a JSON object"),
            (Some(json!(null)), "the action has no UserParameters; set them to a JSON object"),
            (Some(json!("  ")), "the action has no UserParameters; set them to a JSON object"),
            (Some(json!({"environment": "staging"})), "UserParameters are not a text with JSON in it"),
            (Some(json!("{}")), "UserParameters are wrong: missing field `environment` at line 1 column 2"),
            (
                Some(json!(r#"{"environment":"staging","suit":"x"}"#)),
                "UserParameters are wrong at \"suit\": unknown field `suit`, expected one of `environment`, `variables`, \
                 `tags` at line 1 column 31",
            ),
            (
                Some(json!(r#"{"environment":"staging","variables":{"revision":7}}"#)),
                "UserParameters are wrong at \"variables.revision\": invalid type: integer `7`, expected a string at line 1 \
                 column 50",
            ),
            (
                Some(json!(r#"{"environment":"staging","tags":["a",1]}"#)),
                "UserParameters are wrong at \"tags[1]\": invalid type: integer `1`, expected a string at line 1 column 38",
            ),
        ];
        for (parameters, expected) in table {
            assert_eq!(read::<Parameters>(parameters.as_ref()).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn broken_json_shows_the_place_and_the_usual_cause() {
        let table = [
            ("input_parameter", "expected value at line 1 column 1, after \"i\""),
            (r#"{"environment":"say "hi"","#, "at line 1 column 22, after \"{\\\"environment\\\":\\\"say \\\"h\""),
            (
                "{\"environment\":\"a\nb\"}",
                "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0",
            ),
            (r#"{"environment":"staging"} x"#, "trailing characters at line 1 column 27"),
            (r#"{"environment":"staging""#, "EOF while parsing an object at line 1 column 24"),
        ];
        for (text, expected) in table {
            let message = read::<Parameters>(Some(&json!(text))).unwrap_err().to_string();
            assert!(message.contains(expected) && message.contains("pass ids instead"), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = read::<Parameters>(Some(&json!(text)));
        }

        #[test]
        fn no_damage_to_good_parameters_panics(at in 0usize..60, insert in ".{0,3}") {
            let mut text = r#"{"environment":"stäging","variables":{"revision":"ä"}}"#.to_owned();
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            text.insert_str(at, &insert);
            let _ = read::<Parameters>(Some(&json!(text)));
        }
    }
}
