//! Resource limits.
//!
//! For each resource a process has two numbers. The *soft* limit is what the kernel holds it to;
//! the *hard* one is how far it may raise the soft one by itself, and may itself only be lowered,
//! except by root. Children inherit both, and `execve(2)` keeps them, so that a shell's `ulimit`
//! and our `limits … -- CMD` need do no more than set them and start the program. See getrlimit(2).

use std::fmt;
use std::str::FromStr;

use nix::errno::Errno;
use nix::sys::resource::{RLIM_INFINITY, Resource as Kernel, getrlimit, rlim_t, setrlimit};

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource {
    /// As `prlimit` and PAM name it: `nofile`.
    pub name: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// What it is, and what happens at the limit.
    pub meaning: &'static str,
    /// How `/proc/PID/limits` names it.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    title: &'static str,
    kernel: Kernel,
}

const fn resource(
    name: &'static str,
    unit: &'static str,
    kernel: Kernel,
    title: &'static str,
    meaning: &'static str,
) -> Resource {
    Resource {
        name,
        unit,
        meaning,
        title,
        kernel,
    }
}

/// All that this kernel limits, by name. (macOS limits memlock, nproc and rss too; nix does not
/// name them there.)
pub const RESOURCES: &[Resource] = &[
    resource(
        "as",
        "bytes",
        Kernel::RLIMIT_AS,
        "Max address space",
        "address space: mmap fails",
    ),
    resource(
        "core",
        "bytes",
        Kernel::RLIMIT_CORE,
        "Max core file size",
        "core file: cut; none at 0",
    ),
    resource(
        "cpu",
        "seconds",
        Kernel::RLIMIT_CPU,
        "Max cpu time",
        "processor time: SIGXCPU, then SIGKILL",
    ),
    resource(
        "data",
        "bytes",
        Kernel::RLIMIT_DATA,
        "Max data size",
        "heap and private maps: brk and mmap fail",
    ),
    resource(
        "fsize",
        "bytes",
        Kernel::RLIMIT_FSIZE,
        "Max file size",
        "a file that is written: SIGXFSZ",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "locks",
        "locks",
        Kernel::RLIMIT_LOCKS,
        "Max file locks",
        "file locks: not used since Linux 2.4",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "memlock",
        "bytes",
        Kernel::RLIMIT_MEMLOCK,
        "Max locked memory",
        "locked memory: mlock fails",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "msgqueue",
        "bytes",
        Kernel::RLIMIT_MSGQUEUE,
        "Max msgqueue size",
        "POSIX message queues of the user: mq_open fails",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "nice",
        "20-nice",
        Kernel::RLIMIT_NICE,
        "Max nice priority",
        "how rude it may become: setpriority fails",
    ),
    resource(
        "nofile",
        "descriptors",
        Kernel::RLIMIT_NOFILE,
        "Max open files",
        "one more than the highest descriptor: open fails",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "nproc",
        "processes",
        Kernel::RLIMIT_NPROC,
        "Max processes",
        "processes and threads of the user: fork fails",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "rss",
        "bytes",
        Kernel::RLIMIT_RSS,
        "Max resident set",
        "memory in use: not used since Linux 2.4.30",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "rtprio",
        "priority",
        Kernel::RLIMIT_RTPRIO,
        "Max realtime priority",
        "real-time priority: sched_setscheduler fails",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "rttime",
        "microseconds",
        Kernel::RLIMIT_RTTIME,
        "Max realtime timeout",
        "real-time processor time without a pause: SIGXCPU",
    ),
    #[cfg(target_os = "linux")]
    resource(
        "sigpending",
        "signals",
        Kernel::RLIMIT_SIGPENDING,
        "Max pending signals",
        "queued signals of the user: sigqueue fails",
    ),
    resource(
        "stack",
        "bytes",
        Kernel::RLIMIT_STACK,
        "Max stack size",
        "the first thread's stack: SIGSEGV",
    ),
];

impl Resource {
    /// Finds a resource by its name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownName`].
    pub fn named(name: &str) -> Result<&'static Resource, Error> {
        let found = RESOURCES.iter().find(|resource| resource.name == name);
        found.ok_or_else(|| Error::UnknownName(name.to_owned()))
    }

    /// The caller's own limit.
    ///
    /// # Errors
    ///
    /// What `getrlimit(2)` says, which fails for no known resource.
    pub fn get(&self) -> Result<Limit, Error> {
        let failed = |errno| self.failed("read", errno);
        let (soft, hard) = getrlimit(self.kernel).map_err(failed)?;
        Ok(Limit {
            soft: finite(soft),
            hard: finite(hard),
        })
    }

    /// Sets the caller's own limit, for itself and for all that it starts from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]: EPERM when the hard limit would be raised, EINVAL when it is below the
    /// soft one.
    #[doc(alias = "setrlimit")]
    pub fn set(&self, limit: Limit) -> Result<(), Error> {
        let number = |limit: Option<u64>| limit.unwrap_or(RLIM_INFINITY);
        setrlimit(self.kernel, number(limit.soft), number(limit.hard))
            .map_err(|errno| self.failed("set", errno))
    }

    fn failed(&self, doing: &'static str, errno: Errno) -> Error {
        Error::Refused {
            doing,
            name: self.name,
            errno,
        }
    }
}

fn finite(number: rlim_t) -> Option<u64> {
    (number != RLIM_INFINITY).then_some(number)
}

/// A soft and a hard limit; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Limit {
    /// What the kernel holds the process to.
    pub soft: Option<u64>,
    /// How far it may raise that.
    pub hard: Option<u64>,
}

/// The limits of one process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits(Vec<(&'static Resource, Limit)>);

impl Limits {
    /// The caller's.
    ///
    /// # Errors
    ///
    /// What `getrlimit(2)` says.
    pub fn current() -> Result<Limits, Error> {
        let all = RESOURCES.iter();
        let limits = all.map(|resource| Ok((resource, resource.get()?)));
        limits.collect::<Result<_, Error>>().map(Limits)
    }

    /// Reads `/proc/PID/limits`: a title in 25 columns, soft, hard, unit.
    ///
    /// ```
    /// use process::limits::Limits;
    ///
    /// let limits = Limits::parse(b"Max open files            1024                 unlimited            files\n");
    /// let limit = limits.get("nofile").unwrap();
    /// assert_eq!((limit.soft, limit.hard), (Some(1024), None));
    /// ```
    pub fn parse(text: &[u8]) -> Limits {
        let text = String::from_utf8_lossy(text);
        Limits(text.lines().filter_map(line).collect())
    }

    /// The limit of that name.
    pub fn get(&self, name: &str) -> Option<Limit> {
        self.iter()
            .find(|(resource, _)| resource.name == name)
            .map(|(_, limit)| limit)
    }

    /// All, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Resource, Limit)> {
        self.0.iter().copied()
    }
}

fn line(line: &str) -> Option<(&'static Resource, Limit)> {
    let resource = RESOURCES
        .iter()
        .find(|resource| line.starts_with(resource.title))?;
    let mut words = line[resource.title.len()..].split_ascii_whitespace();
    let limit = Limit {
        soft: amount(words.next()?).ok()?,
        hard: amount(words.next()?).ok()?,
    };
    Some((resource, limit))
}

/// A number, with `K`, `M`, `G` or `T` for powers of 1024, or `unlimited`.
fn amount(text: &str) -> Result<Option<u64>, Error> {
    let bad = || Error::BadAmount(text.to_owned());
    if matches!(text, "unlimited" | "infinity" | "-1") {
        return Ok(None);
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &text[digits.len()..] {
        "" => 0,
        "K" | "k" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return Err(bad()),
    };
    let number: u64 = digits.parse().map_err(|_| bad())?;
    let bytes = number.checked_mul(1 << shift).ok_or_else(bad)?;
    Ok(Some(bytes))
}

/// `NAME=SOFT[:HARD]`: a wish for a limit. Without a hard one that stays as it is, unless it would
/// be below the soft one: then both are set to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    resource: &'static Resource,
    soft: Option<u64>,
    hard: Option<Option<u64>>,
}

impl Wish {
    /// Sets it for the caller.
    ///
    /// # Errors
    ///
    /// Those of [`Resource::set`].
    pub fn apply(&self) -> Result<(), Error> {
        let hard = match self.hard {
            Some(hard) => hard,
            None => self.resource.get()?.hard,
        };
        // No limit is above every limit.
        let above = |limit: Option<u64>| limit.unwrap_or(u64::MAX);
        let hard = if self.hard.is_none() && above(self.soft) > above(hard) {
            self.soft
        } else {
            hard
        };
        let soft = self.soft;
        self.resource.set(Limit { soft, hard })
    }
}

impl FromStr for Wish {
    type Err = Error;

    /// ```
    /// use process::limits::Wish;
    ///
    /// assert!("nofile=256:1K".parse::<Wish>().is_ok());
    /// let error = "files=1".parse::<Wish>().unwrap_err();
    /// assert_eq!(error.to_string(), "no limit is called files");
    /// ```
    fn from_str(text: &str) -> Result<Wish, Error> {
        let no_wish = || Error::NoWish(text.to_owned());
        let (name, amounts) = text.split_once('=').ok_or_else(no_wish)?;
        let (soft, hard) = match amounts.split_once(':') {
            Some((soft, hard)) => (soft, Some(hard)),
            None => (amounts, None),
        };
        Ok(Wish {
            resource: Resource::named(name)?,
            soft: amount(soft)?,
            hard: hard.map(amount).transpose()?,
        })
    }
}

/// An amount as people write it.
#[derive(Debug, Clone, Copy)]
pub struct Amount(pub Option<u64>);

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => formatter.pad(&number.to_string()),
            None => formatter.pad("unlimited"),
        }
    }
}

/// Why a limit was not understood or not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such resource here.
    #[error("no limit is called {0}")]
    UnknownName(String),
    /// Not an amount.
    #[error("{0:?} is neither a number (with K, M, G or T) nor \"unlimited\"")]
    BadAmount(String),
    /// Not `NAME=SOFT[:HARD]`.
    #[error("{0:?} is not NAME=SOFT or NAME=SOFT:HARD")]
    NoWish(String),
    /// The kernel says no.
    #[error("cannot {doing} the limit {name}: {errno}")]
    Refused {
        /// Reading or setting.
        doing: &'static str,
        /// Which.
        name: &'static str,
        /// What it says.
        errno: Errno,
    },
}
