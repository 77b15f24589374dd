//! How many faults there were.

use std::io;
use std::ops::Sub;

use nix::sys::resource::{UsageWho, getrusage};
use nix::unistd::Pid;

use super::platform;

/// Page faults since a process or thread began. See getrusage(2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Those that the kernel mended with memory alone: a new page of zeros, a copy, a page of a
    /// file that was in memory already.
    pub minor: u64,
    /// Those that had to wait for a disk.
    pub major: u64,
}

impl Faults {
    /// Those of this thread; on macOS, which does not count by thread, those of the process.
    ///
    /// # Errors
    ///
    /// Those of `getrusage(2)`, which has none for this question.
    #[doc(alias = "getrusage")]
    pub fn of_thread() -> io::Result<Faults> {
        #[cfg(target_os = "linux")]
        let who = UsageWho::RUSAGE_THREAD;
        #[cfg(not(target_os = "linux"))]
        let who = UsageWho::RUSAGE_SELF;
        Faults::of(who)
    }

    /// Those of all threads of this process.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn of_process() -> io::Result<Faults> {
        Faults::of(UsageWho::RUSAGE_SELF)
    }

    /// Those of all threads of another process. Linux tells them in `/proc/PID/stat`, macOS by
    /// `proc_pidinfo(PROC_PIDTASKINFO)`.
    ///
    /// # Errors
    ///
    /// When there is no such process; on macOS also when it is another user's.
    pub fn of_other(pid: Pid) -> io::Result<Faults> {
        platform::faults_of(pid)
    }

    fn of(who: UsageWho) -> io::Result<Faults> {
        let usage = getrusage(who)?;
        let count = |number| u64::try_from(number).unwrap_or(0);
        Ok(Faults {
            minor: count(usage.minor_page_faults()),
            major: count(usage.major_page_faults()),
        })
    }

    /// Those that `work` caused in this thread, and what it returned.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn during<T>(work: impl FnOnce() -> T) -> io::Result<(Faults, T)> {
        let before = Faults::of_thread()?;
        let result = work();
        Ok((Faults::of_thread()? - before, result))
    }

    /// Both kinds.
    pub fn all(self) -> u64 {
        self.minor + self.major
    }

    /// From the text of `/proc/PID/stat`, fields 10 and 12 of proc(5). The second field is the name
    /// in parentheses and may itself hold any of them: what counts is the last one that closes.
    pub fn parse_stat(stat: &str) -> Option<Faults> {
        let (_, rest) = stat.rsplit_once(") ")?;
        // Field 3 is the first behind the name.
        let mut fields = rest.split(' ').skip(10 - 3);
        Some(Faults {
            minor: fields.next()?.parse().ok()?,
            major: fields.nth(1)?.parse().ok()?,
        })
    }
}

impl Sub for Faults {
    type Output = Faults;

    /// What came since: counters never fall.
    fn sub(self, before: Faults) -> Faults {
        Faults {
            minor: self.minor.saturating_sub(before.minor),
            major: self.major.saturating_sub(before.major),
        }
    }
}
