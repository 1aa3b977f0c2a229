//! The failing checks of a smoke test: out of the summary that our actions give, or out of a stored report.

use alert::{FailedCheck, Reason};
use serde_json::Value;

/// The checks in a summary such as `1 of 9 checks failed: "checkout" step 2 POST /api/orders: expected status 201, got
/// 500`. Nothing when the text is another.
pub(crate) fn of_summary(text: &str) -> Option<Reason> {
    let (head, list) = text.split_once(" failed: ")?;
    let (failed, of) = head.strip_suffix(" checks").or_else(|| head.strip_suffix(" check"))?.split_once(" of ")?;
    let (count, of): (usize, usize) = (failed.trim().parse().ok()?, of.parse().ok()?);
    let list = list.strip_prefix('"')?;
    let checks: Vec<FailedCheck> = list.split("; \"").filter_map(check).collect();
    // A name or a message may look like the separator, and the end may be cut off.
    (!checks.is_empty() && checks.len() <= count).then_some(Reason::Checks { of, failed: checks })
}

/// `checkout" step 2 POST /api/orders: expected ...`.
fn check(text: &str) -> Option<FailedCheck> {
    let (name, rest) = text.split_once("\" ")?;
    let (place, message) = rest.split_once(": ")?;
    let request =
        place.strip_prefix("step ").and_then(|step| step.split_once(' ')).map_or(place, |(_, request)| request);
    let message = message.split("; ").next().unwrap_or(message);
    Some(FailedCheck { name: name.to_owned(), request: Some(request.to_owned()), message: message.to_owned() })
}

/// The checks in a smoke suite's report.
pub(crate) fn of_report(report: &Value) -> Option<Reason> {
    let checks = report["checks"].as_array()?;
    let failed: Vec<FailedCheck> = checks
        .iter()
        .filter(|check| check["outcome"] == "failed")
        .map(|check| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let failure = &check["failure"];
            let request = failure["request"].as_str().map(str::to_owned);
            FailedCheck { name: text(&check["name"]), request, message: text(&failure["message"]) }
        })
        .collect();
    let counts = &report["counts"];
    let chosen = ["passed", "failed", "not_run"].into_iter().filter_map(|name| counts[name].as_u64()).sum::<u64>();
    let of = usize::try_from(chosen).unwrap_or_default().max(failed.len());
    (!failed.is_empty()).then_some(Reason::Checks { of, failed })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Check = (String, String, String);

    fn shown(reason: Option<Reason>) -> Option<(usize, Vec<Check>)> {
        let Reason::Checks { of, failed } = reason? else { return None };
        let failed = failed.into_iter().map(|check| (check.name, check.request.unwrap_or_default(), check.message));
        Some((of, failed.collect()))
    }

    fn check(name: &str, request: &str, message: &str) -> Check {
        (name.to_owned(), request.to_owned(), message.to_owned())
    }

    #[test]
    fn a_summary_names_its_checks() {
        let checkout = || check("a customer can check out", "POST /api/orders", "expected status 201, got 500");
        for (text, expected) in [
            (
                r#"1 of 9 checks failed: "a customer can check out" step 2 POST /api/orders: expected status 201, got 500"#,
                Some((9, vec![checkout()])),
            ),
            (
                r#"2 of 2 checks failed: "a customer can check out" POST /api/orders: expected status 201, got 500; "home" GET /: refused"#,
                Some((2, vec![checkout(), check("home", "GET /", "refused")])),
            ),
            (
                r#"1 of 1 check failed: "home" GET /: expected body to contain "x", got "y"; 2 did not run before the deadline: "z""#,
                Some((1, vec![check("home", "GET /", "expected body to contain \"x\", got \"y\"")])),
            ),
            ("no check was chosen: none has the tag \"x\"", None),
            ("Build terminated with state: FAILED", None),
            ("one of two checks failed: \"a\" b: c", None),
            ("1 of 2 checks failed: ", None),
            ("", None),
        ] {
            assert_eq!(shown(of_summary(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_report_names_its_checks() {
        let report = json!({
            "counts": {"passed": 3, "failed": 1, "not_run": 0, "not_chosen": 5},
            "checks": [
                {"name": "home", "outcome": "passed"},
                {"name": "cart", "outcome": "failed", "failure": {"request": "GET /cart", "message": "timed out"}},
            ],
        });
        assert_eq!(shown(of_report(&report)), Some((4, vec![check("cart", "GET /cart", "timed out")])));
        for report in [json!(null), json!({}), json!({"checks": [{"outcome": "passed"}]}), json!({"checks": "x"})] {
            assert_eq!(of_report(&report), None, "{report}");
        }
    }
}
