//! The sets of columns that options stand for.

use process::ps::{Chosen, Column};

/// Which of the set formats, and what changes it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Format {
    pub(crate) full: bool,
    pub(crate) extra: bool,
    pub(crate) long: bool,
    pub(crate) jobs: bool,
    /// `-y`: without flags, with memory instead of an address.
    pub(crate) no_flags: bool,
    /// `-L`
    pub(crate) threads: bool,
    /// `-T`
    pub(crate) thread_ids: bool,
    /// An option of BSD's has been seen.
    pub(crate) bsd: bool,
    pub(crate) bsd_user: bool,
    pub(crate) bsd_long: bool,
    pub(crate) bsd_jobs: bool,
}

impl Format {
    pub(crate) fn columns(self) -> Vec<Chosen> {
        let names = if self.bsd_user {
            words("user pid pcpu pmem vsz rss tname stat start_time bsdtime args")
        } else if self.bsd_long {
            words("f uid pid ppid priority ni vsz rss wchan stat tname bsdtime args")
        } else if self.bsd_jobs {
            words("ppid pid pgid sid tname tpgid stat uid bsdtime args")
        } else if self.bsd && !(self.full || self.long || self.jobs) {
            words("pid tname stat bsdtime args")
        } else {
            self.unix()
        };
        names
            .into_iter()
            .filter_map(Column::named)
            .map(Chosen::new)
            .collect()
    }

    /// System V's: parts that options add to each other.
    fn unix(self) -> Vec<&'static str> {
        let full = self.full;
        let user = if full { "uid_hack" } else { "uid" };
        let parts = [
            (self.long && !self.no_flags, "f"),
            (self.long, "s"),
            (full || self.long, user),
            (true, "pid"),
            (self.thread_ids, "spid"),
            (full || self.long, "ppid"),
            (self.jobs, "pgid sid"),
            (self.threads, "lwp"),
            (full || self.long, "c"),
            (full && self.threads, "nlwp"),
            (self.long, "opri ni"),
            (self.long && !self.no_flags, "addr_1 sz"),
            (self.long && self.no_flags, "rss sz"),
            (self.long, "wchan"),
            (self.extra, "sz rss psr"),
            (full, "stime"),
            (true, "tname time"),
            (full, "cmd"),
            (!full, "ucmd"),
        ];
        let chosen = parts.iter().filter(|(is, _)| *is);
        chosen.flat_map(|(_, part)| words(part)).collect()
    }
}

fn words(text: &'static str) -> Vec<&'static str> {
    text.split(' ').collect()
}

/// `-O`: these between what names a process and what it is called.
pub(crate) fn preloaded(columns: Vec<Chosen>) -> Vec<Chosen> {
    let chosen = |name| Column::named(name).map(Chosen::new);
    let before = chosen("pid").into_iter();
    let after = ["state", "tname", "time", "args"]
        .into_iter()
        .filter_map(chosen);
    before.chain(columns).chain(after).collect()
}
