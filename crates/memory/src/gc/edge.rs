//! References: in the heap, and in a scope.
//!
//! Sound: this file has no unsafe block; [`Trace`] is where implementors make a promise.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};

/// An object's number in its heap.
pub(super) type Index = u32;

/// A scope's lifetime, invariant: it is no other's, neither longer nor shorter.
pub(super) type Brand<'gc> = PhantomData<fn(&'gc ()) -> &'gc ()>;

/// A reference to an object, valid in the scope `'gc`.
pub struct Gc<'gc, T> {
    index: Index,
    /// Scopes cannot be mixed up.
    brand: Brand<'gc>,
    /// And no other thread gets it.
    object: PhantomData<*const T>,
}

impl<T> Gc<'_, T> {
    /// For a scope, of an object that it may use.
    pub(super) fn new(index: Index) -> Self {
        Gc {
            index,
            brand: PhantomData,
            object: PhantomData,
        }
    }

    pub(super) fn index(self) -> Index {
        self.index
    }
}

impl<T> Clone for Gc<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Gc<'_, T> {}

impl<T> PartialEq for Gc<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl<T> Eq for Gc<'_, T> {}

impl<T> fmt::Debug for Gc<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gc({})", self.index)
    }
}

/// A place in an object for a reference to another, or for none. It is read by
/// [`Scope::follow`](super::Scope::follow) and written by [`Scope::link`](super::Scope::link).
#[derive(Debug)]
pub struct Edge<T> {
    /// The object's number plus one; 0 for none. Atomic, for the marker reads it while mutators write.
    target: AtomicU32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Default for Edge<T> {
    fn default() -> Self {
        Edge::empty()
    }
}

impl<T> Edge<T> {
    /// Refers to nothing. New objects have only such.
    #[must_use]
    pub const fn empty() -> Self {
        Edge {
            target: AtomicU32::new(0),
            kind: PhantomData,
        }
    }

    /// `Acquire`: who sees the reference also sees the object that it refers to.
    pub(super) fn load(&self) -> Option<Index> {
        self.target.load(Ordering::Acquire).checked_sub(1)
    }

    pub(super) fn store(&self, target: Option<Index>) {
        let target = target.map_or(0, |index| index + 1);
        self.target.store(target, Ordering::Release);
    }
}

/// What a heap can hold: objects that know their edges.
///
/// A heap has one type of object; where several are needed it is an enum.
///
/// # Safety
///
/// - [`trace`](Self::trace) visits every [`Edge`] in the object, every time.
/// - Edges are fields of the object itself (or of arrays and tuples in it), and are never moved out of it:
///   not by interior mutability either.
pub unsafe trait Trace: Send + Sync + Sized + 'static {
    /// Visits every edge.
    fn trace(&self, visitor: &mut Visitor<'_, Self>);
}

/// Notes what an object refers to.
#[derive(Debug)]
pub struct Visitor<'a, T> {
    found: &'a mut Vec<Index>,
    kind: PhantomData<fn(T)>,
}

impl<'a, T> Visitor<'a, T> {
    pub(super) fn new(found: &'a mut Vec<Index>) -> Self {
        Visitor {
            found,
            kind: PhantomData,
        }
    }

    /// Notes one edge.
    #[inline]
    pub fn visit(&mut self, edge: &Edge<T>) {
        self.found.extend(edge.load());
    }
}
