//! Amounts of money: whole minor units (cents, pence) and the currency they are in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The currencies the shop can sell in. Each has a hundred minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// United States dollar.
    Usd,
}

impl Currency {
    /// The ISO 4217 code, as it stands in settings, in the database and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Usd => "USD",
        }
    }

    /// The currency of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Eur, Self::Gbp, Self::Usd].into_iter().find(|currency| currency.code() == code)
    }

    /// An amount of it, in minor units.
    #[must_use]
    pub fn money(self, amount: i64) -> Money {
        Money { amount, currency: self }
    }

    fn symbol(self) -> char {
        match self {
            Self::Eur => '€',
            Self::Gbp => '£',
            Self::Usd => '$',
        }
    }
}

/// An amount as the API gives it: `{"amount": 1450, "currency": "EUR"}`; as text, `€14.50`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Money {
    /// Minor units.
    pub amount: i64,
    /// What they are of.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.amount < 0 { "-" } else { "" };
        let amount = self.amount.unsigned_abs();
        write!(f, "{sign}{}{}.{:02}", self.currency.symbol(), amount / 100, amount % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_with_symbol_and_two_decimals() {
        for (amount, currency, expected) in [
            (1450, Currency::Eur, "€14.50"),
            (5, Currency::Gbp, "£0.05"),
            (0, Currency::Usd, "$0.00"),
            (-250, Currency::Eur, "-€2.50"),
            (i64::MIN, Currency::Usd, "-$92233720368547758.08"),
        ] {
            assert_eq!(Money { amount, currency }.to_string(), expected);
        }
    }

    #[test]
    fn the_code_is_what_serde_writes() {
        for currency in [Currency::Eur, Currency::Gbp, Currency::Usd] {
            assert_eq!(serde_json::json!(currency), currency.code());
            assert_eq!(Currency::of_code(currency.code()), Some(currency));
        }
        for code in ["", "eur", "DOGE"] {
            assert_eq!(Currency::of_code(code), None);
        }
    }
}
