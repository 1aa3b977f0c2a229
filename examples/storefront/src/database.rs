//! SQLite or PostgreSQL, by the scheme of `DATABASE_URL`.

use crate::error::StartError;
use sqlx::{
    AnyPool, SqlSafeStr,
    any::AnyPoolOptions,
    migrate::{Migration, MigrationType, Migrator},
};
use std::{
    borrow::Cow,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Connects, creates the SQLite file when it is missing, and brings the tables to what this release needs.
pub async fn open(url: &str) -> Result<AnyPool, StartError> {
    sqlx::any::install_default_drivers();
    let fail = |source| StartError::Open { url: without_credentials(url), source };
    let pool = AnyPoolOptions::new()
        .max_connections(8)
        // Before a load balancer's health check gives up, which is after 5 s.
        .acquire_timeout(Duration::from_secs(3))
        .connect(&creating(url))
        .await
        .map_err(fail)?;
    if is_sqlite(url) {
        // Readers go on while a checkout writes. The mode is kept in the file, so saying it once is enough.
        sqlx::query("PRAGMA journal_mode = WAL").execute(&pool).await.map_err(fail)?;
    }
    let migrated = migrations().run(&pool).await;
    migrated.map_err(|source| StartError::Migrate { url: without_credentials(url), source })?;
    Ok(pool)
}

/// The number of products in the catalogue: proof that the database answers and holds the shop's tables.
pub async fn probe(pool: &AnyPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM products").fetch_one(pool).await
}

/// Seconds since 1970, as moments are stored.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Whether a text can be an identifier in the database. PostgreSQL fails on NUL, where it should find nothing.
#[must_use]
pub fn storable(text: &str) -> bool {
    !text.contains('\0')
}

fn migrations() -> Migrator {
    let steps = [
        (1, "shop", include_str!("../migrations/0001_shop.sql")),
        (2, "catalogue", include_str!("../migrations/0002_catalogue.sql")),
    ];
    let steps = steps.into_iter().map(|(version, name, sql)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(steps.collect());
    // After a roll-back the older release meets tables that a newer one has extended, and must start.
    migrator.set_ignore_missing(true);
    migrator
}

fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

fn creating(url: &str) -> Cow<'_, str> {
    if !is_sqlite(url) || url.contains("mode=") {
        return Cow::Borrowed(url);
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    Cow::Owned(format!("{url}{separator}mode=rwc"))
}

/// A password may stand before the last `@` of the authority, or as a parameter: only what lies between is shown.
fn without_credentials(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(path, _)| path);
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_created_unless_the_url_says_otherwise() {
        for (url, expected) in [
            ("sqlite:///var/shop.db", "sqlite:///var/shop.db?mode=rwc"),
            ("sqlite://shop.db?cache=shared", "sqlite://shop.db?cache=shared&mode=rwc"),
            ("sqlite://shop.db?mode=ro", "sqlite://shop.db?mode=ro"),
            ("postgres://shop@db/shop", "postgres://shop@db/shop"),
        ] {
            assert_eq!(creating(url), expected);
        }
    }

    /// As two releases side by side in a blue/green deployment.
    #[tokio::test]
    async fn two_shops_share_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("shop.db").display());
        let (blue, green) = (open(&url).await.unwrap(), open(&url).await.unwrap());
        let mut work = blue.begin().await.unwrap();
        sqlx::query("INSERT INTO carts (id, changed_at) VALUES ('blue', 1)").execute(&mut *work).await.unwrap();
        assert_eq!(probe(&green).await.unwrap(), 8, "a reader goes on");
        let insert = sqlx::query("INSERT INTO carts (id, changed_at) VALUES ('green', 1)").execute(&green);
        let (written, committed) = tokio::join!(insert, work.commit());
        written.unwrap();
        committed.unwrap();
        let carts: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM carts").fetch_one(&blue).await.unwrap();
        assert_eq!(carts, 2);
    }

    #[test]
    fn no_password_is_shown() {
        for (url, expected) in [
            ("postgres://shop:s3cr@t@db.internal/shop?sslmode=require", "postgres://db.internal/shop"),
            ("postgres://db/shop?password=s3cret", "postgres://db/shop"),
            ("sqlite:///var/shop.db", "sqlite:///var/shop.db"),
            ("s3cret", "s3cret"),
        ] {
            assert_eq!(without_credentials(url), expected);
        }
    }

    #[tokio::test]
    async fn what_cannot_be_opened_is_named() {
        let here = tempfile::tempdir().unwrap();
        std::fs::write(here.path().join("text.db"), "this is no database, but a text long enough to be read as one")
            .unwrap();
        let file = |name: &str| format!("sqlite://{}/{name}", here.path().display());
        for url in
            [file("no/such/folder/shop.db"), file("text.db"), file("none.db?mode=rw"), "mysql://db/shop".to_owned()]
        {
            let error = open(&url).await.unwrap_err().to_string();
            assert!(error.starts_with("cannot open the database "), "{url}: {error}");
        }
    }

    #[tokio::test]
    async fn an_older_release_starts_on_the_tables_of_a_newer_one() {
        let here = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/shop.db", here.path().display());
        let pool = open(&url).await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'newer', TRUE, x'00', 1)";
        sqlx::query(newer).execute(&pool).await.unwrap();
        pool.close().await;
        assert_eq!(probe(&open(&url).await.unwrap()).await.unwrap(), 8);
    }
}
