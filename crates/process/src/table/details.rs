//! What is read of one process when it is looked at closely.

use std::path::{Path, PathBuf};

/// An open descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Its number.
    pub number: i32,
    /// What is open, as the kernel shows it: a path, `pipe:[1234]`, `socket:[1234]`,
    /// `anon_inode:[eventpoll]`.
    pub target: PathBuf,
    /// Where the next read or write takes place.
    pub offset: Option<u64>,
    /// The flags of open(2), `O_CLOEXEC` among them.
    pub flags: Option<i32>,
}

impl Descriptor {
    /// What kind of thing it is, in a word.
    ///
    /// ```
    /// use process::table::Descriptor;
    ///
    /// let kind = |target: &str| {
    ///     let target = target.into();
    ///     Descriptor { number: 3, target, offset: None, flags: None }.kind()
    /// };
    /// assert_eq!(kind("pipe:[7]"), "pipe");
    /// assert_eq!(kind("/dev/pts/3"), "terminal");
    /// assert_eq!(kind("/tmp/x (deleted)"), "removed file");
    /// ```
    pub fn kind(&self) -> &'static str {
        let target = self.target.to_string_lossy();
        match target.as_ref() {
            text if text.starts_with("pipe:") => "pipe",
            text if text.starts_with("socket:") => "socket",
            text if text.starts_with("anon_inode:") => "kernel object",
            text if text.starts_with("/memfd:") => "memory file",
            text if text.starts_with("/dev/pts/") || text.starts_with("/dev/tty") => "terminal",
            text if text.starts_with("/dev/") => "device",
            text if text.ends_with(" (deleted)") => "removed file",
            _ if is_directory(&self.target) => "directory",
            _ => "file",
        }
    }
}

fn is_directory(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// A namespace that a process is in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Namespace {
    /// `mnt`, `pid`, `net`, …
    pub name: String,
    /// Processes with the same number are in the same one.
    pub inode: u64,
}

/// What a process has read and written, from `/proc/PID/io`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct InputOutput {
    /// Bytes that `read(2)` and its like gave.
    pub read_characters: u64,
    /// Bytes that `write(2)` and its like took.
    pub written_characters: u64,
    /// How many such calls there were.
    pub read_calls: u64,
    /// How many such calls there were.
    pub write_calls: u64,
    /// Bytes that came from a disk.
    pub read_bytes: u64,
    /// Bytes that go to a disk.
    pub written_bytes: u64,
}

impl InputOutput {
    /// Reads the file; facts that it lacks are 0.
    pub fn parse(text: &[u8]) -> InputOutput {
        let text = String::from_utf8_lossy(text);
        let fact = |name: &str| {
            let mut lines = text.lines();
            let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value
                .and_then(|value| value.trim().parse().ok())
                .unwrap_or(0)
        };
        InputOutput {
            read_characters: fact("rchar"),
            written_characters: fact("wchar"),
            read_calls: fact("syscr"),
            write_calls: fact("syscw"),
            read_bytes: fact("read_bytes"),
            written_bytes: fact("write_bytes"),
        }
    }
}
