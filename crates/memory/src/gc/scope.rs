//! A scope: the time in which a mutator uses objects. And what outlives it: roots and weak references.
//!
//! Sound: a [`Gc`] of this scope is of an object that is not dropped while it is open: see the module's
//! page.
#![allow(unsafe_code)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::cycle::Phase;
use super::edge::{Brand, Edge, Gc, Index, Trace};
use super::heap::{Local, Shared};

/// How many words of the bitmap a mutator takes for itself to try.
const WORDS: usize = 8;

/// An open scope. Its references carry its lifetime `'gc`, which no other scope has.
pub struct Scope<'gc, 'm, T> {
    shared: &'m Arc<Shared<T>>,
    local: &'m mut Local,
    /// It does not change while the scope is open.
    phase: Phase,
    brand: Brand<'gc>,
}

/// The heap has no free slot. It hands back what did not fit; leave the scope, collect, and try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the heap is full")]
pub struct Full<T>(pub T);

impl<'gc, 'm, T: Trace> Scope<'gc, 'm, T> {
    pub(super) fn new(shared: &'m Arc<Shared<T>>, local: &'m mut Local, brand: Brand<'gc>) -> Self {
        let phase = shared.phase();
        Scope {
            shared,
            local,
            phase,
            brand,
        }
    }

    /// A new object. All its edges are empty.
    ///
    /// # Errors
    ///
    /// [`Full`], with the object.
    pub fn allocate(&mut self, object: T) -> Result<Gc<'gc, T>, Full<T>> {
        if self.local.claim.len() == 0 {
            self.claim();
        }
        let Some(index) = self.local.claim.next() else {
            return Err(Full(object));
        };
        self.shared.space.write(index, object);
        Ok(Gc::new(index))
    }

    /// The object.
    #[inline]
    #[must_use]
    pub fn get(&self, object: Gc<'gc, T>) -> &T {
        // SAFETY: this scope's reference, and the scope is open.
        unsafe { self.shared.space.get(object.index()) }
    }

    /// What an edge of the object refers to.
    ///
    /// # Panics
    ///
    /// When the edge is not in this object.
    #[inline]
    #[must_use]
    pub fn follow(
        &self,
        object: Gc<'gc, T>,
        edge: impl for<'a> FnOnce(&'a T) -> &'a Edge<T>,
    ) -> Option<Gc<'gc, T>> {
        self.edge(object, edge).load().map(Gc::new)
    }

    /// Has an edge of the object refer to `target`, or to nothing. This is the write barrier.
    ///
    /// The target is made grey first: the marker may look at the object between the two.
    ///
    /// # Panics
    ///
    /// When the edge is not in this object.
    #[inline]
    pub fn link(
        &mut self,
        object: Gc<'gc, T>,
        edge: impl for<'a> FnOnce(&'a T) -> &'a Edge<T>,
        target: Option<Gc<'gc, T>>,
    ) {
        let target = target.map(Gc::index);
        if self.phase == Phase::Mark
            && let Some(index) = target
        {
            self.shade(index);
        }
        self.edge(object, edge).store(target);
    }

    /// Keeps the object, and all that it leads to, beyond this scope.
    pub fn root(&mut self, object: Gc<'gc, T>) -> Root<T> {
        if self.phase == Phase::Mark {
            self.shade(object.index());
        }
        let index = object.index();
        Root {
            index,
            slot: self.shared.roots.insert(index),
            heap: Arc::clone(self.shared),
        }
    }

    /// The object that a root keeps.
    ///
    /// # Panics
    ///
    /// When the root is another heap's.
    #[must_use]
    pub fn open(&self, root: &Root<T>) -> Gc<'gc, T> {
        assert!(Arc::ptr_eq(&root.heap, self.shared), "a root of this heap");
        Gc::new(root.index)
    }

    /// A reference that does not keep the object.
    #[must_use]
    pub fn weak(&mut self, object: Gc<'gc, T>) -> Weak<T> {
        let pin = Arc::new(WeakPin(AtomicU32::new(object.index() + 1)));
        super::heap::lock(&self.shared.weaks).push(Arc::clone(&pin));
        Weak {
            pin,
            heap: Arc::clone(self.shared),
        }
    }

    /// The object of a weak reference, if it was not collected.
    ///
    /// # Panics
    ///
    /// When the reference is another heap's.
    #[must_use]
    pub fn upgrade(&self, weak: &Weak<T>) -> Option<Gc<'gc, T>> {
        assert!(
            Arc::ptr_eq(&weak.heap, self.shared),
            "a weak reference of this heap"
        );
        // Marking has ended, and the collector may not have come by this reference yet.
        let is_dead = |index| self.phase == Phase::Sweep && !self.shared.space.is_marked(index);
        let index = weak.pin.index().filter(|&index| !is_dead(index));
        index.map(Gc::new)
    }

    /// It must be in the object itself: an edge elsewhere might refer to what is gone.
    #[inline]
    fn edge(
        &self,
        object: Gc<'gc, T>,
        edge: impl for<'a> FnOnce(&'a T) -> &'a Edge<T>,
    ) -> &Edge<T> {
        let edge = edge(self.get(object));
        let is_inside = self.shared.space.holds(object.index(), edge);
        assert!(is_inside, "an edge of this object");
        edge
    }

    fn shade(&mut self, index: Index) {
        if self.shared.space.mark(index) {
            self.local.grey.push(index);
        }
    }

    /// Tries words of the bitmap until one has free slots, or all have been tried.
    #[cold]
    fn claim(&mut self) {
        let shared = self.shared;
        let all = shared.space.words();
        let mut tried = 0;
        while tried <= all + WORDS {
            let Some(word) = self.local.words.next() else {
                let start = shared.cursor.fetch_add(WORDS, Ordering::Relaxed) % all;
                self.local.words = start..(start + WORDS).min(all);
                tried += WORDS;
                continue;
            };
            let claim = shared.space.claim(word, self.phase != Phase::Idle);
            if claim.len() > 0 {
                shared.used.fetch_add(claim.len(), Ordering::Relaxed);
                shared.allocated.fetch_add(claim.len(), Ordering::Relaxed);
                self.local.claim = claim;
                return;
            }
        }
    }
}

/// Keeps an object, and all that it leads to.
pub struct Root<T> {
    index: Index,
    /// In the heap's table of roots.
    slot: usize,
    heap: Arc<Shared<T>>,
}

impl<T> Drop for Root<T> {
    fn drop(&mut self) {
        self.heap.roots.remove(self.slot);
    }
}

/// Refers to an object and does not keep it.
pub struct Weak<T> {
    pin: Arc<WeakPin>,
    heap: Arc<Shared<T>>,
}

/// A weak reference's object plus one; 0 when it has been collected.
#[derive(Debug)]
pub(super) struct WeakPin(AtomicU32);

impl WeakPin {
    pub(super) fn index(&self) -> Option<Index> {
        self.0.load(Ordering::Relaxed).checked_sub(1)
    }

    pub(super) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl<T> std::fmt::Debug for Root<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Root({})", self.index)
    }
}

impl<T> std::fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Weak({:?})", self.pin.index())
    }
}

impl<T> std::fmt::Debug for Scope<'_, '_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scope({:?})", self.phase)
    }
}
