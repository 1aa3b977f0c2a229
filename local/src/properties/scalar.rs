//! Scalars that CloudFormation passes on as text when they come from a parameter.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// A boolean, also as the text `true` or `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

/// A number that is not negative, also as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub u32);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl Visitor<'_> for FlagVisitor {
            type Value = Flag;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("true or false")
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(value))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
                text.parse().map(Flag).map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountVisitor;
        impl Visitor<'_> for CountVisitor {
            type Value = Count;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a whole number that is not negative")
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Count, E> {
                let number = u32::try_from(value);
                number.map(Count).map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(value), &self))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Count, E> {
                text.parse().map(Count).map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(CountVisitor)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn flags() {
        for (value, expected) in [
            (json!(true), Some(true)),
            (json!("false"), Some(false)),
            (json!("True"), None),
            (json!(1), None),
            (Value::Null, None),
        ] {
            assert_eq!(serde_json::from_value::<Flag>(value.clone()).ok().map(|flag| flag.0), expected, "{value}");
        }
    }

    #[test]
    fn counts() {
        for (value, expected) in [
            (json!(30), Some(30)),
            (json!("30"), Some(30)),
            (json!(-1), None),
            (json!(1.5), None),
            (json!("thirty"), None),
            (json!(5_000_000_000_u64), None),
        ] {
            assert_eq!(serde_json::from_value::<Count>(value.clone()).ok().map(|count| count.0), expected, "{value}");
        }
    }
}
