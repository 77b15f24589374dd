//! Breakpoints at every function, and single steps where those cannot be, by ptrace(2).
//!
//! Sound: between fork and exec the child makes one system call, which allocates nothing.
#![allow(unsafe_code)]

use std::collections::HashSet;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::breakpoints::Breakpoints;
use super::modules::{Modules, main_of};
use super::{BootstrapError, Depth, End, Limits, Step};

/// Starts `program` and tells `told` each function, when it is entered for the first time, until main.
/// The program's standard descriptors are `/dev/null`. It is dead when this returns.
///
/// Must be called on one thread from start to end, as ptrace belongs to a thread.
///
/// # Errors
///
/// It does not start, or this process may not trace (a container's seccomp filter may forbid it).
pub fn run(program: &Path, limits: Limits, told: impl FnMut(Step)) -> Result<End, BootstrapError> {
    let start = |source| BootstrapError::Start {
        path: program.to_owned(),
        source,
    };
    let file = program.canonicalize().map_err(start)?;
    let mut command = Command::new(&file);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Go's runtime stays on this thread, and is not interrupted by its own signals.
    command
        .env("GOMAXPROCS", "1")
        .env("GODEBUG", "asyncpreemptoff=1");
    // SAFETY: PTRACE_TRACEME is one system call, and safe after fork.
    unsafe { command.pre_exec(|| ptrace::traceme().map_err(Into::into)) };
    let child = command.spawn().map_err(start)?;
    let tracee = Tracee(child);
    let process = Pid::from_raw(tracee.0.id().cast_signed());
    let mut walk = Walk {
        process,
        limits,
        told,
        depth: Depth::default(),
        seen: HashSet::new(),
        modules: Modules::default(),
        breakpoints: Breakpoints::of(process).map_err(BootstrapError::Step)?,
        main: main_of(&file),
    };
    walk.until_main(&file).map_err(BootstrapError::Step)
}

/// Ends with its owner.
struct Tracee(Child);

impl Drop for Tracee {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Walk<F> {
    process: Pid,
    limits: Limits,
    told: F,
    depth: Depth,
    seen: HashSet<u64>,
    modules: Modules,
    breakpoints: Breakpoints,
    /// The name of the programmer's main.
    main: Option<String>,
}

impl<F: FnMut(Step)> Walk<F> {
    fn until_main(&mut self, program: &Path) -> io::Result<End> {
        let deadline = Instant::now() + self.limits.time;
        let mut status = waitpid(self.process, None)?;
        ptrace::setoptions(
            self.process,
            Options::PTRACE_O_EXITKILL | Options::PTRACE_O_TRACECLONE,
        )?;
        self.arm()?;
        for stops in 0..self.limits.stops {
            let mut signal = None;
            match status {
                WaitStatus::Stopped(_, Signal::SIGTRAP) => {
                    if self.look(stops, program)? {
                        return Ok(End::Main);
                    }
                }
                WaitStatus::Stopped(_, other) => signal = Some(other),
                WaitStatus::PtraceEvent(..) => self.let_thread_go()?,
                _ => return Ok(End::Exited),
            }
            if Instant::now() > deadline {
                return Ok(End::Time);
            }
            match self.breakpoints.are_set() {
                true => ptrace::cont(self.process, signal)?,
                false => ptrace::step(self.process, signal)?,
            }
            status = self.wait(deadline)?;
        }
        Ok(End::Stops)
    }

    /// The next stop, or the last status when the time is over: a program may wait for something before
    /// its main.
    fn wait(&self, deadline: Instant) -> io::Result<WaitStatus> {
        loop {
            let flags = match self.breakpoints.are_set() {
                true => WaitPidFlag::WNOHANG,
                // A step ends by itself, and soon.
                false => WaitPidFlag::empty(),
            };
            match waitpid(self.process, Some(flags))? {
                WaitStatus::StillAlive if Instant::now() < deadline => {
                    thread::sleep(Duration::from_micros(20));
                }
                WaitStatus::StillAlive => return Ok(WaitStatus::StillAlive),
                status => return Ok(status),
            }
        }
    }

    /// Sets breakpoints at all functions that are known now.
    fn arm(&mut self) -> io::Result<()> {
        let addresses = self.modules.update(self.process)?;
        self.breakpoints.set(&addresses)
    }

    /// The process has started a thread, which a breakpoint would kill: nobody steps it over. It goes
    /// on by itself, and the first thread by single steps from now on.
    fn let_thread_go(&mut self) -> io::Result<()> {
        let thread = Pid::from_raw(ptrace::getevent(self.process)? as i32);
        waitpid(thread, Some(WaitPidFlag::__WALL))?;
        self.breakpoints.remove_all()?;
        ptrace::detach(thread, None)?;
        Ok(())
    }

    /// Tells of the function that begins with the next instruction, if one does. Whether it is main.
    fn look(&mut self, stops: u64, program: &Path) -> io::Result<bool> {
        let mut registers = ptrace::getregs(self.process)?;
        let (mut address, stack) = processor::place(&registers);
        let hit = address.wrapping_sub(processor::PAST_BREAKPOINT);
        let is_breakpoint = self.breakpoints.is_set(hit);
        if is_breakpoint {
            address = hit;
            processor::go_to(&mut registers, address);
            ptrace::setregs(self.process, registers)?;
        }
        let Some(entry) = self.modules.entry(address) else {
            return Ok(false);
        };
        let depth = self.depth.enter(stack);
        let is_main = entry.module == program && self.main.as_ref() == Some(&entry.name);
        if self.seen.insert(address) && (is_main || depth <= self.limits.depth) {
            (self.told)(Step {
                address,
                module: entry.module.clone(),
                name: entry.name.clone(),
                depth,
                stops,
            });
        }
        // The dynamic linker calls this function, which does nothing, for debuggers: there are new files.
        if entry.name == "_dl_debug_state" {
            self.arm()?;
        }
        if is_breakpoint && !is_main {
            self.step_over(address)?;
        }
        Ok(is_main)
    }

    fn step_over(&mut self, address: u64) -> io::Result<()> {
        self.breakpoints.lift(address)?;
        ptrace::step(self.process, None)?;
        waitpid(self.process, None)?;
        self.breakpoints.set(&[address])
    }
}

/// What the two processors do differently when they come to a breakpoint.
mod processor {
    use nix::libc::user_regs_struct;

    /// x86-64 has run the instruction, which has one byte; arm64 has not.
    #[cfg(target_arch = "x86_64")]
    pub(super) const PAST_BREAKPOINT: u64 = 1;
    #[cfg(target_arch = "aarch64")]
    pub(super) const PAST_BREAKPOINT: u64 = 0;

    /// The next instruction and the stack pointer.
    pub(super) fn place(registers: &user_regs_struct) -> (u64, u64) {
        #[cfg(target_arch = "x86_64")]
        return (registers.rip, registers.rsp);
        #[cfg(target_arch = "aarch64")]
        return (registers.pc, registers.sp);
    }

    pub(super) fn go_to(registers: &mut user_regs_struct, address: u64) {
        #[cfg(target_arch = "x86_64")]
        let next = &mut registers.rip;
        #[cfg(target_arch = "aarch64")]
        let next = &mut registers.pc;
        *next = address;
    }
}
