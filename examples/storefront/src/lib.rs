//! A small web shop: a catalogue, carts, and a checkout, as pages for people and as an API for programs.
//!
//! The pages are [`pages`], the API is [`api`]; both say what [`product`], [`cart`] and [`order`] do. State is in SQLite or
//! PostgreSQL ([`database`]), and what a shopkeeper decides in `settings.toml` ([`settings`]).

pub mod api;
pub mod arguments;
pub mod assets;
pub mod cart;
pub mod credentials;
pub mod database;
pub mod error;
pub mod money;
pub mod order;
pub mod pages;
pub mod pricing;
pub mod product;
pub mod release;
pub mod server;
pub mod settings;
