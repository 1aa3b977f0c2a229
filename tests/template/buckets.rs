//! The buckets: private, encrypted, over TLS alone, and forgetful in time.

use serde_json::{Value, json};

use crate::source::resources;

/// What a bucket forgets, by its lifecycle rules.
fn forgets() -> [(&'static str, Value); 2] {
    let old = |days: u64| json!({ "NoncurrentDays": days });
    [
        (
            "ArtifactBucket",
            json!([
                // An instance that starts, and a roll-back, take the last release from here, however long ago it was made.
                { "Id": "OldArtifacts", "Status": "Enabled", "ExpirationInDays": 730, "NoncurrentVersionExpiration": old(30) },
                { "Id": "OldHookReports", "Status": "Enabled", "Prefix": "hook-reports/", "ExpirationInDays": 90 },
            ]),
        ),
        (
            "SourceBucket",
            json!([
                { "Id": "OldSources", "Status": "Enabled", "NoncurrentVersionExpiration": old(180) },
            ]),
        ),
    ]
}

#[test]
fn every_bucket_is_private_encrypted_and_forgets_what_is_old() {
    let mut buckets = resources("AWS::S3::Bucket");
    buckets.sort_by_key(|(name, _)| *name);
    assert_eq!(buckets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), forgets().map(|(name, _)| name));
    for ((name, bucket), (_, rules)) in buckets.into_iter().zip(forgets()) {
        let properties = &bucket["Properties"];
        let access = properties["PublicAccessBlockConfiguration"].as_object().unwrap();
        assert_eq!(access.values().filter(|blocked| **blocked == true).count(), 4, "{name}: {access:?}");
        assert!(properties["BucketEncryption"].is_object(), "{name}");
        assert_eq!(properties["VersioningConfiguration"]["Status"], "Enabled", "{name}");
        assert_eq!(properties["LifecycleConfiguration"]["Rules"], rules, "{name}");
    }
}

#[test]
fn every_bucket_refuses_what_does_not_come_over_tls() {
    let policies = resources("AWS::S3::BucketPolicy");
    for (name, bucket) in resources("AWS::S3::Bucket") {
        let own = |(_, policy): &&(&String, &Value)| policy["Properties"]["Bucket"]["Ref"] == **name;
        let (_, policy) = policies.iter().find(own).unwrap_or_else(|| panic!("{name} has no policy"));
        assert_eq!(policy["Condition"], bucket["Condition"], "{name}");
        let everything = json!([{ "Fn::GetAtt": [name, "Arn"] }, { "Fn::Sub": format!("${{{name}.Arn}}/*") }]);
        let only_over_tls = json!({
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": everything,
            "Condition": { "Bool": { "aws:SecureTransport": false } },
        });
        assert_eq!(policy["Properties"]["PolicyDocument"]["Statement"], json!([only_over_tls]), "{name}");
    }
}
