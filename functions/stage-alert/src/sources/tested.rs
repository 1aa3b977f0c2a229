//! Which tests of a build failed, by the reports that it made.

use aws_call::Service;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::sources::{Gap, Sources, ask};

/// Tests that are named.
const TESTS: usize = 4;

/// Test cases of one answer; CodeBuild gives no more.
const PAGE: u32 = 100;

/// What CodeBuild calls a test that did not pass.
const BAD: [&str; 2] = ["FAILED", "ERROR"];

impl Sources {
    /// The tests that failed in these reports, a line each.
    pub(super) async fn failed_tests(&self, reports: &[String], by: Instant) -> Result<Vec<String>, Gap> {
        let read = async {
            let (mut cases, mut more) = (Vec::new(), false);
            for report in reports {
                for status in BAD {
                    let input = json!({ "reportArn": report, "filter": { "status": status }, "maxResults": PAGE });
                    let call = self.aws.call_json(Service::CodeBuild, "CodeBuild_20161006.DescribeTestCases", &input);
                    let mut answer = call.await.map_err(|error| error.to_string())?;
                    more |= answer["nextToken"].is_string();
                    if let Value::Array(found) = answer["testCases"].take() {
                        cases.extend(found);
                    }
                }
            }
            Ok(told(&cases, more))
        };
        ask("the tests of the build", by, read).await
    }
}

/// The first tests with their reasons, and how many others there are; `more` when that is not known.
fn told(cases: &[Value], more: bool) -> Vec<String> {
    let line = |case: &Value| {
        let name = case["name"].as_str().unwrap_or("without a name");
        let message = case["message"].as_str().unwrap_or_default();
        match message.lines().map(str::trim).find(|line| !line.is_empty()) {
            Some(reason) => format!("test {name}: {reason}"),
            None => format!("test {name}"),
        }
    };
    let mut lines: Vec<String> = cases.iter().take(TESTS).map(line).collect();
    let rest = cases.len().saturating_sub(TESTS);
    match (rest, more) {
        (0, false) => {}
        (1, false) => lines.push("and one more test".to_owned()),
        (rest, false) => lines.push(format!("and {rest} more tests")),
        (rest, true) => lines.push(format!("and more than {rest} more tests")),
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tests_are_named_with_the_first_line_of_their_reason() {
        let case = |name: &str| json!({ "name": name, "message": "\n left is not right\nat src/cart.rs" });
        let many = |count: usize| -> Vec<Value> { (0..count).map(|at| case(&at.to_string())).collect() };
        for (cases, more, count, last) in [
            (vec![], false, 0, ""),
            (vec![case("cart::adds")], false, 1, "test cart::adds: left is not right"),
            (vec![json!({ "name": "a", "message": "" })], false, 1, "test a"),
            (vec![json!({ "message": null })], false, 1, "test without a name"),
            (many(4), false, 4, "test 3: left is not right"),
            (many(5), false, 5, "and one more test"),
            (many(9), false, 5, "and 5 more tests"),
            (many(100), true, 5, "and more than 96 more tests"),
        ] {
            let lines = told(&cases, more);
            assert_eq!((lines.len(), lines.last().map_or("", String::as_str)), (count, last), "{cases:?}");
        }
    }
}
