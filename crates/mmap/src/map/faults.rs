//! The list of guarded maps, and the signal handler that walks it. See `guarded.rs` for the concept.
//!
//! # The list
//!
//! Slots are leaked, linked once, and used again: a handler can walk the list at any time. A slot is
//! free when its `start` is 0. Taking one sets `start` and then `end`; giving it back clears `end` and
//! then `start`. The handler reads `start`, `end`, and `start` again: if that has not changed, the pair
//! belongs together. A thread that faults in a guarded map borrows it, so its slot does not change
//! under it; the check is for the other slots, from which a mixed pair could claim a foreign address.
//!
//! # Others' handlers
//!
//! A fault that is not in the list goes to the handler that was there before ours (std has one, which
//! tells a stack overflow), or gets the default, which ends the process.
//!
//! `unsafe` is allowed for the handler. The argument is the above; each block has its fact.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use nix::errno::Errno;
use nix::libc::{self, c_int, c_void};

use super::platform::FAULTS;
use super::residency::page_size;

/// A guarded range of addresses, as the handler sees it.
#[derive(Debug)]
pub(super) struct Slot {
    /// 0 when the slot is free.
    start: AtomicUsize,
    /// 0 while the slot is being taken or given back.
    end: AtomicUsize,
    /// The offset of the first page that was lost; written by the handler.
    lost: AtomicUsize,
    /// Set before the slot is linked, and never again.
    next: *const Slot,
}

/// The slot that was linked last.
static SLOTS: AtomicPtr<Slot> = AtomicPtr::new(ptr::null_mut());

// SAFETY: `next` is not changed once others can see the slot, and points to a slot that is leaked.
unsafe impl Sync for Slot {}

const NOTHING: usize = usize::MAX;

impl Slot {
    pub(super) fn take(range: Range<usize>) -> &'static Slot {
        let slot = slots()
            .find(|slot| {
                let take =
                    slot.start
                        .compare_exchange(0, range.start, Ordering::SeqCst, Ordering::SeqCst);
                take.is_ok()
            })
            .unwrap_or_else(|| Slot::link(range.start));
        slot.lost.store(NOTHING, Ordering::SeqCst);
        slot.end.store(range.end, Ordering::SeqCst);
        slot
    }

    /// A new slot at the head of the list.
    fn link(start: usize) -> &'static Slot {
        let slot = Box::leak(Box::new(Slot {
            start: AtomicUsize::new(start),
            end: AtomicUsize::new(0),
            lost: AtomicUsize::new(NOTHING),
            next: SLOTS.load(Ordering::SeqCst),
        }));
        while let Err(head) = SLOTS.compare_exchange(
            slot.next.cast_mut(),
            slot,
            Ordering::SeqCst,
            Ordering::SeqCst,
        ) {
            slot.next = head;
        }
        slot
    }

    pub(super) fn give_back(&self) {
        self.end.store(0, Ordering::SeqCst);
        self.start.store(0, Ordering::SeqCst);
    }

    /// The offset of the first page that was lost, or one beyond every file.
    pub(super) fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }

    /// Where the range starts, if `address` is in it.
    fn start_if_has(&self, address: usize) -> Option<usize> {
        let start = self.start.load(Ordering::SeqCst);
        let end = self.end.load(Ordering::SeqCst);
        let unchanged = self.start.load(Ordering::SeqCst) == start;
        (unchanged && start != 0 && (start..end).contains(&address)).then_some(start)
    }
}

fn slots() -> impl Iterator<Item = &'static Slot> {
    let mut next = SLOTS.load(Ordering::SeqCst).cast_const();
    std::iter::from_fn(move || {
        // SAFETY: null, or a slot that was leaked and linked when it was complete.
        let slot = unsafe { next.as_ref() }?;
        next = slot.next;
        Some(slot)
    })
}

/// What the handler needs to know, all of it set before it is installed.
struct Handling {
    page: usize,
    /// For each of [`FAULTS`].
    former: Vec<libc::sigaction>,
}

static HANDLING: OnceLock<Result<Handling, Errno>> = OnceLock::new();

pub(super) fn install_handler() -> Result<(), Errno> {
    static INSTALLED: OnceLock<Result<(), Errno>> = OnceLock::new();
    let handling = HANDLING.get_or_init(|| {
        Ok(Handling {
            page: page_size(),
            former: FAULTS
                .iter()
                .map(|&signal| action_of(signal))
                .collect::<Result<_, _>>()?,
        })
    });
    handling.as_ref().map_err(|&errno| errno)?;
    *INSTALLED.get_or_init(|| FAULTS.iter().try_for_each(|&signal| handle(signal)))
}

fn action_of(signal: c_int) -> Result<libc::sigaction, Errno> {
    let mut action = MaybeUninit::uninit();
    // SAFETY: with no new action given this only fills in the old one.
    let outcome = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    Errno::result(outcome)?;
    // SAFETY: the call has succeeded.
    Ok(unsafe { action.assume_init() })
}

fn handle(signal: c_int) -> Result<(), Errno> {
    // SA_ONSTACK as std has it: the fault that is passed on may be that of a full stack.
    let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = on_fault;
    set_action(
        signal,
        handler as usize,
        libc::SA_SIGINFO | libc::SA_ONSTACK,
    )
}

fn set_action(signal: c_int, handler: usize, flags: c_int) -> Result<(), Errno> {
    // SAFETY: all zeros is a valid action: the default, with an empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    // SAFETY: `handler` is one of the constants, or `on_fault`, which does only what is allowed in
    // a handler.
    Errno::result(unsafe { libc::sigaction(signal, &action, ptr::null_mut()) }).map(drop)
}

/// Runs amid any code at all: no locks, no allocation, no panic, and `errno` as it was.
extern "C" fn on_fault(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    let errno = Errno::last();
    let Some(Ok(handling)) = HANDLING.get() else {
        return;
    };
    // SAFETY: the kernel passes a valid pointer to a handler with SA_SIGINFO.
    let Some(fault) = (unsafe { info.as_ref() }) else {
        return;
    };
    // SAFETY: a fault has an address; what somebody has sent has another number in its place, and is
    // told by its code.
    let address = unsafe { fault.si_addr() } as usize;
    let sent = fault.si_code <= 0;
    if sent || !repair(address, handling.page) {
        let which = FAULTS.iter().position(|&fault| fault == signal);
        let former = which.and_then(|which| handling.former.get(which));
        // Who ignores a fault gets the default all the same; the kernel would otherwise raise it for
        // ever.
        match former {
            Some(former) if former.sa_sigaction == libc::SIG_IGN && sent => {}
            Some(former) => pass_on(former, signal, info, context),
            None => {}
        }
    }
    errno.set();
}

/// Puts zeros where a guarded page was lost.
fn repair(address: usize, page: usize) -> bool {
    let lost = address & !(page - 1);
    let Some((slot, start)) = slots().find_map(|s| Some((s, s.start_if_has(address)?))) else {
        return false;
    };
    slot.lost.fetch_min(lost - start, Ordering::SeqCst);
    let kind = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_FIXED;
    // SAFETY: the page is one of a map that the faulting thread borrows, so it is nobody else's, and
    // whoever reads it expects any bytes. On both systems mmap(2) is a bare system call.
    let zeros = unsafe {
        libc::mmap(
            ptr::without_provenance_mut(lost),
            page,
            libc::PROT_READ,
            kind,
            -1,
            0,
        )
    };
    zeros != libc::MAP_FAILED
}

/// What would have happened without us.
fn pass_on(
    former: &libc::sigaction,
    signal: c_int,
    info: *mut libc::siginfo_t,
    context: *mut c_void,
) {
    let handler = former.sa_sigaction;
    if handler == libc::SIG_DFL || handler == libc::SIG_IGN {
        // Blocked until we return, and then it takes effect.
        if set_action(signal, libc::SIG_DFL, 0).is_ok() {
            // SAFETY: raises a signal in this thread.
            unsafe { libc::raise(signal) };
        }
    } else if former.sa_flags & libc::SA_SIGINFO != 0 {
        // SAFETY: the action was installed with SA_SIGINFO, so its handler has this type.
        let handler = unsafe { std::mem::transmute::<usize, SigInfoHandler>(handler) };
        handler(signal, info, context);
    } else {
        // SAFETY: the action was installed without SA_SIGINFO, so its handler has this type.
        let handler = unsafe { std::mem::transmute::<usize, SimpleHandler>(handler) };
        handler(signal);
    }
}

type SigInfoHandler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);
type SimpleHandler = extern "C" fn(c_int);
