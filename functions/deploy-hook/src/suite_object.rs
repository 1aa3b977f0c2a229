//! Where the suite of a version lies.

use std::str::FromStr;

use aws_call::S3Location;

/// Stands for the revision of the version under test.
const REVISION: &str = "{revision}";

/// An object in S3 whose key may name the revision that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SuiteObject(S3Location);

impl FromStr for SuiteObject {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let location: S3Location = text.parse()?;
        if location.key.ends_with('/') || location.key.replace(REVISION, "").contains(['{', '}']) {
            return Err("an object, in whose key only {revision} is replaced");
        }
        Ok(Self(location))
    }
}

impl SuiteObject {
    /// Whether the revision has to be known to find the suite.
    pub(crate) fn needs_revision(&self) -> bool {
        self.0.key.contains(REVISION)
    }

    /// The object that holds the suite of `revision`.
    pub(crate) fn of(&self, revision: Option<&str>) -> S3Location {
        let S3Location { bucket, key } = &self.0;
        S3Location { bucket: bucket.clone(), key: key.replace(REVISION, revision.unwrap_or_default()) }
    }
}

/// The suite's file name, which stands before line and column in messages.
pub(crate) fn file_name(location: &S3Location) -> &str {
    location.key.rsplit('/').next().unwrap_or(&location.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_revision_stands_in_the_key_where_it_is_asked_for() {
        for (text, needs, expected) in [
            ("s3://shop/suites/{revision}/smoke.yaml", true, "s3://shop/suites/r1/smoke.yaml"),
            ("s3://shop/smoke.yaml", false, "s3://shop/smoke.yaml"),
            ("s3://shop/{revision}-{revision}.yaml", true, "s3://shop/r1-r1.yaml"),
        ] {
            let object: SuiteObject = text.parse().unwrap();
            assert_eq!((object.needs_revision(), object.of(Some("r1")).to_string().as_str()), (needs, expected));
        }
        let object: SuiteObject = "s3://shop/suites/{revision}/smoke.yaml".parse().unwrap();
        assert_eq!(file_name(&object.of(Some("r1"))), "smoke.yaml");
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in
            ["", "smoke.yaml", "s3://shop", "s3://shop/suites/", "s3://shop/{version}/smoke.yaml", "s3://shop/a}"]
        {
            assert!(text.parse::<SuiteObject>().is_err(), "{text}");
        }
    }
}
