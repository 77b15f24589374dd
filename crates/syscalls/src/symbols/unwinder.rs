//! The stack of a stopped task.
//!
//! Three things are remembered, since a tracer asks the same again and again: the files (by device
//! and inode, for all processes), where they are in each process, and for each address what was found
//! there. A process that maps more files later is noticed by an address that is in no file known so
//! far. Not noticed is a library that was unloaded and has another in its place.

use std::collections::{HashMap, HashSet};
use std::fmt;

use framehop::{CacheNative, FrameAddress, MayAllocateDuringUnwind, Unwinder as _, UnwinderNative};

use super::Registers;
use super::memory::Memory;
use super::modules::{Files, Modules};
use super::section::Bytes;
use crate::event::{Frame, Pid};

/// How many calls up a stack is followed; what is further out is left away. (A stack has more frames
/// than that when functions were inlined.)
pub const MAXIMUM_DEPTH: usize = 256;

/// Tells the stacks of stopped tasks.
///
/// It belongs to one thread, as tracing does.
#[derive(Default)]
pub struct Unwinder {
    files: Files,
    processes: HashMap<Pid, Process>,
}

impl Unwinder {
    /// Knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Who called whom in the task that stopped with these registers, innermost first: at most
    /// [`MAXIMUM_DEPTH`] calls. The first frame is always there, though perhaps as an address alone.
    ///
    /// `pid` is the process, or any thread of it: threads share their memory, but what is remembered
    /// is remembered by this number. It has to be one whose memory this process may read (ptrace(2)
    /// on access modes); nothing of it is changed.
    pub fn stack(&mut self, pid: Pid, registers: &Registers) -> Vec<Frame> {
        let process = self
            .processes
            .entry(pid)
            .or_insert_with(|| Process::new(Modules::of(pid, &mut self.files)));
        let mut walked = process.walk(pid, registers);
        if let Some(stray) = walked.stray
            && process.strays.insert(stray)
        {
            process.replace_modules(Modules::of(pid, &mut self.files));
            walked = process.walk(pid, registers);
        }
        process.describe(&walked.addresses)
    }

    /// To be called when a process has ended or executed another program: what was known about its
    /// addresses holds no longer.
    pub fn forget(&mut self, pid: Pid) {
        self.processes.remove(&pid);
    }
}

impl fmt::Debug for Unwinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unwinder")
            .field("processes", &self.processes.keys())
            .finish_non_exhaustive()
    }
}

/// What is known about a process's addresses.
struct Process {
    modules: Modules,
    tables: UnwinderNative<Bytes, MayAllocateDuringUnwind>,
    rules: CacheNative<MayAllocateDuringUnwind>,
    /// What was found, by the address in memory and the one to look up.
    frames: HashMap<(u64, u64), Vec<Frame>>,
    /// Addresses that are in no module, though the mappings were read anew for them.
    strays: HashSet<u64>,
}

/// The addresses of a stack, innermost first.
struct Walked {
    addresses: Vec<FrameAddress>,
    /// Where the walk ended, if that is in no module.
    stray: Option<u64>,
}

impl Process {
    fn new(modules: Modules) -> Self {
        let mut process = Self {
            modules: Modules::default(),
            tables: UnwinderNative::new(),
            rules: CacheNative::new(),
            frames: HashMap::new(),
            strays: HashSet::new(),
        };
        process.replace_modules(modules);
        process
    }

    fn replace_modules(&mut self, modules: Modules) {
        self.frames.clear();
        self.tables = UnwinderNative::new();
        for module in modules.unwinding() {
            self.tables.add_module(module);
        }
        self.modules = modules;
    }

    fn walk(&mut self, pid: Pid, registers: &Registers) -> Walked {
        let mut memory = Memory::of(pid);
        let mut read = |address| memory.word(address).ok_or(());
        let start = native(registers, &self.modules);
        let (tables, rules) = (&self.tables, &mut self.rules);
        let mut callers = tables.iter_frames(registers.instruction, start, rules, &mut read);
        let mut addresses = Vec::new();
        // An error is an end as well: what was found until then is true.
        while let Ok(Some(frame)) = callers.next()
            && addresses.len() < MAXIMUM_DEPTH
        {
            let inside = self.modules.find(frame.address_for_lookup()).is_some();
            if inside || !frame.is_return_address() {
                addresses.push(frame);
            }
            if !inside {
                let stray = Some(frame.address());
                return Walked { addresses, stray };
            }
        }
        Walked {
            addresses,
            stray: None,
        }
    }

    fn describe(&mut self, stack: &[FrameAddress]) -> Vec<Frame> {
        let mut frames = Vec::with_capacity(stack.len());
        for frame in stack {
            let key = (frame.address(), frame.address_for_lookup());
            let found = self
                .frames
                .entry(key)
                .or_insert_with(|| look_up(&self.modules, *frame));
            frames.extend_from_slice(found);
        }
        frames
    }
}

fn look_up(modules: &Modules, frame: FrameAddress) -> Vec<Frame> {
    let address = frame.address_for_lookup();
    let mut frames = match modules.find(address) {
        // A task that waits for the kernel is already behind the instruction with which it called,
        // perhaps in the next line.
        Some(module) if !frame.is_return_address() && module.is_behind_system_call(address) => {
            module.frames(address - 1)
        }
        Some(module) => module.frames(address),
        None => vec![Frame::default()],
    };
    for found in &mut frames {
        found.address = frame.address();
    }
    frames
}

#[cfg(target_arch = "x86_64")]
fn native(registers: &Registers, _: &Modules) -> framehop::UnwindRegsNative {
    framehop::UnwindRegsNative::new(registers.instruction, registers.stack, registers.frame)
}

/// Processors with pointer authentication keep a signature in those upper bits of a return address
/// that no address uses.
#[cfg(target_arch = "aarch64")]
fn native(registers: &Registers, modules: &Modules) -> framehop::UnwindRegsNative {
    use framehop::aarch64::PtrAuthMask;
    let mask = modules.end().map_or_else(
        PtrAuthMask::new_no_strip,
        PtrAuthMask::from_max_known_address,
    );
    framehop::UnwindRegsNative::new_with_ptr_auth_mask(
        mask,
        registers.link,
        registers.stack,
        registers.frame,
    )
}
