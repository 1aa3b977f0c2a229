//! Names out of ARNs.

/// What stands behind the sixth part's beginning: the resource of an ARN of `service`.
///
/// `arn:aws:codepipeline:REGION:ACCOUNT:NAME` -> `NAME`, `arn:aws:ecs:REGION:ACCOUNT:service/c/s` -> `service/c/s`.
pub(crate) fn resource<'a>(arn: &'a str, service: &str) -> Option<&'a str> {
    let mut parts = arn.splitn(6, ':');
    let prefix = parts.next()?;
    let _partition = parts.next()?;
    let found = parts.next()?;
    let resource = parts.nth(2)?;
    (prefix == "arn" && found == service && !resource.is_empty()).then_some(resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_what_follows_the_account() {
        for (arn, service, expected) in [
            ("arn:aws:codepipeline:us-west-2:123456789012:myPipeline", "codepipeline", Some("myPipeline")),
            ("arn:aws-cn:ecs:cn-north-1:1:service/default/web", "ecs", Some("service/default/web")),
            ("arn:aws:cloudwatch:us-east-1:1:alarm:a:b", "cloudwatch", Some("alarm:a:b")),
            ("arn:aws:codebuild:us-east-1:1:build/p:id", "codepipeline", None),
            ("arn:aws:codepipeline:us-west-2:123456789012:", "codepipeline", None),
            ("arn:aws:codepipeline", "codepipeline", None),
            ("myPipeline", "codepipeline", None),
            ("", "", None),
        ] {
            assert_eq!(resource(arn, service), expected, "{arn}");
        }
    }
}
