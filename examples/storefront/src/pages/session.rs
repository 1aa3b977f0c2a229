//! Which cart a visitor has: a cookie with the cart's id.

use crate::{
    cart::{self, Cart},
    error::ShopError,
    server::Shop,
};
use axum::http::{HeaderMap, header};

/// The visitor's open cart, if there is one. A cart that is unknown or ordered counts as none.
pub(super) async fn open_cart(shop: &Shop, headers: &HeaderMap) -> Result<Option<Cart>, ShopError> {
    let Some(id) = cart_id(headers) else { return Ok(None) };
    match cart::find(&shop.db, id).await {
        Ok(cart) => Ok(Some(cart).filter(|cart| !cart.ordered)),
        Err(ShopError::UnknownCart(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The `Set-Cookie` value that remembers a cart for 30 days. `SameSite` keeps other sites from posting the shop's forms.
pub(super) fn remember(cart: &str) -> String {
    format!("cart={cart}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax")
}

/// The `Set-Cookie` value that forgets it.
pub(super) fn forget() -> &'static str {
    "cart=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
}

fn cart_id(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix("cart="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cart_is_found_among_other_cookies() {
        for (cookies, expected) in [
            (&["cart=1a"][..], Some("1a")),
            (&["theme=dark; cart=1a; lang=en"], Some("1a")),
            (&["theme=dark", "cart=1a"], Some("1a")),
            (&["cartoon=1a; xcart=2b"], None),
            (&[], None),
        ] {
            let headers = cookies.iter().map(|value| (header::COOKIE, value.parse().unwrap())).collect();
            assert_eq!(cart_id(&headers), expected, "{cookies:?}");
        }
    }
}
