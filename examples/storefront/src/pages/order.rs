//! `GET /orders/{id}`: the confirmation.

use super::{
    layout::{page as layout, pieces, sums},
    refusal::PageError,
    session::open_cart,
};
use crate::{order, server::Shop};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use maud::{Markup, html};
use std::sync::Arc;

pub(super) async fn page(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Markup, PageError> {
    let order = order::find(&shop.db, &id).await?;
    let cart = open_cart(&shop, &headers).await?;
    let money = |amount| order.currency.money(amount);
    let content = html! {
        section.thanks {
            p.tick aria-hidden="true" { "✓" }
            h1 { "Thank you for your order" }
            p { "Order " strong { (order.number) } " is on its way to the packing table." }
            p.quiet { "Questions? Name the order number when you write from " (order.customer.email) "." }
        }
        div.checkout {
            section {
                h2 { "Goes to" }
                p.address {
                    @if !order.customer.name.is_empty() { (order.customer.name) "\n" }
                    @if !order.customer.address.is_empty() { (order.customer.address) "\n" }
                    (order.customer.email)
                }
                p { a.button href="/" { "Back to the shop" } }
            }
            aside {
                h2 { "What you ordered" }
                ul.short {
                    @for line in &order.lines {
                        li { span { (line.quantity) " × " (line.name) } span { (money(line.total())) } }
                    }
                }
                (sums(&shop.settings, order.totals, money))
            }
        }
    };
    Ok(layout(&shop, "Thank you", cart.map_or(0, |cart| pieces(&cart.lines)), &content))
}
