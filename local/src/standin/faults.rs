//! Faults that a test orders, each by what it happens to.

use std::collections::BTreeMap;

/// How often a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// This many times, then no more.
    Count(u32),
    /// Every time.
    Always,
}

/// The faults that are still to happen, by operation, in the order in which they were ordered.
#[derive(Debug)]
pub(crate) struct Faults<F>(BTreeMap<String, Vec<(F, Times)>>);

impl<F: Clone> Faults<F> {
    pub(crate) fn order(&mut self, operation: &str, fault: F, times: Times) {
        self.0.entry(operation.to_owned()).or_default().push((fault, times));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that happens to this call of `operation`, if one does.
    pub(crate) fn take(&mut self, operation: &str) -> Option<F> {
        let ordered = self.0.get_mut(operation)?;
        ordered.retain(|(_, times)| *times != Times::Count(0));
        let (fault, times) = ordered.first_mut()?;
        if let Times::Count(count) = times {
            *count -= 1;
        }
        Some(fault.clone())
    }
}

impl<F> Default for Faults<F> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_happen_in_order_and_as_often_as_ordered() {
        let mut faults = Faults::default();
        faults.order("GetObject", "throttled", Times::Count(2));
        faults.order("GetObject", "hangs", Times::Count(0));
        faults.order("GetObject", "broken", Times::Count(1));
        faults.order("PutObject", "closed", Times::Always);
        let taken: Vec<_> = (0..4).map(|_| faults.take("GetObject")).collect();
        assert_eq!(taken, [Some("throttled"), Some("throttled"), Some("broken"), None]);
        assert_eq!([faults.take("PutObject"), faults.take("PutObject")], [Some("closed"), Some("closed")]);
        assert_eq!(faults.take("HeadObject"), None);
        faults.clear();
        assert_eq!(faults.take("PutObject"), None);
    }
}
