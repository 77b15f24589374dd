//! Workers that outlived their supervisor.
//!
//! The status file was written while they lived. A process with such a number that began before the
//! file was written is the worker; one that began later has inherited the number and is left alone.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

#[cfg(target_os = "linux")]
use linux as sys;
#[cfg(target_os = "macos")]
use macos as sys;

use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::files::parse_status;
use super::note::Note;

/// Answers that are being given may take so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// The kernel counts a process's start in hundredths of a second.
const GRAIN: Duration = Duration::from_millis(50);

/// Tells the orphans of a status file to end and waits; gives those that are still there. The caller
/// knows that the supervisor is gone. A missing file has none.
///
/// # Errors
///
/// The file cannot be read, or an orphan may not be told.
pub(super) fn end(
    status_file: &Path,
    signal: Signal,
    tell: &mut dyn FnMut(&Note),
) -> io::Result<Vec<(u64, Pid)>> {
    let mut left = find(status_file)?;
    for &(generation, pid) in &left {
        tell(&Note::Orphan(pid, generation));
        match kill(pid, signal) {
            // It has ended between the look and this.
            Ok(()) | Err(Errno::ESRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let deadline = Instant::now() + PATIENCE;
    while !left.is_empty() && Instant::now() < deadline {
        left.retain(|&(_, pid)| {
            let lives = sys::age(pid).is_some();
            if !lives {
                tell(&Note::OrphanGone(pid));
            }
            lives
        });
        // They are not our children: nobody tells us of their end.
        thread::sleep(Duration::from_millis(10));
    }
    Ok(left)
}

fn find(status_file: &Path) -> io::Result<Vec<(u64, Pid)>> {
    let text = match fs::read_to_string(status_file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    let written = fs::metadata(status_file)?.modified()?;
    let age_of_file = SystemTime::now()
        .duration_since(written)
        .unwrap_or_default();
    let mut workers = parse_status(&text);
    workers.retain(|&(_, pid)| sys::age(pid).is_some_and(|age| age + GRAIN >= age_of_file));
    Ok(workers)
}

/// The processes that were started for a socket of this name, as far as the system shows them.
pub(super) fn started_for(name: &str) -> Vec<Pid> {
    sys::started_for(name)
}
