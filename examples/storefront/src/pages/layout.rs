//! What all pages share: head, header, footer, and how a picture and sums are drawn.

use crate::{assets::picture_path, money::Money, pricing::Totals, server::Shop, settings::Settings};
use maud::{DOCTYPE, Markup, html};

/// A whole page. `in_cart` counts the pieces shown beside the link to the cart.
pub(super) fn page(shop: &Shop, title: &str, in_cart: i64, content: &Markup) -> Markup {
    let name = &shop.settings.shop_name;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (name) }
                link rel="stylesheet" href={ "/static/shop.css?" (shop.revision) };
                link rel="icon" type="image/svg+xml" href={ (picture_path("SKU-1001")) "?" (shop.revision) };
            }
            body {
                header {
                    a.wordmark href="/" { (name) }
                    nav {
                        a href="/" { "Shop" }
                        a.basket href="/cart" {
                            "Cart"
                            @if in_cart > 0 { span.count { (in_cart) } }
                        }
                    }
                }
                main { (content) }
                footer {
                    p { (name) " · Goods that last, sent within two days." }
                    p.revision { "Release " (shop.revision) }
                }
            }
        }
    }
}

/// The drawing of a product.
pub(super) fn picture(shop: &Shop, sku: &str, name: &str) -> Markup {
    html! { img.picture src={ (picture_path(sku)) "?" (shop.revision) } alt=(name) width="400" height="300"; }
}

/// The table of sums below a cart or an order.
pub(super) fn sums(settings: &Settings, totals: Totals, money: impl Fn(i64) -> Money) -> Markup {
    html! {
        dl.sums {
            dt { "Goods" } dd { (money(totals.subtotal)) }
            dt { "Shipping" }
            dd { @if totals.shipping == 0 { "free" } @else { (money(totals.shipping)) } }
            dt.total { "Total" } dd.total { (money(totals.total)) }
            @if totals.tax > 0 {
                dt.quiet { "contains " (settings.tax.label) } dd.quiet { (money(totals.tax)) }
            }
        }
    }
}

/// The number of pieces in a cart.
pub(super) fn pieces(lines: &[crate::cart::Line]) -> i64 {
    lines.iter().map(|line| line.quantity).sum()
}
