//! Where a listener's next connection goes.

use std::net::SocketAddr;

/// Targets with their weights, and how far each is behind what its weight promises.
///
/// The order is the "smooth weighted round robin" of nginx: it depends on nothing but the weights, and a target of 10
/// percent gets every tenth connection instead of ten in a row.
#[derive(Debug, Default)]
pub(super) struct Route {
    targets: Vec<Target>,
}

#[derive(Debug)]
struct Target {
    address: SocketAddr,
    weight: i64,
    owed: i64,
}

impl Route {
    /// A route to these targets. One without weight gets no new connection and keeps those it has.
    pub(super) fn new(targets: &[(SocketAddr, u32)]) -> Self {
        let target =
            |(address, weight): &(SocketAddr, u32)| Target { address: *address, weight: i64::from(*weight), owed: 0 };
        Self { targets: targets.iter().map(target).collect() }
    }

    /// Whether connections to this target may go on.
    pub(super) fn has(&self, address: SocketAddr) -> bool {
        self.targets.iter().any(|target| target.address == address)
    }

    /// The target of the next connection; nothing when no target has a weight.
    pub(super) fn next(&mut self) -> Option<SocketAddr> {
        let total: i64 = self.targets.iter().map(|target| target.weight).sum();
        for target in &mut self.targets {
            target.owed += target.weight;
        }
        // The first of equals, so that the order does not depend on how a maximum is looked for.
        let chosen = self
            .targets
            .iter_mut()
            .filter(|target| target.weight > 0)
            .reduce(|best, target| if target.owed > best.owed { target } else { best })?;
        chosen.owed -= total;
        Some(chosen.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_spread_by_weight_and_evenly() {
        for (weights, expected) in [
            (&[100][..], "0000000000"),
            (&[50, 50], "0101010101"),
            (&[90, 10], "0000010000"),
            (&[0, 100], "1111111111"),
            (&[100, 0], "0000000000"),
            (&[20, 30, 50], "2102122012"),
            (&[1, 1, 1], "0120120120"),
            (&[0, 0], "----------"),
            (&[], "----------"),
        ] {
            let addresses: Vec<SocketAddr> = (1..=3).map(|port| ([127, 0, 0, 1], port).into()).collect();
            let targets: Vec<(SocketAddr, u32)> = addresses.iter().copied().zip(weights.iter().copied()).collect();
            let mut route = Route::new(&targets);
            let chosen: String = (0..10)
                .map(|_| {
                    let next = route.next();
                    next.map_or("-".to_owned(), |next| (next.port() - 1).to_string())
                })
                .collect();
            assert_eq!(chosen, expected, "{weights:?}");
        }
    }

    #[test]
    fn a_target_without_weight_keeps_its_connections() {
        let [blue, green, gone] = [1, 2, 3].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let route = Route::new(&[(blue, 0), (green, 100)]);
        assert!(route.has(blue) && route.has(green) && !route.has(gone));
    }
}
