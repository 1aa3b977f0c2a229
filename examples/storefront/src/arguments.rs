//! The command line and the environment.

use clap::{Parser, ValueEnum};
use std::{
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
}
