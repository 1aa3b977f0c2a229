//! The command line and the environment.

use crate::{credentials::postgres_url, error::StartError};
use clap::{Parser, ValueEnum};
use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// A small web shop.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    /// The address to listen on. Behind a load balancer, 0.0.0.0.
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one and logs it.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// `sqlite:///path/shop.db` (created when missing) or `postgres://user:password@host/shop`.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://shop.db", hide_env_values = true)]
    pub database_url: String,
    /// The host of a PostgreSQL database, with `:port` unless it is 5432. Then `DATABASE_URL` does not count.
    #[arg(long, env = "DATABASE_HOST")]
    pub database_host: Option<String>,
    /// The database on that host.
    #[arg(long, env = "DATABASE_NAME", default_value = "shop")]
    pub database_name: String,
    /// Who connects to that host: `{"username": "...", "password": "..."}`, as RDS keeps it in Secrets Manager.
    #[arg(long, env = "DATABASE_CREDENTIALS", hide_env_values = true)]
    pub database_credentials: Option<String>,
    /// The settings file; without it, the one of the release, then the one in the working directory.
    #[arg(long, env = "SETTINGS")]
    pub settings: Option<PathBuf>,
    /// The revision to report where the release has no REVISION file.
    #[arg(long, env = "REVISION")]
    pub revision: Option<String>,
    /// How log lines look.
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
}

impl Arguments {
    /// Where to listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// The database's URL: from its parts when there is a host, since an image or a host may have a URL of its own set.
    pub fn database(&self) -> Result<Cow<'_, str>, StartError> {
        let Some(host) = self.database_host.as_deref().filter(|host| !host.is_empty()) else {
            return Ok(Cow::Borrowed(&self.database_url));
        };
        let Some(secret) = &self.database_credentials else {
            return Err(StartError::NoCredentials(host.to_owned()));
        };
        postgres_url(host, &self.database_name, secret).map(Cow::Owned)
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For reading in a terminal.
    Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_formats_are_typed() {
        let parse = |line: &str| Arguments::try_parse_from(line.split(' '));
        let arguments = parse("storefront --host 0.0.0.0 --port 80 --log-format text").unwrap();
        assert_eq!(arguments.address().to_string(), "0.0.0.0:80");
        assert_eq!(arguments.log_format, LogFormat::Text);
        for (line, expected) in [
            ("storefront --port 70000", "invalid value '70000' for '--port <PORT>'"),
            ("storefront --host shop", "invalid value 'shop' for '--host <HOST>'"),
            ("storefront --log-format xml", "[possible values: json, text]"),
            ("storefront --prot 80", "unexpected argument '--prot'"),
        ] {
            let error = parse(line).unwrap_err().to_string();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }

    #[test]
    fn a_database_is_a_url_or_a_host_with_credentials() {
        let secret = r#"--database-credentials={"username":"shop","password":"a@b"}"#;
        for (given, expected) in [
            (&["--database-url=sqlite://x.db"][..], Ok("sqlite://x.db")),
            (&["--database-url=sqlite://x.db", "--database-host="], Ok("sqlite://x.db")),
            (&["--database-url=sqlite://x.db", secret], Ok("sqlite://x.db")),
            (
                &["--database-url=sqlite://x.db", "--database-host=db", secret],
                Ok("postgres://shop:a%40b@db/shop?sslmode=require"),
            ),
            (
                &["--database-host=db", "--database-name=other", secret],
                Ok("postgres://shop:a%40b@db/other?sslmode=require"),
            ),
            (&["--database-host=db"], Err("DATABASE_HOST=db needs DATABASE_CREDENTIALS, the database's secret")),
        ] {
            let arguments = Arguments::try_parse_from(["storefront"].iter().chain(given)).unwrap();
            let database = arguments.database().map_err(|error| error.to_string());
            assert_eq!(database.as_deref().map_err(String::as_str), expected, "{given:?}");
        }
    }
}
