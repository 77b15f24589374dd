//! Processes that keep all cores but one busy, since spinning for a message wins only while nobody
//! else wants the core.

use std::env;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::Result;

/// The word by which this program, started again, knows that it is to be busy.
pub(crate) const BUSY: &str = "busy";

pub(crate) struct Busy(Vec<Child>);

impl Busy {
    pub(crate) fn start() -> Result<Self> {
        let mut busy = Self(Vec::new());
        for core in other_cores()? {
            let mut command = Command::new(env::current_exe()?);
            command.arg(BUSY).args(core).stdin(Stdio::piped());
            busy.0.push(command.spawn()?);
        }
        Ok(busy)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Until the benchmark ends, by whatever way: then this end of the pipe is closed.
pub(crate) fn be_busy() -> ! {
    thread::spawn(|| {
        let _ = io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    loop {
        std::hint::spin_loop();
    }
}

/// The cores that this process may use, without the first.
#[cfg(target_os = "linux")]
fn other_cores() -> Result<Vec<Option<String>>> {
    use nix::sched::{CpuSet, sched_getaffinity};
    use nix::unistd::Pid;

    let cores = sched_getaffinity(Pid::from_raw(0))?;
    let mut allowed = (0..CpuSet::count()).filter(|core| cores.is_set(*core).unwrap_or(false));
    allowed.next();
    Ok(allowed.map(|core| Some(core.to_string())).collect())
}

/// Elsewhere a process cannot be bound to a core: as many as there are others, wherever they run.
#[cfg(not(target_os = "linux"))]
fn other_cores() -> Result<Vec<Option<String>>> {
    Ok(vec![None; thread::available_parallelism()?.get() - 1])
}

#[cfg(target_os = "linux")]
pub(crate) fn be_busy_on(core: usize) -> Result<()> {
    use nix::sched::{CpuSet, sched_setaffinity};
    use nix::unistd::Pid;

    let mut only = CpuSet::new();
    only.set(core)?;
    sched_setaffinity(Pid::from_raw(0), &only)?;
    be_busy()
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn be_busy_on(_core: usize) -> Result<()> {
    be_busy()
}
