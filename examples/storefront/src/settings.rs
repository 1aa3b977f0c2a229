//! `settings.toml`: what the shopkeeper decides.

use crate::{error::StartError, money::Currency, money::Money};
use serde::Deserialize;
use std::path::Path;

/// The shop's settings. Amounts are minor units of `currency`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Stands in the header of every page.
    pub shop_name: String,
    /// Of all prices.
    pub currency: Currency,
    /// What order numbers begin with.
    pub order_number_prefix: String,
    /// The most of one product in one cart.
    pub max_quantity: i64,
    /// The tax contained in prices.
    pub tax: Tax,
    /// What sending an order costs.
    pub shipping: Shipping,
}

/// The tax contained in prices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tax {
    /// Its name on pages.
    pub label: String,
    /// Hundredths of a percent: 1900 is 19 %.
    pub rate_basis_points: i64,
}

/// What sending an order costs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipping {
    /// Per order.
    pub fee: i64,
    /// Orders of this value and more are sent for nothing.
    pub free_from: i64,
}

impl Settings {
    /// Reads and checks the file.
    pub fn read(path: &Path) -> Result<Self, StartError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| StartError::Read { path: path.to_owned(), source })?;
        Self::parse(&text)
    }

    /// Reads and checks the text of the file. The bounds keep every sum of an order within `i64`.
    pub fn parse(text: &str) -> Result<Self, StartError> {
        let settings: Self = toml::from_str(text)?;
        settings.check()?;
        Ok(settings)
    }

    /// An amount in the shop's currency.
    #[must_use]
    pub fn money(&self, amount: i64) -> Money {
        self.currency.money(amount)
    }

    fn check(&self) -> Result<(), StartError> {
        let prefix = &self.order_number_prefix;
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        if prefix.is_empty() || prefix.len() > 6 || !prefix.chars().all(plain) {
            return Err(StartError::Setting {
                key: "order_number_prefix",
                value: format!("{prefix:?}"),
                allowed: "give 1 to 6 of A-Z, 0-9 and \"-\"",
            });
        }
        within("max_quantity", self.max_quantity, 1, 1_000, "give 1 to 1000")?;
        within("tax.rate_basis_points", self.tax.rate_basis_points, 0, 10_000, "give 0 to 10000 (100 %)")?;
        within("shipping.fee", self.shipping.fee, 0, 100_000_000, "give 0 to 100000000")?;
        within("shipping.free_from", self.shipping.free_from, 0, 100_000_000, "give 0 to 100000000")
    }
}

fn within(key: &'static str, value: i64, least: i64, most: i64, allowed: &'static str) -> Result<(), StartError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(StartError::Setting { key, value: value.to_string(), allowed })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELEASED: &str = include_str!("../settings.toml");

    #[test]
    fn the_released_settings_are_good() {
        let settings = Settings::parse(RELEASED).unwrap();
        assert_eq!(settings.currency, Currency::Eur);
        assert_eq!(settings.money(1450).to_string(), "€14.50");
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (from, to, expected) in [
            ("\"LG-\"", "\"\"", "order_number_prefix = \"\""),
            ("\"LG-\"", "\"LARKFIELD-\"", "order_number_prefix = \"LARKFIELD-\""),
            ("\"LG-\"", "\"lg'\"", "order_number_prefix = \"lg'\""),
            ("max_quantity = 20", "max_quantity = 0", "max_quantity = 0"),
            ("rate_basis_points = 1900", "rate_basis_points = -1", "tax.rate_basis_points = -1"),
            ("fee = 490", "fee = -490", "shipping.fee = -490"),
            ("free_from = 6000", "free_from = -1", "shipping.free_from = -1"),
            ("\"EUR\"", "\"DOGE\"", "unknown variant `DOGE`"),
            ("max_quantity", "max_quantty", "unknown field `max_quantty`"),
            ("fee = 490", "", "missing field `fee`"),
            ("fee = 490", "fee = \"free\"", "invalid type"),
            ("[tax]", "[tax", "settings: TOML parse error"),
        ] {
            assert!(RELEASED.contains(from), "{from}");
            let error = Settings::parse(&RELEASED.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(expected), "{to}: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Settings::read(Path::new("/nowhere/settings.toml")).unwrap_err().to_string();
        assert!(error.starts_with("cannot read /nowhere/settings.toml: "), "{error}");
    }
}
