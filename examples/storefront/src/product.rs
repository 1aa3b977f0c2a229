//! The catalogue.

use crate::{database::storable, error::ShopError};
use sqlx::{AnyPool, Row, any::AnyRow};

/// Something to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its name for the trade, such as `SKU-1001`.
    pub sku: String,
    /// Its name for people.
    pub name: String,
    /// A line.
    pub summary: String,
    /// A paragraph.
    pub description: String,
    /// Minor units, tax included.
    pub price: i64,
}

/// All products, in the shopkeeper's order.
pub async fn list(db: &AnyPool) -> Result<Vec<Product>, ShopError> {
    let rows = sqlx::query("SELECT sku, name, summary, description, price FROM products ORDER BY position, sku")
        .fetch_all(db)
        .await?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// One product.
pub async fn find(db: &AnyPool, sku: &str) -> Result<Product, ShopError> {
    if !storable(sku) {
        return Err(ShopError::UnknownProduct(sku.to_owned()));
    }
    let row = sqlx::query("SELECT sku, name, summary, description, price FROM products WHERE sku = $1")
        .bind(sku)
        .fetch_optional(db)
        .await?;
    let row = row.ok_or_else(|| ShopError::UnknownProduct(sku.to_owned()))?;
    Ok(read(&row)?)
}

fn read(row: &AnyRow) -> Result<Product, sqlx::Error> {
    Ok(Product {
        sku: row.try_get("sku")?,
        name: row.try_get("name")?,
        summary: row.try_get("summary")?,
        description: row.try_get("description")?,
        price: row.try_get("price")?,
    })
}
