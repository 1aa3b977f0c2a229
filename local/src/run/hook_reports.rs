//! What the hooks of a deployment reported.

use serde_json::Value;

use super::system::System;
use crate::emulator::client::ObjectKey;

/// The lifecycle events of the ECS platform that have hooks, in order.
const HOOKS: [&str; 5] =
    ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];

/// What the job closer leaves when a hook's process ended without an answer.
const CLOSED: &str = "closed";

/// The report of one hook.
pub(super) struct HookReport {
    /// The lifecycle event.
    pub(super) of: String,
    pub(super) passed: bool,
    /// One or a few lines: what failed.
    pub(super) summary: String,
    /// The smoke report, when checks ran.
    pub(super) checks: Option<Value>,
}

/// The reports of a deployment, in the order of its lifecycle events. One that cannot be read is left out.
pub(super) async fn hook_reports(system: &System, deployment: &str) -> Vec<HookReport> {
    let (client, root) = system.account().client();
    let mut reports = Vec::new();
    for of in HOOKS.into_iter().chain([CLOSED]) {
        let key = format!("hook-reports/{deployment}/{of}.json");
        let object = ObjectKey { bucket: &system.outputs().artifact_bucket, key: &key, version: None };
        let Ok((_, content)) = client.get_object(root, object).await else { continue };
        let Ok(report) = serde_json::from_slice::<Value>(&content) else { continue };
        let text = |key: &str| report[key].as_str().map(str::to_owned);
        reports.push(HookReport {
            of: text("lifecycle_event").unwrap_or_else(|| of.to_owned()),
            passed: report["passed"] == true,
            summary: text("summary").or_else(|| text("reason")).unwrap_or_default(),
            checks: report.get("report").filter(|report| report.is_object()).cloned(),
        });
    }
    reports
}
