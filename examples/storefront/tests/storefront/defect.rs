//! The defects are real changes of the present sources.

use std::{fs, path::Path, process::Command};

/// The patch applies, and what it makes the checkout write is in no migration.
#[test]
fn the_checkout_defect_names_a_column_that_no_migration_has() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("src")).unwrap();
    fs::copy(sources.join("src/order.rs"), copy.path().join("src/order.rs")).unwrap();
    let applied = Command::new("git")
        .args(["apply", "--verbose"])
        .arg(sources.join("defects/checkout.patch"))
        .current_dir(copy.path())
        // A repository above the temporary folder would make git look for the files there.
        .env("GIT_CEILING_DIRECTORIES", copy.path().parent().unwrap())
        .output()
        .unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));

    let columns = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let (_, insert) = text.split_once("\"INSERT INTO orders").unwrap();
        let (_, list) = insert.split_once('(').unwrap();
        let (list, _) = list.split_once(')').unwrap();
        list.split(',').map(|column| column.trim().to_owned()).collect::<Vec<_>>()
    };
    let migration = fs::read_to_string(sources.join("migrations/0001_shop.sql")).unwrap();
    let missing = |columns: Vec<String>| {
        columns.into_iter().filter(|column| !migration.contains(&format!(" {column} "))).collect::<Vec<_>>()
    };
    assert_eq!(missing(columns(&sources.join("src/order.rs"))), [""; 0]);
    assert_eq!(missing(columns(&copy.path().join("src/order.rs"))), ["channel"]);
}
