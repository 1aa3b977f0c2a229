//! CodeBuild's log: in CloudWatch Logs, where whoever explains a failure looks for its last lines.

use std::path::Path;

use jiff::Timestamp;

use super::delivery::Emulated;
use crate::emulator::client::ClientError;

/// `PutLogEvents` takes so many events, and so many bytes, in which each counts 26 more than its text.
const EVENTS: usize = 10_000;
const BYTES: usize = 1_048_576;
const EVENT_COUNTS: usize = 26;

/// A longer line is cut. AWS takes more today; 256 KiB is what it took for years.
const LINE: usize = 256 * 1024 - EVENT_COUNTS;

/// Puts a build's whole log into its stream.
pub(super) async fn publish(
    Emulated { client, root, .. }: &Emulated,
    (group, stream): (&str, &str),
    log: &Path,
) -> Result<(), ClientError> {
    let content = tokio::fs::read(log).await.unwrap_or_default();
    client.create_log_stream(root, group, stream).await?;
    let now = Timestamp::now().as_millisecond();
    for batch in batches(&String::from_utf8_lossy(&content)) {
        client.put_log_lines(root, (group, stream), now, &batch).await?;
    }
    Ok(())
}

/// The lines, each with its end as CodeBuild keeps it, in as many calls as AWS needs.
fn batches(text: &str) -> Vec<Vec<String>> {
    let (mut batches, mut batch, mut bytes) = (Vec::new(), Vec::new(), 0);
    for line in text.lines() {
        let end = line.floor_char_boundary(LINE - 1);
        let line = format!("{}\n", &line[..end]);
        let counts = line.len() + EVENT_COUNTS;
        if batch.len() == EVENTS || bytes + counts > BYTES {
            batches.push(std::mem::take(&mut batch));
            bytes = 0;
        }
        bytes += counts;
        batch.push(line);
    }
    if !batch.is_empty() {
        batches.push(batch);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_as_many_calls_as_they_need() {
        let long = "ö".repeat(LINE);
        let table = [
            (String::new(), vec![]),
            ("a\n\nb".to_owned(), vec![3]),
            ("a\n".repeat(10_001), vec![10_000, 1]),
            (format!("{long}\n").repeat(5), vec![4, 1]),
        ];
        for (text, expected) in table {
            let batches = batches(&text);
            assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), expected);
            for batch in batches {
                let bytes: usize = batch.iter().map(|line| line.len() + EVENT_COUNTS).sum();
                assert!(bytes <= BYTES && batch.iter().all(|line| line.ends_with('\n')));
            }
        }
    }
}
