//! The share of a CPU that Lambda gives a function of 128 MB, by a control group.

use std::fs;
use std::path::{Path, PathBuf};

/// Lambda gives a whole CPU at 1769 MB and less in proportion.
const SHARE: f64 = 128.0 / 1769.0;

/// The quota is counted per this many microseconds.
const PERIOD: f64 = 20_000.0;

/// A control group whose processes get that share. Dropping it removes it, when its processes have ended.
#[derive(Debug)]
pub(crate) struct CpuShare(PathBuf);

impl CpuShare {
    /// Makes the group; the error says why this machine does not let us.
    pub(crate) fn of_128_megabytes() -> Result<Self, String> {
        let name = format!("launchway-bench-{}", std::process::id());
        let quota = (PERIOD * SHARE).round();
        if Path::new("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").exists() {
            let limits = [("cpu.cfs_period_us", PERIOD.to_string()), ("cpu.cfs_quota_us", quota.to_string())];
            Self::new(&Path::new("/sys/fs/cgroup/cpu").join(name), &limits)
        } else {
            Self::new(&Path::new("/sys/fs/cgroup").join(name), &[("cpu.max", format!("{quota} {PERIOD}"))])
        }
    }

    fn new(folder: &Path, limits: &[(&str, String)]) -> Result<Self, String> {
        let refused =
            |error: std::io::Error| format!("the control group {} cannot be set up: {error}", folder.display());
        fs::create_dir(folder).map_err(refused)?;
        let group = Self(folder.to_owned());
        for (name, value) in limits {
            fs::write(folder.join(name), value).map_err(refused)?;
        }
        Ok(group)
    }

    /// From now on process `pid` gets no more than the share.
    pub(crate) fn take_in(&self, pid: u32) -> std::io::Result<()> {
        fs::write(self.0.join("cgroup.procs"), pid.to_string())
    }
}

impl Drop for CpuShare {
    fn drop(&mut self) {
        // A group that still has a process cannot be removed; it holds nothing but its name.
        let _ = fs::remove_dir(&self.0);
    }
}
