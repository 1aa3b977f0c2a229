//! `GET /`: the catalogue.

use super::{
    layout::{page as layout, picture, pieces},
    product::add_form,
    refusal::PageError,
    session::open_cart,
};
use crate::{product, server::Shop};
use axum::{extract::State, http::HeaderMap};
use maud::{Markup, html};
use std::sync::Arc;

pub(super) async fn page(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Result<Markup, PageError> {
    let products = product::list(&shop.db).await?;
    let cart = open_cart(&shop, &headers).await?;
    let free_from = shop.settings.money(shop.settings.shipping.free_from);
    let content = html! {
        section.hero {
            h1 { "Useful things, made well" }
            p { "A few good objects for the kitchen and the desk. Free shipping from " (free_from) "." }
        }
        ul.grid {
            @for product in &products {
                li.card {
                    a href={ "/products/" (product.sku) } {
                        (picture(&shop, &product.sku, &product.name))
                        h2 { (product.name) }
                        p.quiet { (product.summary) }
                    }
                    div.buy {
                        span.price { (shop.settings.money(product.price)) }
                        (add_form(&shop, product, false))
                    }
                }
            }
        }
    };
    Ok(layout(&shop, "Shop", cart.map_or(0, |cart| pieces(&cart.lines)), &content))
}
