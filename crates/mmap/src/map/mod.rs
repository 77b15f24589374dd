//! Files and memory as maps: the kernel's own pages, lent.
//!
//! A map enters pages into the address space of the process. They are the pages of the page cache,
//! the same that `read(2)` copies from, so nothing is copied and nothing is read ahead of its use.
//! What differs is who sees a change:
//!
//! | type | pages | a store goes to | surface |
//! |---|---|---|---|
//! | [`View`] | a file's | (cannot be written) | `&[u8]`, made by an `unsafe fn` |
//! | [`Shared`] | a file's | the file, and all who look at it | safe: [`AtomicU8`](std::sync::atomic::AtomicU8) |
//! | [`Private`] | a file's, until written to | a copy of that one page | `&mut [u8]`, made by an `unsafe fn` |
//! | [`Anonymous`] | zeros | this process | safe: `&mut [u8]` |
//! | [`Family`] | zeros | this process and its children | safe: atomics |
//! | [`Code`] | instructions | (only while they are made) | to call them is `unsafe` |
//! | [`Guarded`] | a file's | (cannot be written) | safe: copies out, or says that the file was cut |
//!
//! # What can go wrong with a file's map
//!
//! *Somebody changes the bytes.* Rust may assume that the bytes behind a `&[u8]` stay what they are:
//! it reads them twice, or checks them once (`str::from_utf8`) and trusts them ever after. The
//! kernel promises nothing of the kind, for any process may write to the file. No system call
//! asks for that promise, so [`View`] and [`Private`] have the caller give it: they are `unsafe`.
//! Atomics assume nothing, so [`Shared`] is safe.
//!
//! *Somebody cuts the file short.* Pages behind the new end are gone, and to touch one is SIGBUS.
//! That kills the process, as running out of stack does: hard, but no memory is corrupted. The rest
//! of the last page reads as zeros, without a signal. [`Guarded`] survives both.
//!
//! # Ways to survive, and why not
//!
//! - Ask for the length first: it may change between the question and the access.
//! - `flock`: nobody has to ask for the lock.
//! - Jump out of the signal handler with `siglongjmp`: the frames that it jumps over are Rust's, and
//!   leaving them without running their destructors is not defined.
//! - Unwind out of the handler: the compiler assumes that a load does not unwind.
//! - `process_vm_readv(2)` on ourselves: the kernel's copy fails with EFAULT instead of a signal.
//!   Sound, a system call each time; but then `pread(2)` on the file does the same and needs no
//!   map. If copies will do, this is the way: [`search::FileSource`](crate::search::FileSource).
//! - Let the handler *repair the map*: it puts a page of zeros where the lost page was, notes that it
//!   did, and returns. The load is repeated and succeeds. This is what [`Guarded`] does.

mod anonymous;
mod code;
mod family;
mod faults;
mod guarded;
mod residency;
mod shared;
mod view;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod platform;

pub use memmap2::Advice;

pub use anonymous::Anonymous;
pub use code::Code;
pub use family::Family;
pub use guarded::{GuardError, Guarded, Truncated};
pub use residency::{page_size, resident_pages};
pub use shared::Shared;
pub use view::{Private, View};
