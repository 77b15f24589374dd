//! Linux: `/proc`.
//!
//! A directory for each process, and in it a file a subject, made when it is read. The costs are
//! the calls and what the kernel does to make the text, so that only what is asked for is read,
//! with one open, one read and one close a file, by names relative to the descriptor of `/proc`,
//! into a buffer that is used again.
//!
//! Files that are a record each (`stat`, `status`, `cmdline`) come in one piece when the buffer has
//! room: a read that leaves room has read all, and there is no second one to learn it from.

use std::fmt::Write;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, open, openat, readlinkat};
use nix::sys::stat::{Mode, fstatat};
use nix::unistd::{SysconfVar, read, sysconf};

use super::process::{Fields, Owner, Process};
use super::stat::{self, Units};
use super::{Descriptor, Error, InputOutput, Namespace, System, status};
use crate::environment::Environment;
use crate::id::Pid;
use crate::limits::Limits;

/// The table of processes, open for reading.
#[derive(Debug)]
pub struct Table {
    /// `/proc`. Names are looked up from here; that it is one place for all makes it the same
    /// kernel's.
    proc: OwnedFd,
    units: Units,
    /// The name that is looked up: kept for its memory.
    path: String,
    /// The file that was read last: kept for its memory.
    buffer: Vec<u8>,
}

/// Room for the records; what is longer doubles it.
const ROOM: usize = 4096;

impl Table {
    /// Opens `/proc`.
    ///
    /// # Errors
    ///
    /// [`Error::NoTable`] where it is not mounted.
    pub fn open() -> Result<Table, Error> {
        let flags = OFlag::O_DIRECTORY | OFlag::O_RDONLY | OFlag::O_CLOEXEC;
        Ok(Table {
            proc: open("/proc", flags, Mode::empty()).map_err(Error::NoTable)?,
            units: units(),
            path: String::with_capacity(64),
            buffer: vec![0; ROOM],
        })
    }

    /// All pids, ascending.
    ///
    /// # Errors
    ///
    /// [`Error::NoTable`].
    pub fn pids(&mut self) -> Result<Vec<Pid>, Error> {
        let mut pids = self.numbers(".").map_err(Error::NoTable)?;
        pids.sort_unstable();
        Ok(pids)
    }

    /// The threads of a process in the order they were started; the first has the number of the
    /// process.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] and the kernel's.
    pub fn threads(&mut self, pid: Pid) -> Result<Vec<Pid>, Error> {
        self.numbers(&format!("{pid}/task"))
            .map_err(|errno| Error::of(pid, "threads", errno))
    }

    /// Reads a process.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] and the kernel's.
    pub fn process(&mut self, pid: Pid, fields: Fields) -> Result<Process, Error> {
        let directory = format_args!("{pid}").to_string();
        self.task(pid, &directory, fields)
    }

    /// Reads a thread of a process: its own name, state, times; the command line is the process's.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] and the kernel's.
    pub fn thread(&mut self, pid: Pid, thread: Pid, fields: Fields) -> Result<Process, Error> {
        let task = self.task(pid, &format!("{pid}/task/{thread}"), fields)?;
        Ok(Process {
            pid,
            thread,
            ..task
        })
    }

    fn task(&mut self, pid: Pid, directory: &str, fields: Fields) -> Result<Process, Error> {
        let failed = |what| move |errno| Error::of(pid, what, errno);
        let units = self.units;
        let line = self.file(directory, "stat").map_err(failed("stat"))?;
        let mut process = stat::parse(line, units).ok_or(Error::Gone(pid))?;
        if fields.contains(Fields::OWNER) {
            process.owner = Some(self.owner(directory).map_err(failed("owner"))?);
        }
        if fields.contains(Fields::STATUS) {
            let text = self.file(directory, "status").map_err(failed("status"))?;
            process.status = Some(Box::new(status::parse(text)));
        }
        // The kernel's threads have none; not to ask saves a third of the calls for them.
        if fields.contains(Fields::COMMAND_LINE) && !process.is_kernel_thread() {
            let text = self.file(directory, "cmdline").unwrap_or_default();
            process.command_line = text.to_vec();
        }
        if fields.contains(Fields::WAIT_CHANNEL) {
            let text = self.file(directory, "wchan").unwrap_or_default();
            // "0" says that it runs, or that we may not know.
            let name = if text == b"0" { &[] } else { text };
            process.wait_channel = String::from_utf8_lossy(name).into_owned();
        }
        Ok(process)
    }

    /// The directory itself belongs to the effective user and group, which is much quicker to
    /// ask than `status` is to make. (The files in it may belong to root, for a process that must
    /// not be looked into.)
    fn owner(&mut self, directory: &str) -> nix::Result<Owner> {
        let metadata = fstatat(&self.proc, directory, AtFlags::empty())?;
        Ok(Owner {
            user: metadata.st_uid,
            group: metadata.st_gid,
        })
    }

    /// What the whole machine's numbers are.
    ///
    /// # Errors
    ///
    /// [`Error::NoTable`].
    pub fn system(&mut self) -> Result<System, Error> {
        let uptime = first_word(self.file(".", "uptime").map_err(Error::NoTable)?);
        let booted = fact(self.file(".", "stat").map_err(Error::NoTable)?, "btime ");
        let kilobytes = fact(
            self.file(".", "meminfo").map_err(Error::NoTable)?,
            "MemTotal:",
        );
        // Documented in proc(5): pids are below it.
        let pid_max = self
            .file(".", "sys/kernel/pid_max")
            .map_or(0, |text| fact(text, ""));
        Ok(System {
            booted: SystemTime::UNIX_EPOCH + Duration::from_secs(booted),
            uptime: Duration::try_from_secs_f64(uptime).unwrap_or_default(),
            memory: kilobytes.saturating_mul(1024),
            page: self.units.page,
            pid_digits: pid_max.saturating_sub(1).to_string().len().max(5),
        })
    }

    /// The variables that a process was started with, as they are in its memory now.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`].
    pub fn environment(&mut self, pid: Pid) -> Result<Environment, Error> {
        let block = self.file(&pid.to_string(), "environ");
        let block = block.map_err(|errno| Error::of(pid, "environment", errno))?;
        Ok(Environment::parse(block))
    }

    /// Its resource limits.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] and the kernel's.
    pub fn limits(&mut self, pid: Pid) -> Result<Limits, Error> {
        let text = self.file(&pid.to_string(), "limits");
        let text = text.map_err(|errno| Error::of(pid, "limits", errno))?;
        Ok(Limits::parse(text))
    }

    /// What it has read and written.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`].
    pub fn input_output(&mut self, pid: Pid) -> Result<InputOutput, Error> {
        let text = self.file(&pid.to_string(), "io");
        let text = text.map_err(|errno| Error::of(pid, "input and output", errno))?;
        Ok(InputOutput::parse(text))
    }

    /// Its control group in the unified hierarchy, or the first of the older ones.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] and the kernel's.
    pub fn control_group(&mut self, pid: Pid) -> Result<String, Error> {
        let text = self.file(&pid.to_string(), "cgroup");
        let text = text.map_err(|errno| Error::of(pid, "control group", errno))?;
        let text = String::from_utf8_lossy(text);
        let unified = text.lines().find(|line| line.starts_with("0::"));
        let line = unified.or(text.lines().next()).unwrap_or_default();
        Ok(line.splitn(3, ':').nth(2).unwrap_or_default().to_owned())
    }

    /// The program that it runs. A removed one has ` (deleted)` at its end.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`], also for the kernel's
    /// threads.
    pub fn executable(&mut self, pid: Pid) -> Result<PathBuf, Error> {
        self.link(pid, "exe", "program")
    }

    /// Where its relative paths begin.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`].
    pub fn working_directory(&mut self, pid: Pid) -> Result<PathBuf, Error> {
        self.link(pid, "cwd", "working directory")
    }

    /// The namespaces that it is in.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`].
    pub fn namespaces(&mut self, pid: Pid) -> Result<Vec<Namespace>, Error> {
        const NAMES: [&str; 8] = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];
        let mut namespaces = Vec::new();
        for name in NAMES {
            // `mnt:[4026531841]`
            let target = match self.link_of(&format!("{pid}/ns/{name}")) {
                Ok(target) => target,
                // An older kernel has fewer kinds, unless the process itself has gone.
                Err(Errno::ENOENT) if !namespaces.is_empty() => continue,
                Err(errno) => return Err(Error::of(pid, "namespaces", errno)),
            };
            let digits = target.to_string_lossy();
            let digits = digits.trim_matches(|c: char| !c.is_ascii_digit());
            if let Ok(inode) = digits.parse() {
                let name = name.to_owned();
                namespaces.push(Namespace { name, inode });
            }
        }
        Ok(namespaces)
    }

    /// Its open descriptors. Ours include the one that this list was read with.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`].
    pub fn descriptors(&mut self, pid: Pid) -> Result<Vec<Descriptor>, Error> {
        let numbers = self.numbers(&format!("{pid}/fd"));
        let mut numbers = numbers.map_err(|errno| Error::of(pid, "descriptors", errno))?;
        numbers.sort_unstable();
        let open = numbers.iter().filter_map(|&number| {
            // Closed since: it is none any more.
            self.descriptor(pid, number).ok()
        });
        Ok(open.collect())
    }

    fn descriptor(&mut self, pid: Pid, number: i32) -> nix::Result<Descriptor> {
        let target = self.link_of(&format!("{pid}/fd/{number}"))?;
        let text = self.file(&format!("{pid}/fdinfo"), &number.to_string());
        let text = String::from_utf8_lossy(text.unwrap_or_default());
        let value = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
        };
        Ok(Descriptor {
            number,
            target,
            offset: value("pos:").and_then(|text| text.parse().ok()),
            flags: value("flags:").and_then(|text| i32::from_str_radix(&text, 8).ok()),
        })
    }

    fn link(&mut self, pid: Pid, name: &str, what: &'static str) -> Result<PathBuf, Error> {
        self.link_of(&format!("{pid}/{name}"))
            .map_err(|errno| Error::of(pid, what, errno))
    }

    fn link_of(&self, path: &str) -> nix::Result<PathBuf> {
        readlinkat(&self.proc, path).map(PathBuf::from)
    }

    /// Reads a file that is made in one piece.
    fn file(&mut self, directory: &str, name: &str) -> nix::Result<&[u8]> {
        self.path.clear();
        // A String takes all that is written to it.
        let _ = write!(self.path, "{directory}/{name}");
        let flags = OFlag::O_RDONLY | OFlag::O_CLOEXEC;
        let file = openat(&self.proc, self.path.as_str(), flags, Mode::empty())?;
        let mut length = 0;
        loop {
            let count = match read(&file, &mut self.buffer[length..]) {
                Err(Errno::EINTR) => continue,
                count => count?,
            };
            length += count;
            if length < self.buffer.len() {
                return Ok(&self.buffer[..length]);
            }
            self.buffer.resize(2 * length, 0);
        }
    }

    /// The entries of a directory that are numbers.
    fn numbers(&self, path: &str) -> nix::Result<Vec<i32>> {
        let flags = OFlag::O_DIRECTORY | OFlag::O_RDONLY | OFlag::O_CLOEXEC;
        let mut directory = Dir::from_fd(openat(&self.proc, path, flags, Mode::empty())?)?;
        let mut numbers = Vec::new();
        for entry in directory.iter() {
            let entry = entry?;
            let name = std::str::from_utf8(entry.file_name().to_bytes());
            numbers.extend(name.ok().and_then(|name| name.parse::<i32>().ok()));
        }
        Ok(numbers)
    }
}

fn units() -> Units {
    let ask = |name, otherwise| match sysconf(name) {
        Ok(Some(value)) if value > 0 => value as u64,
        _ => otherwise,
    };
    Units {
        ticks: ask(SysconfVar::CLK_TCK, 100),
        page: ask(SysconfVar::PAGE_SIZE, 4096),
    }
}

fn first_word(text: &[u8]) -> f64 {
    let text = String::from_utf8_lossy(text);
    let word = text.split_ascii_whitespace().next();
    word.and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

/// The number after `name` at the beginning of a line.
fn fact(text: &[u8], name: &str) -> u64 {
    let text = String::from_utf8_lossy(text);
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let word = line.and_then(|line| line.split_ascii_whitespace().next());
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}
