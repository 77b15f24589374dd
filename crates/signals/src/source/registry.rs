//! Which pipe a handler writes to.
//!
//! A handler has no argument of its own, so what it needs is in statics, and as it may take no lock, in
//! atomics. For each signal there are [`READERS`] places; a place names the write end of one source's pipe,
//! and the process that it belongs to.
//!
//! The delicate moment is the removal. A handler on another thread may have read the place and be about
//! to write when the source closes its pipe, and the number may be another file's by then. So the handler
//! first counts itself into `running`, and then reads the places; whoever removes empties the place
//! first, and then waits until `running` has been seen at 0. All of it is sequentially consistent: either
//! the handler sees the empty place, or the remover sees the handler.
//!
//! Sound: the one call of the handler, `write(2)`, is on the list of signal-safety(7), and is given a
//! buffer on the stack. errno is saved and put back.
#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use nix::errno::Errno;
use nix::libc;
use nix::unistd::getpid;

use super::SourceError;
use crate::action::{self, ActionError, Disposition, Handler, Restore, raw_info};
use crate::signal::{LARGEST, RawInfo, Signal};

/// How many self-pipes one signal can be in.
pub(super) const READERS: usize = 8;

/// What the handler writes: below `PIPE_BUF`, so that a record is there whole or not at all.
pub(super) const RECORD: usize = 20;

struct Slot {
    /// 0, or the owner's pid in the upper half and one more than the descriptor in the lower.
    places: [AtomicU64; READERS],
    /// For each place, signals that found the pipe full.
    without_room: [AtomicU32; READERS],
    /// Handlers that may have read a place.
    running: AtomicU32,
}

static SLOTS: [Slot; LARGEST as usize + 1] = [const {
    Slot {
        places: [const { AtomicU64::new(0) }; READERS],
        without_room: [const { AtomicU32::new(0) }; READERS],
        running: AtomicU32::new(0),
    }
}; LARGEST as usize + 1];

/// The dispositions from before, for signals that have a source. Taken by those who add and remove,
/// never by a handler.
static INSTALLED: Mutex<Vec<(Signal, Restore)>> = Mutex::new(Vec::new());

/// A place in the table, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    signal: Signal,
    index: usize,
}

impl Place {
    /// Has `signal` written to `pipe`, which has to stay open for as long as this lives.
    pub(super) fn take(signal: Signal, pipe: BorrowedFd) -> Result<Self, SourceError> {
        let mut installed = lock();
        let slot = slot(signal);
        let free = |place: &AtomicU64| place.load(SeqCst) == 0;
        let index = slot.places.iter().position(free);
        let index = index.ok_or(SourceError::TooMany(signal))?;
        slot.without_room[index].store(0, SeqCst);
        slot.places[index].store(packed(pipe), SeqCst);
        // From here on dropping it undoes all.
        let place = Self { signal, index };
        if installed.iter().all(|(known, _)| *known != signal) {
            match install(signal) {
                Ok(restore) => installed.push((signal, restore)),
                Err(error) => {
                    drop(installed);
                    return Err(error.into());
                }
            }
        }
        Ok(place)
    }

    pub(super) fn signal(&self) -> Signal {
        self.signal
    }

    /// How many have found no room since this was last asked.
    pub(super) fn take_without_room(&self) -> u32 {
        slot(self.signal).without_room[self.index].swap(0, SeqCst)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut installed = lock();
        let slot = slot(self.signal);
        slot.places[self.index].store(0, SeqCst);
        if slot.places.iter().all(|place| place.load(SeqCst) == 0) {
            installed.retain(|(signal, _)| *signal != self.signal);
        }
        while slot.running.load(SeqCst) != 0 {
            thread::yield_now();
        }
    }
}

fn lock() -> MutexGuard<'static, Vec<(Signal, Restore)>> {
    INSTALLED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn slot(signal: Signal) -> &'static Slot {
    &SLOTS[signal.number() as usize]
}

fn packed(pipe: BorrowedFd) -> u64 {
    let owner = getpid().as_raw() as u64;
    owner << 32 | (pipe.as_raw_fd() as u64 + 1)
}

fn install(signal: Signal) -> Result<Restore, ActionError> {
    // SAFETY: `forward` uses atomics, getpid and write, and leaves errno as it was.
    let handler = unsafe { Handler::new(forward) };
    action::set_for_now(signal, Disposition::Handler(handler))
}

extern "C" fn forward(number: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    let errno = Errno::last_raw();
    // SAFETY: SA_SIGINFO is set, so the kernel hands over a siginfo_t that lives until we return.
    let record = raw_info(unsafe { &*info }).to_bytes();
    let slot = &SLOTS[number as usize];
    slot.running.fetch_add(1, SeqCst);
    let this_process = getpid().as_raw() as u64;
    for (place, without_room) in slot.places.iter().zip(&slot.without_room) {
        let value = place.load(SeqCst);
        if value >> 32 == this_process && value != 0 {
            tell((value as u32 - 1) as i32, &record, without_room);
        }
    }
    slot.running.fetch_sub(1, SeqCst);
    Errno::set_raw(errno);
}

/// If the pipe is full the signal is counted, and only then the pipe is tried once more, with a record
/// of no signal. Should the reader have emptied the pipe and looked at the count in between, that
/// record wakes it again; else the pipe is still full, and it will look at the count later.
fn tell(pipe: i32, record: &[u8; RECORD], without_room: &AtomicU32) {
    if !write(pipe, record) {
        without_room.fetch_add(1, SeqCst);
        write(pipe, &RawInfo::default().to_bytes());
    }
}

fn write(pipe: i32, record: &[u8; RECORD]) -> bool {
    // SAFETY: the descriptor is open: its owner waits for `running` before closing it.
    unsafe { libc::write(pipe, record.as_ptr().cast(), RECORD) == RECORD as isize }
}

impl RawInfo {
    fn to_bytes(self) -> [u8; RECORD] {
        let mut bytes = [0; RECORD];
        let fields = [
            self.number,
            self.code,
            self.pid,
            self.uid as i32,
            self.value,
        ];
        for (place, field) in bytes.chunks_exact_mut(4).zip(fields) {
            place.copy_from_slice(&field.to_ne_bytes());
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; RECORD]) -> Self {
        let field = |index: usize| {
            let at = index * 4;
            i32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        Self {
            number: field(0),
            code: field(1),
            pid: field(2),
            uid: field(3) as u32,
            value: field(4),
        }
    }
}
