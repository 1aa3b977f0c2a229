//! `/cart` and the forms that change it.

use super::{
    layout::{page as layout, picture, pieces, sums},
    refusal::PageError,
    session::{open_cart, remember},
};
use crate::{
    cart::{self, Change, Line},
    pricing::totals,
    server::Shop,
};
use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Addition {
    sku: String,
    quantity: i64,
}

#[derive(Deserialize)]
pub(super) struct Quantity {
    quantity: i64,
}

pub(super) async fn page(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Result<Markup, PageError> {
    let lines = open_cart(&shop, &headers).await?.map(|cart| cart.lines).unwrap_or_default();
    let money = |amount| shop.settings.money(amount);
    let content = html! {
        h1 { "Your cart" }
        @if lines.is_empty() {
            p.empty { "There is nothing in it yet." }
            p { a.button href="/" { "Look around" } }
        } @else {
            ul.lines {
                @for line in &lines { (row(&shop, line)) }
            }
            (sums(&shop.settings, totals(&lines, &shop.settings), money))
            p.next {
                a.quiet href="/" { "Keep looking" }
                a.button href="/checkout" { "Check out" }
            }
        }
    };
    Ok(layout(&shop, "Cart", pieces(&lines), &content))
}

pub(super) async fn add(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    form: Result<Form<Addition>, FormRejection>,
) -> Result<Response, PageError> {
    let Form(addition) = form?;
    let id = match open_cart(&shop, &headers).await? {
        Some(cart) => cart.id,
        None => cart::create(&shop.db).await?.id,
    };
    let change = Change::Add(addition.quantity);
    cart::change(&shop.db, &id, &addition.sku, change, shop.settings.max_quantity).await?;
    Ok(([(header::SET_COOKIE, remember(&id))], Redirect::to("/cart")).into_response())
}

pub(super) async fn set(
    State(shop): State<Arc<Shop>>,
    Path(sku): Path<String>,
    headers: HeaderMap,
    form: Result<Form<Quantity>, FormRejection>,
) -> Result<Redirect, PageError> {
    let Form(Quantity { quantity }) = form?;
    if let Some(cart) = open_cart(&shop, &headers).await? {
        cart::change(&shop.db, &cart.id, &sku, Change::Set(quantity), shop.settings.max_quantity).await?;
    }
    Ok(Redirect::to("/cart"))
}

fn row(shop: &Shop, line: &Line) -> Markup {
    let action = format!("/cart/items/{}", line.sku);
    html! {
        li {
            (picture(shop, &line.sku, &line.name))
            div.what {
                a href={ "/products/" (line.sku) } { (line.name) }
                span.quiet { (shop.settings.money(line.unit_price)) " each" }
            }
            form method="post" action=(action) {
                input type="number" name="quantity" value=(line.quantity) min="0" max=(shop.settings.max_quantity)
                    aria-label={ "Quantity of " (line.name) };
                button.plain type="submit" { "Update" }
            }
            form method="post" action=(action) {
                input type="hidden" name="quantity" value="0";
                button.plain type="submit" aria-label={ "Remove " (line.name) } { "Remove" }
            }
            span.price { (shop.settings.money(line.total())) }
        }
    }
}
