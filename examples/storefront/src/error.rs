//! Why a request was refused, and why the shop did not start.

use axum::http::StatusCode;
use std::path::PathBuf;

/// A request that the shop could not fulfil. The text is for the customer, except that of [`ShopError::Database`].
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The catalogue has no such SKU.
    #[error("no product has the SKU {0:?}")]
    UnknownProduct(String),
    /// No cart has this id.
    #[error("no cart has the id {0:?}")]
    UnknownCart(String),
    /// No order has this id.
    #[error("no order has the id {0:?}")]
    UnknownOrder(String),
    /// The quantity of one product is out of bounds, alone or together with what is in the cart.
    #[error("quantity {quantity} of {sku} cannot be ordered: give 1 to {max}, counting what is in the cart")]
    BadQuantity {
        /// The product.
        sku: String,
        /// What the cart would have held.
        quantity: i64,
        /// The most the settings allow.
        max: i64,
    },
    /// A field of the customer's data is missing, too long or not what it says.
    #[error("{field} {problem}")]
    BadCustomer {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Checkout of a cart without items.
    #[error("cart {0} is empty: add an item first")]
    EmptyCart(String),
    /// A change or a checkout of a cart that was ordered already.
    #[error("cart {0} was ordered already: start another cart")]
    AlreadyOrdered(String),
    /// The database failed. Logged; customers get a sentence without its text.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

impl ShopError {
    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnknownProduct(_) | Self::UnknownCart(_) | Self::UnknownOrder(_) => StatusCode::NOT_FOUND,
            Self::BadQuantity { .. } | Self::BadCustomer { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::EmptyCart(_) | Self::AlreadyOrdered(_) => StatusCode::CONFLICT,
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A word for programs, which stays when the text is reworded.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProduct(_) => "unknown_product",
            Self::UnknownCart(_) => "unknown_cart",
            Self::UnknownOrder(_) => "unknown_order",
            Self::BadQuantity { .. } => "bad_quantity",
            Self::BadCustomer { .. } => "bad_customer",
            Self::EmptyCart(_) => "empty_cart",
            Self::AlreadyOrdered(_) => "already_ordered",
            Self::Database(_) => "internal",
        }
    }

    /// What the customer is told. A failure of the shop itself is logged here, where it becomes an answer.
    #[must_use]
    pub fn told(&self) -> String {
        if self.status().is_server_error() {
            tracing::error!(error = %self, "a request failed");
            return "the shop could not do this; the failure was logged, please try again later".to_owned();
        }
        self.to_string()
    }
}

/// Why the shop did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file of the release cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The settings are not TOML or have other keys and types than the shop knows.
    #[error("settings: {0}")]
    Settings(#[from] toml::de::Error),
    /// A setting has a value the shop cannot work with.
    #[error("settings: {key} = {value} is not possible: {allowed}")]
    Setting {
        /// The key, with its table.
        key: &'static str,
        /// The value.
        value: String,
        /// What is.
        allowed: &'static str,
    },
    /// `DATABASE_HOST` is set and `DATABASE_CREDENTIALS` is not.
    #[error("DATABASE_HOST={0} needs DATABASE_CREDENTIALS, the database's secret")]
    NoCredentials(String),
    /// `DATABASE_CREDENTIALS` is not what RDS keeps in Secrets Manager. Its text is not shown.
    #[error("DATABASE_CREDENTIALS is not JSON with the texts \"username\" and \"password\"")]
    Credentials,
    /// The database cannot be reached or opened.
    #[error("cannot open the database {url}: {source}")]
    Open {
        /// Without user and password.
        url: String,
        /// The reason.
        source: sqlx::Error,
    },
    /// The tables cannot be brought to what this release needs.
    #[error("cannot migrate the database {url}: {source}")]
    Migrate {
        /// Without user and password.
        url: String,
        /// The reason.
        source: sqlx::migrate::MigrateError,
    },
    /// The address cannot be listened on, or serving broke off.
    #[error("cannot serve on {address}: {source}")]
    Serve {
        /// Host and port.
        address: std::net::SocketAddr,
        /// The reason.
        source: std::io::Error,
    },
}
