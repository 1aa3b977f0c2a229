//! `GET /products/{sku}`: one product.

use super::{
    layout::{page as layout, picture, pieces},
    refusal::PageError,
    session::open_cart,
};
use crate::{
    product::{self, Product},
    server::Shop,
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use maud::{Markup, html};
use std::sync::Arc;

pub(super) async fn page(
    State(shop): State<Arc<Shop>>,
    Path(sku): Path<String>,
    headers: HeaderMap,
) -> Result<Markup, PageError> {
    let product = product::find(&shop.db, &sku).await?;
    let cart = open_cart(&shop, &headers).await?;
    let tax = &shop.settings.tax;
    let content = html! {
        p.trail { a href="/" { "Shop" } " / " (product.name) }
        article.product {
            (picture(&shop, &product.sku, &product.name))
            div {
                h1 { (product.name) }
                p.summary { (product.summary) }
                p.price { (shop.settings.money(product.price)) span.quiet { " incl. " (tax.label) } }
                p { (product.description) }
                (add_form(&shop, &product, true))
                p.quiet { "Article " (product.sku) " · in stock, sent within two days" }
            }
        }
    };
    Ok(layout(&shop, &product.name, cart.map_or(0, |cart| pieces(&cart.lines)), &content))
}

/// The form that puts a product into the cart, with a field for how many or for one piece.
pub(super) fn add_form(shop: &Shop, product: &Product, choose: bool) -> Markup {
    html! {
        form.add method="post" action="/cart/items" {
            input type="hidden" name="sku" value=(product.sku);
            @if choose {
                label { "Quantity"
                    input type="number" name="quantity" value="1" min="1" max=(shop.settings.max_quantity);
                }
            } @else {
                input type="hidden" name="quantity" value="1";
            }
            button type="submit" aria-label={ "Add to cart: " (product.name) } { "Add to cart" }
        }
    }
}
