//! The database's URL from its parts, as RDS gives them: a host name, and a secret with the user's name and password.

use crate::error::StartError;
use serde::Deserialize;
use std::fmt::Write;

/// The secret's text, as RDS keeps it in Secrets Manager. It has no `Debug`, so that it cannot be logged.
#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

/// `postgres://user:password@host/name` with TLS, from a secret's JSON text `{"username": ..., "password": ...}`.
///
/// A password may have any character: what has a meaning in a URL is escaped.
pub fn postgres_url(host: &str, name: &str, secret: &str) -> Result<String, StartError> {
    // The parser's own error may quote what it read.
    let Credentials { username, password } = serde_json::from_str(secret).map_err(|_| StartError::Credentials)?;
    Ok(format!("postgres://{}:{}@{host}/{}?sslmode=require", escaped(&username), escaped(&password), escaped(name)))
}

fn escaped(text: &str) -> String {
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::postgres::PgConnectOptions;

    #[test]
    fn every_password_survives_the_url() {
        for (password, expected) in [
            ("plain-1_2.3~", "plain-1_2.3~"),
            ("a:b?c#d%e", "a%3Ab%3Fc%23d%25e"),
            ("<>{}|\\^`[]!$&'()*+,;=", "%3C%3E%7B%7D%7C%5C%5E%60%5B%5D%21%24%26%27%28%29%2A%2B%2C%3B%3D"),
            ("ü", "%C3%BC"),
        ] {
            let secret = serde_json::json!({ "username": "shop", "password": password, "more": 1 }).to_string();
            let url = postgres_url("db.internal:5433", "shop", &secret).unwrap();
            assert_eq!(url, format!("postgres://shop:{expected}@db.internal:5433/shop?sslmode=require"));
            let options: PgConnectOptions = url.parse().unwrap();
            assert_eq!((options.get_host(), options.get_port()), ("db.internal", 5433));
            assert_eq!((options.get_username(), options.get_database()), ("shop", Some("shop")));
        }
    }

    #[test]
    fn a_secret_that_is_none_is_refused_without_its_text() {
        for secret in
            ["", "s3cret", "\"s3cret\"", "{}", r#"{"username": "shop"}"#, r#"{"username": "shop", "password": 7}"#]
        {
            let error = postgres_url("db", "shop", secret).unwrap_err().to_string();
            assert_eq!(
                error, "DATABASE_CREDENTIALS is not JSON with the texts \"username\" and \"password\"",
                "{secret}"
            );
        }
    }
}
