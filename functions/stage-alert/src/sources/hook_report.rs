//! What a lifecycle hook's function stored about its checks, or who closed the hook in its place.

use alert::Reason;
use aws_call::CallError;
use serde_json::Value;
use tokio::time::Instant;

use crate::sources::checks::of_report;
use crate::sources::targets::FailedEvent;
use crate::sources::{Gap, Sources, ask, owned};

/// A report holds 500 checks at most, each with its excerpt.
const SIZE_LIMIT: usize = 4 * 1024 * 1024;

/// The report of a hook that was answered in its function's place.
const CLOSED: &str = "closed";

impl Sources {
    /// What the hooks of `events` that failed have to say: `<prefix>/<deployment>/<lifecycle event>.json`.
    pub(crate) async fn hook_reasons(
        &self,
        deployment: &str,
        events: &[FailedEvent],
        by: Instant,
    ) -> Result<Vec<Reason>, Gap> {
        let Some(event) = events.iter().find(|event| event.has_function) else { return Ok(Vec::new()) };
        let read = async {
            for name in [event.name.as_str(), CLOSED] {
                if let Some(reason) = self.read_report(deployment, name).await? {
                    return Ok(vec![reason]);
                }
            }
            Ok(Vec::new())
        };
        ask("the report of the hook", by, read).await
    }

    async fn read_report(&self, deployment: &str, name: &str) -> Result<Option<Reason>, String> {
        let Some(prefix) = &self.reports else { return Ok(None) };
        let place = prefix.join(&format!("{deployment}/{name}.json"));
        let content = match self.aws.get_object(&place, SIZE_LIMIT).await {
            Ok(content) => content,
            Err(CallError::Refused { code, .. }) if code == "NoSuchKey" => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let report: Value = serde_json::from_slice(&content).map_err(|error| format!("{place}: {error}"))?;
        Ok(reason_of(&report))
    }
}

/// The checks that failed, else the summary: no check may have run.
fn reason_of(report: &Value) -> Option<Reason> {
    if report["passed"] == true {
        return None;
    }
    of_report(&report["report"]).or_else(|| owned(report["summary"].as_str()).map(|text| Reason::Text { text }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_tells_its_checks_or_its_summary() {
        let checks = json!({"checks": [{"name": "cart", "outcome": "failed", "failure": {"message": "m"}}]});
        for (report, expected) in [
            (json!({"passed": false, "summary": "s", "report": checks}), Some(true)),
            (json!({"passed": false, "summary": "the function died", "report": null}), Some(false)),
            (json!({"passed": true, "summary": "2 checks passed", "report": null}), None),
            (json!({"passed": false}), None),
            (json!([]), None),
        ] {
            let is_checks = reason_of(&report).map(|reason| matches!(reason, Reason::Checks { .. }));
            assert_eq!(is_checks, expected, "{report}");
        }
    }
}
