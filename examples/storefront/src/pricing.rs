//! What an order costs: goods, shipping, and the tax contained in both.

use crate::{cart::Line, settings::Settings};

/// The sums of a cart or an order, in minor units. `total` is `subtotal + shipping`; `tax` is contained in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// The goods.
    pub subtotal: i64,
    /// What it costs to send them; nothing for an empty cart.
    pub shipping: i64,
    /// The tax within `total`, rounded half up.
    pub tax: i64,
    /// What the customer pays.
    pub total: i64,
}

/// Adds up the lines by the shop's settings.
///
/// Prices, quantities and fees are bounded where they are read, so that the sums stay far below the limit of `i64`.
#[must_use]
pub fn totals(lines: &[Line], settings: &Settings) -> Totals {
    let subtotal = lines.iter().map(Line::total).sum();
    let free = lines.is_empty() || subtotal >= settings.shipping.free_from;
    let shipping = if free { 0 } else { settings.shipping.fee };
    let total = subtotal + shipping;
    Totals { subtotal, shipping, tax: contained_tax(total, settings.tax.rate_basis_points), total }
}

fn contained_tax(gross: i64, rate_basis_points: i64) -> i64 {
    let whole = 10_000 + rate_basis_points;
    (gross * rate_basis_points + whole / 2) / whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(unit_price: i64, quantity: i64) -> Line {
        Line { sku: "SKU-1".into(), name: "thing".into(), unit_price, quantity }
    }

    fn settings() -> Settings {
        Settings::parse(include_str!("../settings.toml")).unwrap()
    }

    #[test]
    fn lines_shipping_and_tax_add_up() {
        let settings = settings();
        for (lines, subtotal, shipping, tax, total) in [
            (vec![], 0, 0, 0, 0),
            (vec![line(1450, 1)], 1450, 490, 310, 1940),
            (vec![line(1450, 2), line(1690, 1)], 4590, 490, 811, 5080),
            (vec![line(5999, 1)], 5999, 490, 1036, 6489),
            (vec![line(6000, 1)], 6000, 0, 958, 6000),
            (vec![line(2950, 3)], 8850, 0, 1413, 8850),
        ] {
            let expected = Totals { subtotal, shipping, tax, total };
            assert_eq!(totals(&lines, &settings), expected, "{lines:?}");
        }
    }

    #[test]
    fn net_and_tax_at_the_rate_give_the_gross_back() {
        for rate in [0, 1, 250, 700, 1900, 2000, 10_000] {
            for gross in 0..5_000 {
                let tax = contained_tax(gross, rate);
                let net = gross - tax;
                assert!((0..=gross).contains(&tax), "{tax} of {gross} at {rate}");
                let off = (net * rate - tax * 10_000).abs();
                assert!(2 * off <= 10_000 + rate, "{gross} at {rate}: {tax} is not the nearest");
            }
        }
    }
}
