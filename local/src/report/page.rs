//! The page of a run: one self-contained HTML file.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use super::messages::messages_of;
use super::model::{ActionReport, ExecutionReport, RunReport};
use super::timeline::seconds;

const STYLE: &str = concat!(include_str!("page.css"), include_str!("messages.css"));

/// The page's text. It loads nothing from anywhere.
#[must_use]
pub fn page(report: &RunReport) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Launchway: " (headline(report)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { h1 { "Launchway" } p { (headline(report)) } }
                main {
                    @for (index, execution) in report.executions.iter().enumerate() {
                        (execution_section(execution, &messages_of(report, index)))
                    }
                }
            }
        }
    }
    .into_string()
}

fn headline(report: &RunReport) -> String {
    let parts: Vec<String> = report
        .executions
        .iter()
        .map(|execution| format!("{} {}", execution.title(), execution.status.to_lowercase()))
        .collect();
    parts.join(", ")
}

fn execution_section(execution: &ExecutionReport, messages: &Markup) -> Markup {
    html! {
        section.execution {
            h2 {
                span class={ "badge " (execution.status) } { (execution.status) }
                " The " (execution.title())
            }
            p.facts {
                "revision " code { (execution.revision) } " · started " (execution.started)
                " · took " (seconds(execution.duration_ms)) " · execution " code { (execution.id) }
            }
            ol.timeline {
                @for stage in execution.shown_stages() {
                    li class={ "stage " (stage.status) } {
                        h3 { (stage.name) }
                        @if stage.actions.is_empty() { p.quiet { "not reached" } }
                        @for action in &stage.actions { (action_row(action, execution.duration_ms)) }
                    }
                }
            }
            p.serving {
                "Afterwards staging served " code { (execution.staging_version) }
                " and production served " code { (execution.production_version) } "."
            }
            (messages)
        }
    }
}

fn action_row(action: &ActionReport, whole_ms: u64) -> Markup {
    let percent = |part: u64| part.saturating_mul(1000) / whole_ms.max(1);
    let (left, width) = (percent(action.started_after_ms), percent(action.duration_ms).max(4));
    let place = format!("margin-left:{}.{}%;width:{}.{}%", left / 10, left % 10, width / 10, width % 10);
    html! {
        div class={ "action " (action.status) } {
            div.line {
                span.name { (action.name) }
                span.provider { (action.provider) }
                span.time { (seconds(action.duration_ms)) }
            }
            div.track { div.bar style=(place) {} }
            p.summary {
                @if let Some(code) = &action.error_code { strong { (code) } " " }
                (action.summary)
            }
            @for smoke in &action.smoke_reports {
                details open[smoke.report["passed"] != true] {
                    summary { "Checks of " (smoke.of) }
                    (smoke_table(&smoke.report))
                }
            }
            @for tested in &action.test_reports { (tested.markup()) }
            @if !action.log.is_empty() {
                details { summary { "Log" } pre { (action.log) } }
            }
        }
    }
}

/// The checks of a smoke report, read by the shape that the crate `smoke` documents.
fn smoke_table(report: &Value) -> Markup {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    html! {
        @if let Some(checks) = report["checks"].as_array() {
            table.checks {
                thead { tr { th { "Check" } th { "Outcome" } th { "Time" } th { "Why" } } }
                tbody {
                    @for check in checks {
                        tr class=(check["outcome"].as_str().unwrap_or_default().replace(' ', "-")) {
                            td { (text(&check["name"])) }
                            td { (text(&check["outcome"])) }
                            td { (check["duration_ms"].as_u64().map(|ms| format!("{ms} ms")).unwrap_or_default()) }
                            td {
                                @let failure = &check["failure"];
                                @if failure.is_object() {
                                    (text(&failure["request"])) ": " (text(&failure["expectation"]))
                                    dl {
                                        dt { "expected" } dd { (text(&failure["expected"])) }
                                        dt { "got" } dd { (text(&failure["actual"])) }
                                    }
                                    @if let Some(excerpt) = failure["excerpt"].as_str() { pre { (excerpt) } }
                                } @else if let Some(reason) = check["reason"].as_str() {
                                    (reason)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_release_says_cannot_become_markup() {
        let report = RunReport {
            executions: vec![ExecutionReport {
                release: "<script>alert(1)</script>".into(),
                id: "e".into(),
                status: "Failed".into(),
                revision: "\"><b>".into(),
                started: String::new(),
                duration_ms: 0,
                stages: vec![],
                staging_version: String::new(),
                production_version: String::new(),
            }],
            messages: vec![],
        };
        let page = page(&report);
        assert!(!page.contains("<script>") && !page.contains("\"><b>"), "{page}");
    }
}
