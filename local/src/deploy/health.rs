//! How many instances may be without a healthy application, as the deployment configuration says.

use super::DeploymentConfig;

/// The state of a group while it is deployed to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Health {
    instances: usize,
    /// How many have to stay healthy or become so.
    least: usize,
    failed: usize,
    succeeded: usize,
    running: usize,
}

impl Health {
    /// A group of `instances`, none of which was deployed to yet.
    ///
    /// A group of one has no other instance that could stay healthy, so CodeDeploy deploys to it all the same, and its
    /// success decides.
    pub(super) fn new(config: DeploymentConfig, instances: usize) -> Self {
        let least = match config {
            _ if instances < 2 => 0,
            DeploymentConfig::AllAtOnce => 0,
            DeploymentConfig::HalfAtATime => instances.div_ceil(2),
            DeploymentConfig::OneAtATime => instances - 1,
        };
        Self { instances, least, failed: 0, succeeded: 0, running: 0 }
    }

    /// Whether the next instance can be taken out of service now.
    pub(super) fn may_start(&self) -> bool {
        self.failed + self.running < self.instances - self.least
    }

    /// Notes that an instance is deployed to.
    pub(super) fn start(&mut self) {
        self.running += 1;
    }

    /// Notes how an instance ended.
    pub(super) fn end(&mut self, succeeded: bool) {
        self.running -= 1;
        if succeeded {
            self.succeeded += 1;
        } else {
            self.failed += 1;
        }
    }

    /// Whether enough instances have the revision.
    pub(super) fn is_enough(&self) -> bool {
        self.succeeded >= self.least.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deploys to instances that end as told, always the longest-running one first. Returns how many were deployed to,
    /// the most at once, and whether that was enough.
    fn deploy(config: DeploymentConfig, ends: &[bool]) -> (usize, usize, bool) {
        let mut health = Health::new(config, ends.len());
        let (mut started, mut ended, mut most) = (0, 0, 0);
        loop {
            while started < ends.len() && health.may_start() {
                health.start();
                started += 1;
            }
            most = most.max(started - ended);
            if ended == started {
                return (started, most, health.is_enough());
            }
            health.end(ends[ended]);
            ended += 1;
        }
    }

    #[test]
    fn the_configurations_do_what_their_documentation_says() {
        use DeploymentConfig::{AllAtOnce, HalfAtATime, OneAtATime};
        let (good, bad) = (true, false);
        for (config, ends, expected) in [
            (AllAtOnce, &[good, good, good][..], (3, 3, true)),
            (AllAtOnce, &[bad, bad, good], (3, 3, true)),
            (AllAtOnce, &[bad, bad, bad], (3, 3, false)),
            (AllAtOnce, &[bad], (1, 1, false)),
            (OneAtATime, &[good, good, good], (3, 1, true)),
            (OneAtATime, &[bad, good, good], (1, 1, false)),
            (OneAtATime, &[good, bad, good], (2, 1, false)),
            (OneAtATime, &[good, good, bad], (3, 1, true)),
            (OneAtATime, &[bad], (1, 1, false)),
            (OneAtATime, &[good], (1, 1, true)),
            (HalfAtATime, &[good; 9], (9, 4, true)),
            (HalfAtATime, &[bad, bad, bad, bad, good, good, good, good, good], (4, 4, false)),
            (HalfAtATime, &[good, good, good, good, good, bad, bad, bad, bad], (9, 4, true)),
            (HalfAtATime, &[bad, good], (1, 1, false)),
            (HalfAtATime, &[good, bad], (2, 1, true)),
            (HalfAtATime, &[good], (1, 1, true)),
        ] {
            assert_eq!(deploy(config, ends), expected, "{config:?} {ends:?}");
        }
    }
}
