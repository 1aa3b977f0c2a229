//! Carts: what a customer means to buy.

use crate::{
    database::{now, storable},
    error::ShopError,
};
use sqlx::{AnyConnection, AnyPool, Row};
use uuid::Uuid;

/// A cart and what is in it, in the order of SKUs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// A UUID; who knows it may change the cart.
    pub id: String,
    /// Whether it was ordered, and so is closed.
    pub ordered: bool,
    /// What is in it.
    pub lines: Vec<Line>,
}

/// A product and how many of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The product.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// What one costs, in minor units.
    pub unit_price: i64,
    /// How many.
    pub quantity: i64,
}

impl Line {
    /// What all of them cost, in minor units.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.unit_price * self.quantity
    }
}

/// How a quantity changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// So many more, at least one.
    Add(i64),
    /// So many and no others; none takes the product out.
    Set(i64),
}

/// Starts an empty cart.
pub async fn create(db: &AnyPool) -> Result<Cart, ShopError> {
    let id = Uuid::new_v4().to_string();
    sqlx::query("INSERT INTO carts (id, changed_at) VALUES ($1, $2)").bind(&id).bind(now()).execute(db).await?;
    Ok(Cart { id, ordered: false, lines: Vec::new() })
}

/// Reads a cart.
pub async fn find(db: &AnyPool, id: &str) -> Result<Cart, ShopError> {
    let mut connection = db.acquire().await?;
    let ordered = ordered(&mut connection, id).await?;
    let lines = lines(&mut connection, id).await?;
    Ok(Cart { id: id.to_owned(), ordered, lines })
}

/// Changes how many of a product are in a cart, and gives the cart back.
///
/// Errors: [`ShopError::BadQuantity`] when it would hold more than `max` of it, `UnknownProduct`, `UnknownCart`,
/// `AlreadyOrdered`. Nothing has changed then.
pub async fn change(db: &AnyPool, id: &str, sku: &str, change: Change, max: i64) -> Result<Cart, ShopError> {
    let (given, least) = match change {
        Change::Add(quantity) => (quantity, 1),
        Change::Set(quantity) => (quantity, 0),
    };
    let bad = |quantity| ShopError::BadQuantity { sku: sku.to_owned(), quantity, max };
    if !(least..=max).contains(&given) {
        return Err(bad(given));
    }
    if !storable(sku) {
        return Err(ShopError::UnknownProduct(sku.to_owned()));
    }

    let mut work = db.begin().await?;
    claim(&mut work, "UPDATE carts SET changed_at = $2 WHERE id = $1 AND ordered_at IS NULL", id).await?;
    let held: Option<i64> = sqlx::query_scalar("SELECT quantity FROM cart_items WHERE cart_id = $1 AND sku = $2")
        .bind(id)
        .bind(sku)
        .fetch_optional(&mut *work)
        .await?;
    let quantity = if let Change::Add(more) = change { held.unwrap_or(0) + more } else { given };
    if quantity > max {
        return Err(bad(quantity));
    }
    if quantity > 0 {
        put(&mut work, id, sku, quantity).await?;
    } else {
        let removal = sqlx::query("DELETE FROM cart_items WHERE cart_id = $1 AND sku = $2").bind(id).bind(sku);
        removal.execute(&mut *work).await?;
    }
    let lines = lines(&mut work, id).await?;
    work.commit().await?;
    Ok(Cart { id: id.to_owned(), ordered: false, lines })
}

/// Runs `update`, whose parameters are the cart and the present moment, on a cart that is still open.
///
/// As the first statement of a transaction it keeps other changes of the cart waiting until that ends: two checkouts at
/// once cannot both find it open.
pub(crate) async fn claim(work: &mut AnyConnection, update: &'static str, id: &str) -> Result<(), ShopError> {
    if !storable(id) {
        return Err(ShopError::UnknownCart(id.to_owned()));
    }
    let updated = sqlx::query(update).bind(id).bind(now()).execute(&mut *work).await?;
    if updated.rows_affected() > 0 {
        return Ok(());
    }
    // Either there is no such cart, which this reports, or it is closed.
    ordered(work, id).await?;
    Err(ShopError::AlreadyOrdered(id.to_owned()))
}

/// What is in a cart, in the order of SKUs.
pub(crate) async fn lines(connection: &mut AnyConnection, id: &str) -> Result<Vec<Line>, ShopError> {
    let rows = sqlx::query(
        "SELECT i.sku, p.name, p.price, i.quantity FROM cart_items i JOIN products p ON p.sku = i.sku
         WHERE i.cart_id = $1 ORDER BY i.sku",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    let lines = rows.iter().map(|row| {
        Ok(Line {
            sku: row.try_get("sku")?,
            name: row.try_get("name")?,
            unit_price: row.try_get("price")?,
            quantity: row.try_get("quantity")?,
        })
    });
    Ok(lines.collect::<Result<_, sqlx::Error>>()?)
}

async fn ordered(connection: &mut AnyConnection, id: &str) -> Result<bool, ShopError> {
    if !storable(id) {
        return Err(ShopError::UnknownCart(id.to_owned()));
    }
    let row = sqlx::query("SELECT ordered_at FROM carts WHERE id = $1").bind(id).fetch_optional(connection).await?;
    let row = row.ok_or_else(|| ShopError::UnknownCart(id.to_owned()))?;
    Ok(row.try_get::<Option<i64>, _>("ordered_at")?.is_some())
}

async fn put(work: &mut AnyConnection, id: &str, sku: &str, quantity: i64) -> Result<(), ShopError> {
    // Copied from the catalogue, so that an unknown SKU inserts nothing instead of breaking a constraint.
    let put = sqlx::query(
        "INSERT INTO cart_items (cart_id, sku, quantity) SELECT $1, sku, $3 FROM products WHERE sku = $2
         ON CONFLICT (cart_id, sku) DO UPDATE SET quantity = excluded.quantity",
    );
    let put = put.bind(id).bind(sku).bind(quantity).execute(work).await?;
    if put.rows_affected() == 0 {
        return Err(ShopError::UnknownProduct(sku.to_owned()));
    }
    Ok(())
}
