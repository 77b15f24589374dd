//! Which cache is this thread's, what happens when the thread ends, and when the process forks.
//!
//! The pointer is a `const` thread-local without a destructor: to read it is one instruction, never
//! allocates, and works until the thread's last instruction. What calls us at the thread's end is a
//! `pthread_key_create(3)` destructor, for which glibc and macOS allocate nothing of Rust's.
//!
//! # Protocol
//!
//! The pointer is null, then the thread's cache, then `ENDED`, and never turns back. Caches are maps
//! that are never unmapped; one that has no thread waits in `POOL` for the next.
//!
//! Sound: a cache is in the pool or is one thread's, and changes hands under the pool's lock. Only
//! `with` makes a reference to it, for a call of code in this module that does not allocate, so there
//! are never two.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::libc;

use super::central::Object;
use super::classes::Class;
use super::kernel;
use super::spin::Spin;
use super::state;
use super::thread_cache::ThreadCache;

thread_local! {
    static CACHE: Cell<*mut Owned> = const { Cell::new(ptr::null_mut()) };
}

/// In place of a pointer when the thread has given its cache back.
const ENDED: *mut Owned = ptr::without_provenance_mut(align_of::<Owned>());

static POOL: Spin<Pool> = Spin::new(Pool {
    first: ptr::null_mut(),
    key: None,
});

/// A cache in a map of its own. All zeros are those of a new one.
struct Owned {
    cache: ThreadCache,
    /// While it is in the pool: the next one there.
    next: *mut Owned,
}

struct Pool {
    first: *mut Owned,
    /// Its destructor is run at the end of each thread that has a cache.
    key: Option<libc::pthread_key_t>,
}

// SAFETY: the pointers are to caches that no thread has.
unsafe impl Send for Pool {}

/// A block of `class`; null when there is no memory.
#[inline]
pub(super) fn allocate(class: Class) -> *mut u8 {
    match with(|cache| cache.pop(class)) {
        Some(Some(object)) => pointer(object),
        Some(None) => refill(class),
        None => take_one(class),
    }
}

/// Takes back a block of `class`.
#[inline]
pub(super) fn free(class: Class, block: *mut u8) {
    let object = ((block.addr() - state::base().addr()) / 16) as Object;
    if with(|cache| cache.push(class, object)) != Some(true) {
        overflow(class, object);
    }
}

/// Hands all that this thread's cache holds to the central lists, for other threads to use. A thread's
/// end does so by itself.
pub fn flush() {
    with(|cache| cache.flush(state::give));
}

#[cold]
fn refill(class: Class) -> *mut u8 {
    let object = with(|cache| {
        cache.refill(class, |batch| state::take(class, batch));
        cache.pop(class)
    });
    object.flatten().map_or(ptr::null_mut(), pointer)
}

#[cold]
fn overflow(class: Class, object: Object) {
    let pushed = with(|cache| {
        cache.push(class, object) || {
            cache.make_room(class, |batch| state::give(class, batch));
            cache.push(class, object)
        }
    });
    if pushed != Some(true) {
        state::give(class, &[object]);
    }
}

#[cold]
fn take_one(class: Class) -> *mut u8 {
    let mut object = [0];
    match state::take(class, &mut object) {
        0 => ptr::null_mut(),
        _ => pointer(object[0]),
    }
}

#[inline]
fn pointer(object: Object) -> *mut u8 {
    state::base().wrapping_add(object as usize * 16)
}

/// Runs `body` on this thread's cache; `None` if it has none: it has ended, or there is no memory for
/// one.
#[inline]
fn with<R>(body: impl FnOnce(&mut ThreadCache) -> R) -> Option<R> {
    let mut owned = CACHE.get();
    if owned.is_null() {
        owned = adopt();
    }
    if owned.is_null() || owned == ENDED {
        return None;
    }
    // SAFETY: it is this thread's, and no other reference to it is alive: `body` is one of the closures
    // above, which do not come back here.
    let cache = unsafe { &mut (*owned).cache };
    Some(body(cache))
}

/// Gives this thread a cache, an old one if there is one.
#[cold]
fn adopt() -> *mut Owned {
    prepare_for_fork();
    let mut pool = POOL.lock();
    let Some(key) = pool.key() else {
        return ptr::null_mut();
    };
    let mut owned = pool.first;
    if owned.is_null() {
        owned = kernel::map(size_of::<Owned>(), align_of::<Owned>()).cast();
    } else {
        // SAFETY: caches in the pool are whole, and ours under the lock.
        pool.first = unsafe { (*owned).next };
    }
    drop(pool);
    if !owned.is_null() {
        CACHE.set(owned);
        // SAFETY: the key was made and is never deleted.
        unsafe { libc::pthread_setspecific(key, owned.cast()) };
    }
    owned
}

impl Pool {
    fn key(&mut self) -> Option<libc::pthread_key_t> {
        if self.key.is_none() {
            let mut key = 0;
            // SAFETY: the key is written to a variable of ours; the destructor is a function.
            let made = unsafe { libc::pthread_key_create(&raw mut key, Some(end_of_thread)) };
            self.key = (made == 0).then_some(key);
        }
        self.key
    }
}

extern "C" fn end_of_thread(_: *mut libc::c_void) {
    flush();
    let owned = CACHE.replace(ENDED);
    if owned.is_null() || owned == ENDED {
        return;
    }
    let mut pool = POOL.lock();
    let next = mem::replace(&mut pool.first, owned);
    // SAFETY: it was this thread's until now, and the pool's lock is held.
    unsafe { (*owned).next = next };
}

/// Once: what `fork` runs before and after.
fn prepare_for_fork() {
    static DONE: AtomicBool = AtomicBool::new(false);
    if !DONE.swap(true, Ordering::Relaxed) {
        // SAFETY: functions that take and give up our own locks.
        unsafe { libc::pthread_atfork(Some(before_fork), Some(after_fork), Some(after_fork)) };
    }
}

extern "C" fn before_fork() {
    POOL.hold();
    state::hold_all();
}

extern "C" fn after_fork() {
    state::let_go_all();
    POOL.let_go();
}
