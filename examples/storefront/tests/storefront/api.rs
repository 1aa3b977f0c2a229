//! The API, asked as a program would.

use crate::test_shop::TestShop;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

#[tokio::test]
async fn a_whole_checkout() {
    let shop = TestShop::open().await;
    let cart = shop.cart(2).await;
    let item = json!({"sku": "SKU-1004", "quantity": 1});
    let filled = shop.post_json(&format!("/api/carts/{cart}/items"), item).await.json();
    assert_eq!(filled, shop.get(&format!("/api/carts/{cart}")).await.json());
    assert_eq!(filled["items"][1]["total"], json!({"amount": 1690, "currency": "EUR"}));
    assert_eq!(filled["total"]["amount"], 2 * 1450 + 1690 + 490);

    let customer = json!({"email": "ada@example.com"});
    let ordered = shop.post_json(&format!("/api/carts/{cart}/checkout"), &customer).await;
    assert_eq!(ordered.status, StatusCode::CREATED);
    let order = ordered.json();
    let path = format!("/api/orders/{}", order["order_id"].as_str().unwrap());
    assert_eq!(ordered.header(&header::LOCATION), path);
    assert_eq!(order["total"], filled["total"]);
    assert_eq!(order["items"], filled["items"]);
    assert!(order["number"].as_str().unwrap().starts_with("LG-"));
    assert_eq!(shop.get(&path).await.json(), order);
    assert_eq!(shop.get(&format!("/api/carts/{cart}")).await.json()["ordered"], true);
}

#[tokio::test]
async fn refusals_say_why() {
    let shop = TestShop::open().await;
    let (empty, full, ordered) = (shop.cart(0).await, shop.cart(20).await, shop.cart(1).await);
    let email = r#"{"email": "ada@example.com"}"#;
    assert_eq!(shop.post_json(&format!("/api/carts/{ordered}/checkout"), email).await.status, StatusCode::CREATED);
    let items = |cart: &str| format!("/api/carts/{cart}/items");
    let checkout = |cart: &str| format!("/api/carts/{cart}/checkout");
    let item = |sku: &str, quantity: Value| json!({"sku": sku, "quantity": quantity}).to_string();
    let one = item("SKU-1001", json!(1));
    for (path, body, status, code, part) in [
        (items(&empty), item("SKU-0000", json!(1)), 404, "unknown_product", "\"SKU-0000\""),
        (items(&empty), item("sku-1001", json!(1)), 404, "unknown_product", "\"sku-1001\""),
        (items(&empty), item("SKU\0", json!(1)), 404, "unknown_product", "SKU"),
        (items(&empty), item("SKU-1001", json!(0)), 422, "bad_quantity", "give 1 to 20"),
        (items(&empty), item("SKU-1001", json!(-3)), 422, "bad_quantity", "quantity -3 of SKU-1001"),
        (items(&empty), item("SKU-1001", json!(21)), 422, "bad_quantity", "quantity 21"),
        (items(&empty), item("SKU-1001", json!(i64::MAX)), 422, "bad_quantity", "give 1 to 20"),
        (items(&empty), item("SKU-1001", json!(1.5)), 422, "bad_body", "quantity"),
        (items(&empty), item("SKU-1001", json!("two")), 422, "bad_body", "quantity"),
        (items(&empty), item("SKU-1001", json!(1e30)), 422, "bad_body", "quantity"),
        (items(&empty), r#"{"sku": "SKU-1001"}"#.into(), 422, "bad_body", "missing field `quantity`"),
        (items(&empty), r#"{"sku": "SKU-1001", "quantity": 1, "price": 1}"#.into(), 422, "bad_body", "price"),
        (items(&empty), "{".into(), 400, "bad_body", "EOF"),
        (items(&full), one.clone(), 422, "bad_quantity", "quantity 21"),
        (items(&ordered), one.clone(), 409, "already_ordered", "start another cart"),
        (items("nobody"), one.clone(), 404, "unknown_cart", "\"nobody\""),
        (items("no%00body"), one, 404, "unknown_cart", "no"),
        (checkout(&empty), email.into(), 409, "empty_cart", "add an item first"),
        (checkout(&ordered), email.into(), 409, "already_ordered", &ordered),
        (checkout("nobody"), email.into(), 404, "unknown_cart", "\"nobody\""),
        (checkout(&full), "{}".into(), 422, "bad_customer", "email must be"),
        (checkout(&full), r#"{"email": "ada"}"#.into(), 422, "bad_customer", "email must be"),
        (checkout(&full), r#"{"email": 7}"#.into(), 422, "bad_body", "email"),
        (checkout(&full), "[".into(), 400, "bad_body", "EOF"),
    ] {
        let answer = shop.post_json(&path, &body).await;
        let error = &answer.json()["error"];
        assert_eq!((answer.status.as_u16(), error["code"].as_str().unwrap()), (status, code), "{path} {body}");
        assert!(error["message"].as_str().unwrap().contains(part), "{path} {body}: {error}");
    }
    // What was refused changed nothing.
    assert_eq!(shop.get(&format!("/api/carts/{empty}")).await.json()["items"], json!([]));
    assert_eq!(shop.get(&format!("/api/carts/{full}")).await.json()["items"][0]["quantity"], 20);
    assert_eq!(shop.get(&format!("/api/carts/{full}")).await.json()["ordered"], false);
}

#[tokio::test]
async fn reading() {
    let shop = TestShop::open().await;
    for (method, path, status, pointer, expected) in [
        ("GET", "/health", 200, "/status", json!("ok")),
        ("GET", "/health", 200, "/products", json!(8)),
        ("GET", "/version", 200, "", json!({"revision": "1f2e3d"})),
        ("GET", "/api/products", 200, "/products/0/sku", json!("SKU-1001")),
        ("GET", "/api/products", 200, "/products/7/price/amount", json!(1290)),
        ("GET", "/api/products/SKU-1002", 200, "/price", json!({"amount": 5900, "currency": "EUR"})),
        ("GET", "/api/products/SKU-0000", 404, "/error/code", json!("unknown_product")),
        ("GET", "/api/products/%00", 404, "/error/code", json!("unknown_product")),
        ("GET", "/api/products/'%20OR%201=1%20--", 404, "/error/code", json!("unknown_product")),
        ("GET", "/api/carts/nobody", 404, "/error/code", json!("unknown_cart")),
        ("GET", "/api/orders/nothing", 404, "/error/code", json!("unknown_order")),
        ("GET", "/api/orders/%00", 404, "/error/code", json!("unknown_order")),
        ("GET", "/api/elsewhere", 404, "/error/code", json!("unknown_path")),
        ("DELETE", "/api/products", 405, "/error/code", json!("method_not_allowed")),
        ("GET", "/api/carts", 405, "/error/code", json!("method_not_allowed")),
    ] {
        let answer = shop.ask(method.parse::<Method>().unwrap(), path, &[], String::new()).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert_eq!(answer.json().pointer(pointer), Some(&expected), "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let shop = TestShop::open().await;
    let cart = shop.cart(0).await;
    let body = r#"{"sku": "SKU-1001", "quantity": 1}"#.to_owned();
    let answer = shop.ask(Method::POST, &format!("/api/carts/{cart}/items"), &[], body).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(answer.json()["error"]["code"], "bad_body");
}

#[tokio::test]
async fn two_checkouts_at_once_make_one_order() {
    let shop = TestShop::open().await;
    let cart = shop.cart(1).await;
    let path = format!("/api/carts/{cart}/checkout");
    let order = || shop.post_json(&path, json!({"email": "ada@example.com"}));
    let (a, b, c) = tokio::join!(order(), order(), order());
    let mut statuses = [a, b, c].map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
}

#[tokio::test]
async fn a_database_that_fails_is_not_shown_to_customers() {
    let shop = TestShop::open().await;
    let cart = shop.cart(1).await;
    sqlx::query("ALTER TABLE orders RENAME COLUMN email TO mail").execute(&shop.shop.db).await.unwrap();
    let failed = shop.post_json(&format!("/api/carts/{cart}/checkout"), json!({"email": "ada@example.com"})).await;
    assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(failed.json()["error"]["code"], "internal");
    assert!(!failed.body.contains("email"), "{}", failed.body);
    // The cart stays open: nothing of the order was kept.
    assert_eq!(shop.get(&format!("/api/carts/{cart}")).await.json()["ordered"], false);
    assert_eq!(shop.get("/health").await.status, StatusCode::OK);

    shop.shop.db.close().await;
    let health = shop.get("/health").await;
    assert_eq!((health.status, health.json()), (StatusCode::SERVICE_UNAVAILABLE, json!({"status": "unavailable"})));
}
