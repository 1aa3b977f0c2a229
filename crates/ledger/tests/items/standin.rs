//! The table, in the stand-in for AWS.

use std::collections::BTreeMap;

use aws_call::{Endpoints, Service};
use aws_credential_types::Credentials;
use launchway::standin;
use launchway::standin::Times;
use launchway::standin::aws::{Aws, AwsSettings, Call, Fault};
use ledger::Ledger;
use serde_json::Value;

/// What the table is called.
pub(crate) const TABLE: &str = "launchway-ledger";

const REGION: &str = "eu-central-1";

/// DynamoDB with one table.
pub(crate) struct Standin(Aws);

impl Standin {
    pub(crate) async fn start() -> Self {
        let credentials = standin::Credentials::session("ASIAFUNCTION", "secret-key", "session");
        let settings = AwsSettings {
            region: REGION.to_owned(),
            function_credentials: credentials.clone(),
            job_credentials: credentials,
        };
        let aws = Aws::start(settings, None).await.unwrap();
        aws.add_table(TABLE);
        Self(aws)
    }

    pub(crate) fn ledger(&self) -> Ledger {
        ledger_at(&self.0.url())
    }

    /// The next call of `operation` meets this fault.
    pub(crate) fn fail(&self, operation: &str, fault: Fault) {
        self.0.order_fault(operation, fault, Times::Count(1));
    }

    /// The items, by their keys as `pk / sk`.
    pub(crate) fn items(&self) -> BTreeMap<String, Value> {
        self.0.items(TABLE).into_iter().map(|((pk, sk), item)| (format!("{pk} / {sk}"), item)).collect()
    }

    /// Puts an item as nobody but a test would.
    pub(crate) fn put(&self, name: &str, attributes: Value) {
        let Value::Object(attributes) = attributes else { panic!("an item is an object") };
        self.0.put_item(TABLE, name.split_once(" / ").unwrap(), attributes);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.0.calls()
    }
}

/// A ledger in the table of whoever listens at `url`.
pub(crate) fn ledger_at(url: &str) -> Ledger {
    let mut endpoints = Endpoints::default();
    endpoints.set(Service::DynamoDb, url).unwrap();
    let aws = aws_call::Aws {
        region: REGION.to_owned(),
        credentials: Credentials::new("ASIAFUNCTION", "secret-key", Some("session".to_owned()), None, "test"),
        endpoints,
        http: http_stack::client(&http_stack::client_config(None).unwrap()),
    };
    Ledger::new(aws, TABLE)
}
