//! The pages, used as a browser would: forms, redirects, a cookie.

use crate::test_shop::{Answer, TestShop};
use axum::http::{Method, StatusCode, header};

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(shop: &TestShop, path: &str, cookie: &str, form: &str) -> Answer {
    let headers = [(header::CONTENT_TYPE, FORM), (header::COOKIE, cookie)];
    shop.ask(Method::POST, path, &headers, form.to_owned()).await
}

async fn get(shop: &TestShop, path: &str, cookie: &str) -> Answer {
    shop.ask(Method::GET, path, &[(header::COOKIE, cookie)], String::new()).await
}

fn cookie(answer: &Answer) -> String {
    answer.header(&header::SET_COOKIE).split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_visitor_buys_something() {
    let shop = TestShop::open().await;
    let added = post(&shop, "/cart/items", "", "sku=SKU-1003&quantity=2").await;
    assert_eq!((added.status, added.header(&header::LOCATION)), (StatusCode::SEE_OTHER, "/cart"));
    assert!(added.header(&header::SET_COOKIE).ends_with("; HttpOnly; SameSite=Lax"));
    let cart = cookie(&added);

    let again = post(&shop, "/cart/items", &cart, "sku=SKU-1001&quantity=1").await;
    assert_eq!(cookie(&again), cart);
    let page = get(&shop, "/cart", &cart).await.body;
    assert!(page.contains("Reading lamp") && page.contains("€162.50"), "{page}");
    assert_eq!(post(&shop, "/cart/items/SKU-1001", &cart, "quantity=0").await.status, StatusCode::SEE_OTHER);
    let page = get(&shop, "/cart", &cart).await.body;
    assert!(!page.contains("Stoneware mug") && page.contains("€148.00"), "{page}");

    let form = "email=ada%40example.com&name=Ada+%3Cb%3E&address=12+Square%0ALondon";
    let ordered = post(&shop, "/checkout", &cart, form).await;
    assert_eq!(ordered.status, StatusCode::SEE_OTHER);
    assert!(ordered.header(&header::SET_COOKIE).starts_with("cart=; Path=/; Max-Age=0"));
    let confirmation = get(&shop, ordered.header(&header::LOCATION), "").await.body;
    for part in ["Thank you for your order", "LG-", "2 × Reading lamp", "€148.00", "Ada &lt;b&gt;", "London"] {
        assert!(confirmation.contains(part), "{part}: {confirmation}");
    }
    // The old cookie names a closed cart: it counts as none.
    assert!(get(&shop, "/cart", &cart).await.body.contains("There is nothing in it yet"));
    assert_eq!(get(&shop, "/checkout", &cart).await.header(&header::LOCATION), "/cart");
    assert_eq!(post(&shop, "/checkout", &cart, form).await.header(&header::LOCATION), "/cart");
    assert_ne!(cookie(&post(&shop, "/cart/items", &cart, "sku=SKU-1001&quantity=1").await), cart);
}

#[tokio::test]
async fn pages_say_what_is_wrong() {
    let shop = TestShop::open().await;
    let cart = cookie(&post(&shop, "/cart/items", "", "sku=SKU-1001&quantity=20").await);
    for (path, form, status, part) in [
        ("/cart/items", "sku=SKU-1001&quantity=1", 422, "quantity 21 of SKU-1001"),
        ("/cart/items", "sku=SKU-0000&quantity=1", 404, "no product has the SKU"),
        ("/cart/items", "sku=SKU-1002&quantity=0", 422, "give 1 to 20"),
        ("/cart/items", "sku=SKU-1002&quantity=many", 422, "quantity"),
        ("/cart/items", "sku=SKU-1002", 422, "quantity"),
        ("/cart/items/SKU-1001", "quantity=21", 422, "give 1 to 20"),
        ("/cart/items/SKU-1001", "quantity=-1", 422, "give 1 to 20"),
        ("/checkout", "email=ada", 422, "email must be an e-mail address"),
        ("/checkout", "name=Ada+Lovelace", 422, "value=\"Ada Lovelace\""),
        ("/checkout", "email=%22%3E%3Cscript%3E", 422, "&quot;&gt;&lt;script&gt;"),
    ] {
        let answer = post(&shop, path, &cart, form).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {form}");
        assert!(answer.body.contains(part), "{path} {form}: {}", answer.body);
    }
    // Without a cart there is nothing to set or to order.
    for (path, form) in [("/cart/items/SKU-1001", "quantity=1"), ("/checkout", "email=ada%40example.com")] {
        assert_eq!(post(&shop, path, "cart=nobody", form).await.header(&header::LOCATION), "/cart", "{path}");
    }
}

#[tokio::test]
async fn every_address_answers_with_its_kind() {
    let shop = TestShop::open().await;
    let html = "text/html; charset=utf-8";
    for (path, status, content_type, part) in [
        ("/", 200, html, "Add to cart"),
        ("/", 200, html, "Release 1f2e3d"),
        ("/products/SKU-1002", 200, html, "Pour-over kettle"),
        ("/products/SKU-0000", 404, html, "We do not have that"),
        ("/cart", 200, html, "There is nothing in it yet"),
        ("/orders/none", 404, html, "no order has the id"),
        ("/elsewhere", 404, html, "no page at this address"),
        ("/static/shop.css", 200, "text/css; charset=utf-8", "--paper"),
        ("/static/pictures/SKU-1008.svg", 200, "image/svg+xml", "Beeswax candle"),
    ] {
        let answer = shop.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.header(&header::CONTENT_TYPE)), (status, content_type), "{path}");
        assert!(answer.body.contains(part), "{path}: {}", answer.body);
    }
    assert_eq!(shop.get("/static/pictures/none.svg").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_product_has_its_page_and_picture() {
    let shop = TestShop::open().await;
    let listed = shop.get("/api/products").await.json();
    for product in listed["products"].as_array().unwrap() {
        let page = shop.get(&format!("/products/{}", product["sku"].as_str().unwrap())).await;
        assert!(page.body.contains(product["name"].as_str().unwrap()), "{product}");
        let picture = shop.get(product["picture"].as_str().unwrap()).await;
        assert!(picture.body.starts_with("<svg "), "{product}");
    }
}
