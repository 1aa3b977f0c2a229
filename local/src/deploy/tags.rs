//! Which instances a deployment group has.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A condition on an instance's tags.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagFilter {
    /// What is compared.
    pub r#type: TagFilterType,
    /// The tag's key.
    pub key: Option<String>,
    /// The tag's value.
    pub value: Option<String>,
}

/// What a tag filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TagFilterType {
    /// A tag has the key, whatever its value.
    KeyOnly,
    /// Some tag has the value.
    ValueOnly,
    /// The tag with the key has the value.
    KeyAndValue,
}

impl TagFilter {
    /// Whether an instance with these tags is meant.
    #[must_use]
    pub fn matches(&self, tags: &BTreeMap<String, String>) -> bool {
        let of_key = self.key.as_ref().and_then(|key| tags.get(key));
        match self.r#type {
            TagFilterType::KeyOnly => of_key.is_some(),
            TagFilterType::ValueOnly => self.value.as_ref().is_some_and(|value| tags.values().any(|tag| tag == value)),
            TagFilterType::KeyAndValue => of_key.is_some() && of_key == self.value.as_ref(),
        }
    }

    /// What the filter lacks for its type.
    pub(super) fn missing(&self) -> Option<&'static str> {
        match self.r#type {
            TagFilterType::KeyOnly | TagFilterType::KeyAndValue if self.key.is_none() => Some("Key"),
            TagFilterType::ValueOnly | TagFilterType::KeyAndValue if self.value.is_none() => Some("Value"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TagFilterType::{KeyAndValue, KeyOnly, ValueOnly};
    use super::*;

    #[test]
    fn filters_match_tags() {
        let tags = BTreeMap::from([("Environment".to_owned(), "staging".to_owned()), ("Name".into(), "web".into())]);
        for (r#type, key, value, expected) in [
            (KeyAndValue, Some("Environment"), Some("staging"), true),
            (KeyAndValue, Some("Environment"), Some("production"), false),
            (KeyAndValue, Some("Environment"), Some("web"), false),
            (KeyAndValue, Some("Absent"), Some("staging"), false),
            (KeyAndValue, None, None, false),
            (KeyOnly, Some("Name"), None, true),
            (KeyOnly, Some("name"), None, false),
            (ValueOnly, None, Some("web"), true),
            (ValueOnly, None, Some("Name"), false),
            (ValueOnly, None, None, false),
        ] {
            let filter = TagFilter { r#type, key: key.map(str::to_owned), value: value.map(str::to_owned) };
            assert_eq!(filter.matches(&tags), expected, "{filter:?}");
        }
    }
}
