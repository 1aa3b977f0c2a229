//! The two environments of a run: one instance each, a folder with the settings a host would have in /etc.

use std::path::{Path, PathBuf};

use crate::emulator::FreePort;

/// A host of an environment.
#[derive(Debug, Clone)]
pub struct Site {
    /// `staging` or `production`, the value of the instance's tag `Environment`.
    pub environment: &'static str,
    /// The port its shop listens on.
    pub port: FreePort,
    /// What the host's root folder would be.
    pub root: PathBuf,
}

impl Site {
    /// Makes the host: a free port and its settings in `etc/storefront.env`.
    pub fn create(environment: &'static str, folder: &Path) -> std::io::Result<Self> {
        let port = FreePort::find()?;
        let root = folder.join(format!("instances/{environment}-1"));
        let data = root.join("var/lib/storefront");
        std::fs::create_dir_all(root.join("etc"))?;
        std::fs::create_dir_all(&data)?;
        let settings =
            format!("HOST=127.0.0.1\nPORT={}\nDATABASE_URL=sqlite://{}\n", port.0, data.join("shop.db").display());
        std::fs::write(root.join("etc/storefront.env"), settings)?;
        Ok(Self { environment, port, root })
    }

    /// What the site answers at `/version`: the revision it serves, or why there is none.
    pub async fn version(&self) -> String {
        match self.ask_version().await {
            Ok(revision) => revision,
            Err(reason) => format!("({reason})"),
        }
    }

    async fn ask_version(&self) -> Result<String, String> {
        use http_body_util::{BodyExt, Empty};

        let tls = http_stack::client_config(None).map_err(|error| error.to_string())?;
        let client = http_stack::client::<Empty<bytes::Bytes>>(&tls);
        let uri = format!("{}/version", self.port.url()).parse().map_err(|error| format!("{error}"))?;
        let answer = client.get(uri).await.map_err(|_| "nothing answers".to_owned())?;
        if !answer.status().is_success() {
            return Err(format!("/version answers {}", answer.status().as_u16()));
        }
        let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
        let version: serde_json::Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        version["revision"].as_str().map(str::to_owned).ok_or_else(|| "no revision in /version".to_owned())
    }
}
