//! Processes by name.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use nix::unistd::{Pid, getpid};

use super::system;

/// What to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match<'a> {
    /// The name of the command, exactly. The kernel keeps the first 15 bytes of it; a longer name is
    /// compared with the file name of the program as it was started.
    Name(&'a str),
    /// Text that occurs in the command line, its arguments separated by a space.
    CommandLine(&'a str),
}

/// A process as the system tells of it. Without a command line: the kernel's own threads, zombies,
/// and what belongs to others, on macOS.
pub(super) struct Candidate {
    pub(super) pid: Pid,
    pub(super) name: Vec<u8>,
    pub(super) arguments: Vec<Vec<u8>>,
}

/// The processes that match, this one excepted, lowest number first. Those that may not be looked at,
/// and those that have ended meanwhile, are passed over.
#[doc(alias("pgrep", "pkill"))]
pub fn find(what: Match) -> Vec<Pid> {
    let mut found: Vec<Pid> = system::candidates()
        .filter(|candidate| candidate.pid != getpid() && what.matches(candidate))
        .map(|candidate| candidate.pid)
        .collect();
    found.sort_unstable();
    found
}

/// The name of a process's command; `None` if it has ended, or may not be looked at.
pub fn command_name(pid: Pid) -> Option<String> {
    system::name(pid).map(|name| String::from_utf8_lossy(&name).into_owned())
}

impl Match<'_> {
    fn matches(&self, candidate: &Candidate) -> bool {
        match self {
            Self::Name(name) => {
                candidate.name == name.as_bytes() || is_cut_name(candidate, name.as_bytes())
            }
            Self::CommandLine(text) => contains(&candidate.arguments.join(&b' '), text.as_bytes()),
        }
    }
}

/// The kernel's copy of the name is full, and the program's own first argument has all of it.
fn is_cut_name(candidate: &Candidate, name: &[u8]) -> bool {
    let cut = candidate.name.len() >= 15 && name.starts_with(&candidate.name);
    let program = candidate.arguments.first();
    let file_name =
        program.and_then(|path| std::path::Path::new(OsStr::from_bytes(path)).file_name());
    cut && file_name.is_some_and(|file_name| file_name.as_bytes() == name)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    !text.is_empty() && (part.is_empty() || text.windows(part.len()).any(|window| window == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str, arguments: &[&str]) -> Candidate {
        Candidate {
            pid: Pid::from_raw(2),
            name: name.into(),
            arguments: arguments
                .iter()
                .map(|word| word.as_bytes().into())
                .collect(),
        }
    }

    #[test]
    fn a_name_is_the_whole_name() {
        let sleep = candidate("sleep", &["sleep", "60"]);
        assert!(Match::Name("sleep").matches(&sleep));
        assert!(!Match::Name("slee").matches(&sleep));
        assert!(!Match::Name("sleep 60").matches(&sleep));
        let long = candidate("a-long-name-tha", &["/bin/a-long-name-that-goes-on"]);
        assert!(Match::Name("a-long-name-that-goes-on").matches(&long));
        assert!(!Match::Name("a-long-name-that").matches(&long));
    }

    #[test]
    fn a_command_line_is_searched() {
        let python = candidate("python3", &["python3", "-m", "http.server"]);
        assert!(Match::CommandLine("-m http").matches(&python));
        assert!(!Match::CommandLine("-m  http").matches(&python));
        assert!(!Match::CommandLine("kthreadd").matches(&candidate("kthreadd", &[])));
        assert!(!Match::CommandLine("").matches(&candidate("kthreadd", &[])));
    }
}
