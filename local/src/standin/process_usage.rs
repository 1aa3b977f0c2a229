//! What a process has used, from `/proc`.

use std::fs;
use std::time::Duration;

/// What a process has used until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The largest resident size it ever had, in bytes (`VmHWM`).
    pub peak_resident_bytes: u64,
}

impl Usage {
    /// Reads the usage of process `pid`; nothing when it is gone.
    #[must_use]
    pub fn of(pid: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        Some(Self { peak_resident_bytes: peak_resident_bytes(&status)? })
    }
}

/// The CPU time that the live threads of process `pid` have used, to the nanosecond. `/proc/PID/stat` counts in ticks of
/// 10 ms, longer than a whole event takes.
#[must_use]
pub fn cpu_time(pid: u32) -> Option<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        // A thread may end between the listing and the reading.
        let Ok(text) = fs::read_to_string(thread.ok()?.path().join("schedstat")) else { continue };
        nanoseconds += text.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(nanoseconds))
}

fn peak_resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status_text() {
        let cases = [
            ("VmPeak:\t  20 kB\nVmHWM:\t     1234 kB\nVmRSS:\t 9 kB\n", Some(1234 * 1024)),
            ("VmPeak:\t  20 kB\n", None),
            ("VmHWM:\t many kB\n", None),
            ("VmHWM:\t 12 MB\n", None),
            ("", None),
        ];
        for (status, expected) in cases {
            assert_eq!(peak_resident_bytes(status), expected, "{status:?}");
        }
    }

    #[test]
    fn this_process_has_used_something_and_an_impossible_one_is_nothing() {
        assert!(Usage::of(std::process::id()).unwrap().peak_resident_bytes > 0);
        assert!(cpu_time(std::process::id()).unwrap() > Duration::ZERO);
        assert_eq!(Usage::of(u32::MAX), None);
        assert_eq!(cpu_time(u32::MAX), None);
    }
}
