-- One dialect for SQLite and PostgreSQL: TEXT and BIGINT only. Amounts are minor units of the shop's currency,
-- moments are seconds since 1970.

CREATE TABLE products (
    sku         TEXT PRIMARY KEY,
    position    BIGINT NOT NULL,
    name        TEXT NOT NULL,
    summary     TEXT NOT NULL,
    description TEXT NOT NULL,
    price       BIGINT NOT NULL CHECK (price > 0)
);

-- A cart that was ordered is kept, closed: its order refers to it, and a second checkout can be told from an unknown cart.
CREATE TABLE carts (
    id         TEXT PRIMARY KEY,
    changed_at BIGINT NOT NULL,
    ordered_at BIGINT
);

CREATE TABLE cart_items (
    cart_id  TEXT NOT NULL REFERENCES carts (id),
    sku      TEXT NOT NULL REFERENCES products (sku),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (cart_id, sku)
);

CREATE TABLE orders (
    id        TEXT PRIMARY KEY,
    number    TEXT NOT NULL UNIQUE,
    cart_id   TEXT NOT NULL UNIQUE REFERENCES carts (id),
    email     TEXT NOT NULL,
    name      TEXT NOT NULL,
    address   TEXT NOT NULL,
    currency  TEXT NOT NULL,
    subtotal  BIGINT NOT NULL,
    shipping  BIGINT NOT NULL,
    tax       BIGINT NOT NULL,
    total     BIGINT NOT NULL,
    placed_at BIGINT NOT NULL
);

-- Names and prices are copied: an order says what was bought, whatever becomes of the catalogue.
CREATE TABLE order_items (
    order_id   TEXT NOT NULL REFERENCES orders (id),
    sku        TEXT NOT NULL,
    name       TEXT NOT NULL,
    unit_price BIGINT NOT NULL,
    quantity   BIGINT NOT NULL,
    PRIMARY KEY (order_id, sku)
);
