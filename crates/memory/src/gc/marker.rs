//! The marker: follows references from the grey objects until there are none.
//!
//! What marking costs is waiting for memory. Along a linked list each object's address is known only when
//! the one before it has arrived: some 200 ns a step. So the marker does not look at the object that it
//! took off its stack; it asks the processor for it, puts it at the end of a short queue, and looks at
//! the one at the front, which was asked for [`AHEAD`] objects ago and has come. Sixteen lists
//! are then followed in the time of one. Breadth costs nothing else: the order of marking is free.
//!
//! # Invariants
//!
//! - An object is marked when it is put on the stack, so each is put there once in a cycle.
//! - Grey are the objects on the stack, in the queue, and in the mutators' buffers.

use super::edge::{Index, Trace, Visitor};
use super::space::Space;

/// How many objects are on their way from memory.
const AHEAD: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Marker {
    stack: Vec<Index>,
    queue: [Index; AHEAD],
    /// Where the front of the queue is.
    front: usize,
    len: usize,
    /// What the object at hand refers to.
    found: Vec<Index>,
}

impl Marker {
    /// Makes a white object grey.
    pub(super) fn shade<T>(&mut self, space: &Space<T>, index: Index) {
        if space.mark(index) {
            self.stack.push(index);
        }
    }

    /// Takes over objects that a barrier has marked.
    pub(super) fn take_over(&mut self, grey: &mut Vec<Index>) {
        self.stack.append(grey);
    }

    pub(super) fn is_done(&self) -> bool {
        self.stack.is_empty() && self.len == 0
    }

    pub(super) fn grey(&self) -> impl Iterator<Item = Index> {
        let queued = (self.front..self.front + self.len).map(|at| self.queue[at % AHEAD]);
        self.stack.iter().copied().chain(queued)
    }

    /// Makes at most `budget` grey objects black, and says how many.
    pub(super) fn mark<T: Trace>(&mut self, space: &Space<T>, budget: usize) -> usize {
        for done in 0..budget {
            let Some(index) = self.next(space) else {
                return done;
            };
            self.blacken(space, index);
        }
        budget
    }

    /// Fills the queue from the stack, and takes its front.
    #[inline]
    fn next<T>(&mut self, space: &Space<T>) -> Option<Index> {
        while self.len < AHEAD
            && let Some(index) = self.stack.pop()
        {
            space.prefetch(index);
            self.queue[(self.front + self.len) % AHEAD] = index;
            self.len += 1;
        }
        self.len = self.len.checked_sub(1)?;
        let index = self.queue[self.front];
        self.front = (self.front + 1) % AHEAD;
        Some(index)
    }

    #[inline]
    #[allow(
        unsafe_code,
        reason = "sound: a marked object is not dropped in this cycle"
    )]
    fn blacken<T: Trace>(&mut self, space: &Space<T>, index: Index) {
        // SAFETY: it was reached from a root, so it is an object, and sweeping has not begun.
        let object = unsafe { space.get(index) };
        object.trace(&mut Visitor::new(&mut self.found));
        while let Some(target) = self.found.pop() {
            self.shade(space, target);
        }
    }
}
