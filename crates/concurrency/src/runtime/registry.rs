//! All tasks that are not over: for the report of a deadlock, and for shutting down.
//!
//! A doubly linked list through the tasks themselves, so that to enter and to leave costs no memory
//! and no search; cut into shards, each with a lock of its own, so that Ms do not wait for each other.
//! An M takes task numbers sixteen at a time, and the shard goes by the number's upper bits: while it uses
//! up its numbers it has a shard to itself.
//!
//! Sound: the links of a task are touched under the lock of its shard alone, and a task in the list is kept
//! by the reference that the list owns.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::task::{Header, TaskId, TaskPointer};

/// How many numbers an M takes at once.
pub(crate) const IDS: u64 = 16;

const SHARDS: usize = 16;

#[derive(Debug)]
pub(crate) struct Registry {
    shards: Box<[Mutex<Shard>]>,
    /// Tasks that enter are to be cancelled at once.
    closed: AtomicBool,
    /// Told when a task leaves a closed registry.
    left: Condvar,
    leaving: Mutex<()>,
}

#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    first: Option<NonNull<Header>>,
    length: usize,
    /// Few tasks have one.
    names: HashMap<TaskId, String>,
}

// SAFETY: the pointers are references to tasks, which are Send.
unsafe impl Send for Shard {}

impl Registry {
    pub(crate) fn new() -> Self {
        Registry {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            closed: AtomicBool::new(false),
            left: Condvar::new(),
            leaving: Mutex::new(()),
        }
    }

    /// False when the registry is closed: the task is in it, and to be cancelled.
    pub(crate) fn enter(&self, task: TaskPointer, name: Option<String>) -> bool {
        let id = task.id();
        let mut shard = self.shard(id);
        let task = task.into_ptr();
        if let Some(name) = name {
            shard.names.insert(id, name);
        }
        let after = shard.first.replace(task);
        shard.length += 1;
        // SAFETY: the new task is in no list, and the lock is held.
        unsafe { links(task) }.after = after;
        if let Some(after) = after {
            // SAFETY: it is in this shard's list, so it is there, and the lock is held.
            unsafe { links(after) }.before = Some(task);
        }
        // Read under the lock: whoever closes goes through all shards afterwards.
        !self.closed.load(Ordering::Acquire)
    }

    /// Takes a task out, which is in it, and gives the list's reference back.
    pub(crate) fn leave(&self, task: &TaskPointer) -> TaskPointer {
        let id = task.id();
        let mut shard = self.shard(id);
        let pointer = task.as_ptr();
        // SAFETY: it is in this shard's list, and the lock is held.
        let own = std::mem::take(unsafe { links(pointer) });
        match own.before {
            // SAFETY: the neighbour is in the list as well.
            Some(before) => unsafe { links(before) }.after = own.after,
            None => shard.first = own.after,
        }
        if let Some(after) = own.after {
            // SAFETY: the neighbour is in the list as well.
            unsafe { links(after) }.before = own.before;
        }
        shard.length -= 1;
        if !shard.names.is_empty() {
            shard.names.remove(&id);
        }
        drop(shard);
        if self.closed.load(Ordering::Acquire) {
            drop(self.leaving.lock().unwrap_or_else(PoisonError::into_inner));
            self.left.notify_all();
        }
        // SAFETY: `enter` gave the reference to the list, from which it was just taken.
        unsafe { TaskPointer::from_ptr(pointer) }
    }

    /// From now on tasks that enter are to be cancelled.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        let lengths = self.shards.iter().map(|shard| lock(shard).length);
        lengths.sum()
    }

    /// A reference to each, with its name.
    pub(crate) fn all(&self) -> Vec<(TaskPointer, Option<String>)> {
        let mut all = Vec::new();
        for shard in &self.shards {
            let shard = lock(shard);
            let mut next = shard.first;
            while let Some(task) = next {
                // SAFETY: the list owns a reference while the lock is held, which is only borrowed.
                let borrowed = std::mem::ManuallyDrop::new(unsafe { TaskPointer::from_ptr(task) });
                let name = shard.names.get(&borrowed.id()).cloned();
                all.push((TaskPointer::clone(&borrowed), name));
                // SAFETY: it is in this shard's list, and the lock is held.
                next = unsafe { links(task) }.after;
            }
        }
        all.sort_unstable_by_key(|(task, _)| task.id());
        all
    }

    /// Waits until there are none, until `deadline` at the latest. True when there are none.
    pub(crate) fn wait_until_empty(&self, deadline: Instant) -> bool {
        let mut guard = self.leaving.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.len() == 0 {
                return true;
            }
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return false;
            }
            let waited = self.left.wait_timeout(guard, rest);
            (guard, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn shard(&self, id: TaskId) -> MutexGuard<'_, Shard> {
        lock(&self.shards[(id.0 / IDS) as usize % SHARDS])
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
///
/// The task is there, and the lock of its shard is held.
unsafe fn links<'a>(task: NonNull<Header>) -> &'a mut super::task::Links {
    let links = Header::links(task);
    // SAFETY: handed on to the caller.
    unsafe { &mut *links }
}
