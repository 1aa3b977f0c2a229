//! `/checkout`: who orders, and the order itself.

use super::{
    layout::{page as layout, pieces, sums},
    refusal::PageError,
    session::{forget, open_cart},
};
use crate::{
    cart::Cart,
    error::ShopError,
    order::{self, Customer},
    pricing::totals,
    server::Shop,
};
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use std::sync::Arc;

pub(super) async fn page(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Result<Response, PageError> {
    match filled_cart(&shop, &headers).await? {
        Some(cart) => Ok(ask(&shop, &cart, &Customer::default(), None).into_response()),
        None => Ok(Redirect::to("/cart").into_response()),
    }
}

pub(super) async fn order(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    form: Result<Form<Customer>, FormRejection>,
) -> Result<Response, PageError> {
    let Form(customer) = form?;
    let Some(cart) = filled_cart(&shop, &headers).await? else {
        return Ok(Redirect::to("/cart").into_response());
    };
    match order::checkout(&shop.db, &shop.settings, &cart.id, customer.clone()).await {
        Ok(order) => {
            let confirmation = Redirect::to(&format!("/orders/{}", order.id));
            Ok(([(header::SET_COOKIE, forget())], confirmation).into_response())
        }
        // The customer can put this right on the same page, with what was typed still there.
        Err(error @ ShopError::BadCustomer { .. }) => {
            Ok((error.status(), ask(&shop, &cart, &customer, Some(&error))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn filled_cart(shop: &Shop, headers: &HeaderMap) -> Result<Option<Cart>, ShopError> {
    Ok(open_cart(shop, headers).await?.filter(|cart| !cart.lines.is_empty()))
}

fn ask(shop: &Shop, cart: &Cart, customer: &Customer, error: Option<&ShopError>) -> Markup {
    let money = |amount| shop.settings.money(amount);
    let content = html! {
        h1 { "Check out" }
        div.checkout {
            form method="post" action="/checkout" {
                @if let Some(error) = error { p.problem role="alert" { (error) } }
                label { "E-mail"
                    input type="email" name="email" value=(customer.email) required autocomplete="email" maxlength="254";
                }
                label { "Name"
                    input name="name" value=(customer.name) required autocomplete="name" maxlength="200";
                }
                label { "Address"
                    textarea name="address" rows="4" required autocomplete="street-address" maxlength="1000" {
                        (customer.address)
                    }
                }
                p.quiet { "You pay by invoice, which comes with the parcel." }
                button type="submit" { "Place the order" }
            }
            aside {
                h2 { "Your order" }
                ul.short {
                    @for line in &cart.lines {
                        li { span { (line.quantity) " × " (line.name) } span { (money(line.total())) } }
                    }
                }
                (sums(&shop.settings, totals(&cart.lines, &shop.settings), money))
            }
        }
    };
    layout(shop, "Check out", pieces(&cart.lines), &content)
}
