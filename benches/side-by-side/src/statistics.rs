//! What is said of many measurements.

/// Median, smallest and spread of some measurements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Summary {
    /// Half are smaller, half are larger.
    pub(crate) median: f64,
    /// The smallest: what the work costs when nothing disturbs it.
    pub(crate) min: f64,
    /// The distance between the first and the third quarter.
    pub(crate) spread: f64,
}

impl Summary {
    /// Nothing when there are no measurements.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |quarter: usize| sorted.get((sorted.len().checked_sub(1)? * quarter + 2) / 4).copied();
        Some(Self { median: at(2)?, min: *sorted.first()?, spread: at(3)? - at(1)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries() {
        let summary = |median, min, spread| Some(Summary { median, min, spread });
        let cases: [(&[f64], _); 4] = [
            (&[], None),
            (&[3.0], summary(3.0, 3.0, 0.0)),
            (&[5.0, 1.0, 3.0, 2.0, 4.0], summary(3.0, 1.0, 2.0)),
            (&[1.0, 1.0, 1.0, 1.0, 900.0], summary(1.0, 1.0, 0.0)),
        ];
        for (values, expected) in cases {
            assert_eq!(Summary::of(values), expected, "{values:?}");
        }
    }
}
