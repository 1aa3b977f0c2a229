//! Tables that a test makes and fills, and what is in them afterwards.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::Aws;
use super::{Attributes, Table, keyed};

impl Aws {
    /// Makes a table with the keys `pk` and `sk`.
    pub fn add_table(&self, name: &str) {
        self.state().tables.insert(name.to_owned(), BTreeMap::new());
    }

    /// Puts an item with these attributes, in DynamoDB's notation, into a table, in the place of what had its keys. A
    /// table that is not there is made.
    pub fn put_item(&self, table: &str, (pk, sk): (&str, &str), attributes: Attributes) {
        let item = keyed(attributes, pk, sk);
        self.state().tables.entry(table.to_owned()).or_default().insert((pk.to_owned(), sk.to_owned()), item);
    }

    /// The items of a table, by `pk` and `sk`; none of a table that is not there.
    #[must_use]
    pub fn items(&self, table: &str) -> BTreeMap<(String, String), Value> {
        let items: Table = self.state().tables.get(table).cloned().unwrap_or_default();
        items.into_iter().map(|(keys, item)| (keys, Value::Object(item))).collect()
    }
}
