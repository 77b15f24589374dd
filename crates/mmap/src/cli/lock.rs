//! `mmap lock`: a command that runs while a file is locked.
//!
//! Sound: `sigaction` is given a handler that does nothing, or what it gave us.
#![allow(unsafe_code)]

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::Context;
use mmap::lock::{Bytes, Family, Guard, LockError, Mode};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl, open};
use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::sys::stat;

use super::complain;

/// Run CMD while FILE is locked.
///
/// Makes FILE if it is missing and never removes it: an empty file that stays is how such a lock
/// looks. Everybody who locks the same FILE takes turns, flock(1) and std's File::lock included (unless
/// --ofd or --fcntl is given). It is a lock for those who ask: nobody is kept from reading or writing.
///
/// CMD inherits the descriptor, so the file stays locked until CMD and all that it leaves running
/// have ended, even if this process is killed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Lock {
    /// Together with others that lock it shared; alone without this
    #[arg(short, long)]
    shared: bool,

    /// Fail when the file is locked, instead of waiting
    #[arg(short, long, conflicts_with = "timeout")]
    nonblock: bool,

    /// Fail when the file is still locked after so long
    #[arg(short = 'w', long, value_name = "SECS", value_parser = seconds)]
    timeout: Option<Duration>,

    /// The status when it is locked
    #[arg(short = 'E', long, value_name = "N", default_value_t = 1)]
    conflict_exit_code: u8,

    /// Do not hand the descriptor to CMD: what CMD leaves running does not hold the lock
    #[arg(short = 'o', long)]
    close: bool,

    /// A lock of the open file by fcntl(2), whole file
    #[arg(long, conflicts_with = "fcntl")]
    ofd: bool,

    /// A lock of this process by fcntl(2), whole file; CMD does not hold it
    #[arg(long)]
    fcntl: bool,

    /// What to lock: a file, or a directory that is there (not with --ofd and --fcntl)
    file: PathBuf,

    /// The command and its arguments
    #[arg(
        value_name = "CMD",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  mmap lock --nonblock /run/lock/backup -- ./backup --all
  mmap lock --timeout 10 db.lock -- sh -c 'n=$(cat count); echo $((n + 1)) > count'
  mmap lock --shared db.lock -- ./report

Status: CMD's; 128 + N when signal N ended it; 127 when it is not found, 126 when it cannot be run;
1, or what -E says, when FILE is locked; 1 when FILE cannot be opened; 2 for wrong usage.

Ctrl-C is left to CMD. Any other signal that ends this process leaves CMD running, with the lock
(without it: --close, --fcntl).";

impl Lock {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let file = self
            .open()
            .with_context(|| format!("cannot open {}", self.file.display()))?;
        let guard = match self.lock(file) {
            Ok(guard) => guard,
            Err(error @ (LockError::WouldBlock(_) | LockError::TimedOut { .. })) => {
                complain(format_args!("{}: {error}", self.file.display()));
                return Ok(ExitCode::from(self.conflict_exit_code));
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot lock {}", self.file.display()));
            }
        };
        // Not freed at our end, but when the last descriptor is closed, which may be another's.
        let file = guard.leave();
        if !self.close {
            fcntl(&file, FcntlArg::F_SETFD(FdFlag::empty())).context("cannot pass the lock on")?;
        }
        self.run_command()
    }

    /// Without `O_CREAT` first. With it a directory cannot be opened, and in a directory like /tmp
    /// not even an existing file of another user (fs.protected_regular).
    fn open(&self) -> io::Result<File> {
        let access = if self.family() == Family::Flock || self.shared {
            OFlag::O_RDONLY
        } else {
            OFlag::O_RDWR
        };
        match open_with(&self.file, access) {
            Err(Errno::ENOENT) => Ok(open_with(&self.file, access | OFlag::O_CREAT)?),
            outcome => Ok(outcome?),
        }
    }

    fn lock(&self, file: File) -> Result<Guard<File>, LockError> {
        let (family, mode) = (self.family(), self.mode());
        match self.timeout {
            Some(limit) => family.lock_within(mode, file, limit),
            None if self.nonblock => family.try_lock(mode, file),
            None => family.lock(mode, file),
        }
    }

    fn family(&self) -> Family {
        match (self.ofd, self.fcntl) {
            (true, _) => Family::Ofd(Bytes::ALL),
            (_, true) => Family::Process(Bytes::ALL),
            _ => Family::Flock,
        }
    }

    fn mode(&self) -> Mode {
        if self.shared {
            Mode::Shared
        } else {
            Mode::Exclusive
        }
    }

    fn run_command(&self) -> anyhow::Result<ExitCode> {
        let (program, arguments) = self.command.split_first().expect("clap requires one");
        leave_to_the_command(Signal::SIGINT)?;
        leave_to_the_command(Signal::SIGQUIT)?;
        match Command::new(program).args(arguments).status() {
            Ok(status) => Ok(ExitCode::from(as_a_shell_would(status))),
            Err(error) => {
                complain(format_args!("cannot run {}: {error}", program.display()));
                let missing = error.kind() == io::ErrorKind::NotFound;
                Ok(ExitCode::from(if missing { 127 } else { 126 }))
            }
        }
    }
}

fn open_with(path: &Path, flags: OFlag) -> nix::Result<File> {
    let flags = flags | OFlag::O_CLOEXEC | OFlag::O_NOCTTY;
    open(path, flags, stat::Mode::from_bits_truncate(0o666)).map(File::from)
}

/// The terminal sends Ctrl-C to both processes. Ours has to survive it, to pass on the status of
/// a command that catches it. The way to that is a handler: the command would inherit an ignored or a
/// blocked signal, while a handler is gone after exec. Whoever started us with the signal ignored
/// wants it to stay so.
fn leave_to_the_command(signal: Signal) -> nix::Result<()> {
    let nothing = SigAction::new(
        SigHandler::Handler(ignore),
        SaFlags::SA_RESTART,
        SigSet::empty(),
    );
    // SAFETY: the handler touches nothing.
    let before = unsafe { sigaction(signal, &nothing) }?;
    if matches!(before.handler(), SigHandler::SigIgn) {
        // SAFETY: puts back what was there.
        unsafe { sigaction(signal, &before) }?;
    }
    Ok(())
}

extern "C" fn ignore(_: libc::c_int) {}

fn as_a_shell_would(status: ExitStatus) -> u8 {
    let number = match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, signal) => 128 + signal.unwrap_or_default(),
    };
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
