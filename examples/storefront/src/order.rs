//! Checkout: a cart becomes an order.

use crate::{
    cart::{self, Line},
    database::{now, storable},
    error::ShopError,
    money::Currency,
    pricing::{Totals, totals},
    settings::Settings,
};
use serde::Deserialize;
use sqlx::{AnyConnection, AnyPool, Row};
use uuid::Uuid;

/// Who orders. Name and address may be empty: the API asks for no more than an e-mail address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Customer {
    /// Where the confirmation goes.
    #[serde(default)]
    pub email: String,
    /// For the parcel.
    #[serde(default)]
    pub name: String,
    /// For the parcel; may have several lines.
    #[serde(default)]
    pub address: String,
}

/// What was ordered, as it was at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// A UUID; who knows it may see the order.
    pub id: String,
    /// What customer and shop call it, such as `LG-7F3A9C21`.
    pub number: String,
    /// Who ordered.
    pub customer: Customer,
    /// Of all amounts.
    pub currency: Currency,
    /// What was bought.
    pub lines: Vec<Line>,
    /// What it cost.
    pub totals: Totals,
    /// Seconds since 1970.
    pub placed_at: i64,
}

/// Orders what is in a cart and closes it, or changes nothing.
///
/// Errors: [`ShopError::BadCustomer`], `UnknownCart`, `AlreadyOrdered`, `EmptyCart`.
pub async fn checkout(db: &AnyPool, settings: &Settings, cart: &str, customer: Customer) -> Result<Order, ShopError> {
    let customer = checked(customer)?;
    let mut work = db.begin().await?;
    cart::claim(&mut work, "UPDATE carts SET ordered_at = $2 WHERE id = $1 AND ordered_at IS NULL", cart).await?;
    let lines = cart::lines(&mut work, cart).await?;
    if lines.is_empty() {
        return Err(ShopError::EmptyCart(cart.to_owned()));
    }
    let id = Uuid::new_v4();
    let order = Order {
        id: id.to_string(),
        number: number(&settings.order_number_prefix, id),
        customer,
        currency: settings.currency,
        totals: totals(&lines, settings),
        lines,
        placed_at: now(),
    };
    insert(&mut work, cart, &order).await?;
    work.commit().await?;
    tracing::info!(order.number, order.total = order.totals.total, "an order was placed");
    Ok(order)
}

/// Reads an order.
pub async fn find(db: &AnyPool, id: &str) -> Result<Order, ShopError> {
    if !storable(id) {
        return Err(ShopError::UnknownOrder(id.to_owned()));
    }
    let mut connection = db.acquire().await?;
    let row = sqlx::query(
        "SELECT number, email, name, address, currency, subtotal, shipping, tax, total, placed_at
         FROM orders WHERE id = $1",
    );
    let row = row.bind(id).fetch_optional(&mut *connection).await?;
    let row = row.ok_or_else(|| ShopError::UnknownOrder(id.to_owned()))?;
    Ok(Order {
        id: id.to_owned(),
        number: row.try_get("number")?,
        customer: Customer {
            email: row.try_get("email")?,
            name: row.try_get("name")?,
            address: row.try_get("address")?,
        },
        currency: currency(row.try_get("currency")?)?,
        lines: lines(&mut connection, id).await?,
        totals: Totals {
            subtotal: row.try_get("subtotal")?,
            shipping: row.try_get("shipping")?,
            tax: row.try_get("tax")?,
            total: row.try_get("total")?,
        },
        placed_at: row.try_get("placed_at")?,
    })
}

async fn insert(work: &mut AnyConnection, cart: &str, order: &Order) -> Result<(), ShopError> {
    sqlx::query(
        "INSERT INTO orders
            (id, number, cart_id, email, name, address, currency, subtotal, shipping, tax, total, placed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&order.id)
    .bind(&order.number)
    .bind(cart)
    .bind(&order.customer.email)
    .bind(&order.customer.name)
    .bind(&order.customer.address)
    .bind(order.currency.code())
    .bind(order.totals.subtotal)
    .bind(order.totals.shipping)
    .bind(order.totals.tax)
    .bind(order.totals.total)
    .bind(order.placed_at)
    .execute(&mut *work)
    .await?;
    for line in &order.lines {
        sqlx::query("INSERT INTO order_items (order_id, sku, name, unit_price, quantity) VALUES ($1, $2, $3, $4, $5)")
            .bind(&order.id)
            .bind(&line.sku)
            .bind(&line.name)
            .bind(line.unit_price)
            .bind(line.quantity)
            .execute(&mut *work)
            .await?;
    }
    Ok(())
}

async fn lines(connection: &mut AnyConnection, order: &str) -> Result<Vec<Line>, ShopError> {
    let rows = sqlx::query("SELECT sku, name, unit_price, quantity FROM order_items WHERE order_id = $1 ORDER BY sku")
        .bind(order)
        .fetch_all(connection)
        .await?;
    let lines = rows.iter().map(|row| {
        Ok(Line {
            sku: row.try_get("sku")?,
            name: row.try_get("name")?,
            unit_price: row.try_get("unit_price")?,
            quantity: row.try_get("quantity")?,
        })
    });
    Ok(lines.collect::<Result<_, sqlx::Error>>()?)
}

fn currency(code: &str) -> Result<Currency, sqlx::Error> {
    let unknown = || sqlx::Error::Decode(format!("no currency has the code {code:?}").into());
    Currency::of_code(code).ok_or_else(unknown)
}

/// Short enough to be read out on the telephone; the table refuses the rare second order of the same number.
fn number(prefix: &str, id: Uuid) -> String {
    format!("{prefix}{:08X}", id.as_fields().0)
}

/// The shape of an e-mail address and bounded lengths: whether mail arrives, only mail can tell.
fn checked(customer: Customer) -> Result<Customer, ShopError> {
    let bad = |field, problem| Err(ShopError::BadCustomer { field, problem });
    let Customer { email, name, address } = customer;
    let customer = Customer { email: email.trim().into(), name: name.trim().into(), address: address.trim().into() };
    if customer.email.len() > 254 {
        return bad("email", "is longer than 254 bytes");
    }
    let shaped = customer.email.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty())
    });
    if !shaped || customer.email.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return bad("email", "must be an e-mail address, such as ada@example.com");
    }
    if customer.name.len() > 200 {
        return bad("name", "is longer than 200 bytes");
    }
    if customer.address.len() > 1_000 {
        return bad("address", "is longer than 1000 bytes");
    }
    if !storable(&customer.name) || !storable(&customer.address) {
        return bad("name or address", "contains a NUL character");
    }
    Ok(customer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_are_checked() {
        let email = |email: &str| Customer { email: email.into(), ..Customer::default() };
        let named = |name: &str, address: &str| Customer {
            email: "ada@example.com".into(),
            name: name.into(),
            address: address.into(),
        };
        for good in [email("ada@example.com"), email(" ada+shop@mail.example.co.uk "), named("Ada", "1 Street\nTown")] {
            assert!(checked(good.clone()).is_ok(), "{good:?}");
        }
        for (customer, field) in [
            (email(""), "email"),
            (email("ada"), "email"),
            (email("@example.com"), "email"),
            (email("ada@"), "email"),
            (email("ada@localhost"), "email"),
            (email("ada@example..com"), "email"),
            (email("a da@example.com"), "email"),
            (email("ada@exa\0mple.com"), "email"),
            (email(&format!("{}@example.com", "a".repeat(250))), "email"),
            (named(&"a".repeat(201), ""), "name"),
            (named("", &"a".repeat(1001)), "address"),
            (named("Ada\0", ""), "name or address"),
        ] {
            match checked(customer.clone()) {
                Err(ShopError::BadCustomer { field: found, .. }) => assert_eq!(found, field, "{customer:?}"),
                other => panic!("{customer:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn numbers_are_prefix_and_eight_digits() {
        let id = Uuid::from_u128(0x00ab_cdef << 96);
        assert_eq!(number("LG-", id), "LG-00ABCDEF");
    }
}
