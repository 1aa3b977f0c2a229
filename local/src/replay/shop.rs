//! The example shop as a process: the site that the suite is run against.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use http_body_util::Empty;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::ReplayError;
use crate::port::ReservedPort;

/// How long the shop may take to answer.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running shop with an empty database of its own. Dropping it ends the shop and removes the database.
#[derive(Debug)]
pub struct Shop {
    url: String,
    // Held so that both end with this value: first the process, then its folder.
    _process: Child,
    _folder: TempDir,
}

impl Shop {
    /// Starts the shop's binary in its sources' folder, where its settings lie, and waits until it is healthy.
    pub async fn start(binary: &Path, sources: &Path) -> Result<Self, ReplayError> {
        let port = ReservedPort::take()?;
        let url = port.url();
        let failed = |reason: String| ReplayError::Shop { url: url.clone(), reason };
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("shop.log");
        let output = File::create(&log)?;
        let mut process = Command::new(binary)
            .current_dir(sources)
            .env_clear()
            .env("HOST", "127.0.0.1")
            .env("PORT", port.number().to_string())
            .env("DATABASE_URL", format!("sqlite://{}", folder.path().join("shop.db").display()))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(format!("{} does not start: {error}", binary.display())))?;
        let limit = Instant::now() + START_LIMIT;
        while !is_healthy(&url).await {
            let log = || fs::read_to_string(&log).unwrap_or_default();
            if let Ok(Some(status)) = process.try_wait() {
                return Err(failed(format!("it ended with {status}\n{}", log())));
            }
            if Instant::now() > limit {
                return Err(failed(format!("not healthy after {} s\n{}", START_LIMIT.as_secs(), log())));
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(Self { url, _process: process, _folder: folder })
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn is_healthy(url: &str) -> bool {
    let Ok(tls) = http_stack::client_config(None) else { return false };
    let client = http_stack::client::<Empty<bytes::Bytes>>(&tls);
    let Ok(uri) = format!("{url}/health").parse() else { return false };
    client.get(uri).await.is_ok_and(|response| response.status().is_success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_shop_that_ends_or_is_not_there_says_so() {
        for (binary, part) in [("/bin/false", "ended with exit status: 1"), ("/nowhere/shop", "does not start")] {
            let error = Shop::start(Path::new(binary), Path::new("/")).await.unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("http://127.0.0.1:"), "{binary}: {error}");
        }
    }
}
