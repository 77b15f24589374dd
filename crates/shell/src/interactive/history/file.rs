//! The file of the history, and the two races in it.
//!
//! Two shells that add a command at the same moment: each holds a lock while it writes, so that
//! neither line ends up inside the other. A shell that shortens the file: it writes a new file and
//! renames it into place, so that a crash leaves the old or the new; whoever was waiting for the lock
//! of the old one then holds the lock of a file that has no name any more, notices, and tries again.
//!
//! A command is a line; a newline in it is written `\n`, and a backslash `\\`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A file and how much of it is known.
#[derive(Debug)]
pub(super) struct HistoryFile {
    path: PathBuf,
    known: u64,
    inode: u64,
}

impl HistoryFile {
    /// Opens or creates it, with the commands in it. When there are far more than `limit`, the oldest
    /// go.
    pub(super) fn open(path: PathBuf, limit: usize) -> io::Result<(Self, Vec<String>)> {
        let mut file = locked(&path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let mut entries = decode(&text);
        let mut this = Self {
            path,
            known: text.len() as u64,
            inode: file.metadata()?.ino(),
        };
        this.end_line(&mut file, &text)?;
        if entries.len() > limit.saturating_mul(2) {
            entries.drain(..entries.len() - limit);
            this.replace(&entries)?;
        }
        Ok((this, entries))
    }

    /// Adds a command. Returns those of other shells that came before it.
    pub(super) fn append(&mut self, command: &str) -> io::Result<Vec<String>> {
        let mut file = locked(&self.path)?;
        let others = self.read_on(&mut file)?;
        let line = encode(command);
        file.write_all(line.as_bytes())?;
        self.known += line.len() as u64;
        Ok(others)
    }

    /// The commands that other shells have added.
    pub(super) fn news(&mut self) -> io::Result<Vec<String>> {
        let mut file = locked(&self.path)?;
        self.read_on(&mut file)
    }

    fn read_on(&mut self, file: &mut File) -> io::Result<Vec<String>> {
        let metadata = file.metadata()?;
        if metadata.ino() != self.inode {
            // Shortened by another shell: what is in it is known, but for what it came with.
            self.inode = metadata.ino();
            self.known = metadata.len();
            return Ok(Vec::new());
        }
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(self.known.min(metadata.len())))?;
        file.read_to_end(&mut text)?;
        self.known = metadata.len();
        self.end_line(file, &text)?;
        Ok(decode(&text))
    }

    /// Whoever wrote the last line may have been ended in the middle of it.
    fn end_line(&mut self, file: &mut File, text: &[u8]) -> io::Result<()> {
        if text.last().is_some_and(|&byte| byte != b'\n') {
            file.write_all(b"\n")?;
            self.known += 1;
        }
        Ok(())
    }

    /// Called with the lock held.
    fn replace(&mut self, entries: &[String]) -> io::Result<()> {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{}", std::process::id()));
        let new = PathBuf::from(name);
        let text: String = entries.iter().map(|entry| encode(entry)).collect();
        let written = write_new(&new, &text).and_then(|inode| {
            fs::rename(&new, &self.path)?;
            Ok(inode)
        });
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        self.inode = written?;
        self.known = text.len() as u64;
        Ok(())
    }
}

/// Nobody but its owner may read what somebody has typed.
const PRIVATE: u32 = 0o600;

fn write_new(path: &Path, text: &str) -> io::Result<u64> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file.metadata()?.ino())
}

/// The file that has the name, locked until it is dropped.
fn locked(path: &Path) -> io::Result<File> {
    loop {
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .append(true)
            .create(true)
            .mode(PRIVATE)
            .open(path)?;
        file.lock()?;
        let here = file.metadata()?;
        match fs::metadata(path) {
            Ok(there) if (there.dev(), there.ino()) == (here.dev(), here.ino()) => return Ok(file),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
}

fn encode(command: &str) -> String {
    let mut line = command.replace('\\', "\\\\").replace('\n', "\\n");
    line.push('\n');
    line
}

fn decode(text: &[u8]) -> Vec<String> {
    let lines = text.split(|&byte| byte == b'\n');
    let lines = lines.filter(|line| !line.is_empty());
    lines
        .map(|line| decode_line(&String::from_utf8_lossy(line)))
        .collect()
}

fn decode_line(line: &str) -> String {
    let mut command = String::new();
    let mut rest = line.chars();
    while let Some(next) = rest.next() {
        match next {
            '\\' => match rest.next() {
                Some('n') => command.push('\n'),
                Some(other) => command.push(other),
                None => command.push('\\'),
            },
            _ => command.push(next),
        }
    }
    command
}
