//! What is remembered of a variable's past, and how a race shows in it.
//!
//! A full detector would keep, for each variable, the last read and the last write of each strand, and
//! compare whole clocks at each access. FastTrack (Flanagan and Freund, 2009) saw that most of it
//! is never needed:
//!
//! - As long as there was no race, the writes are ordered, one after the other. Who comes after the last
//!   comes after all, so *one* epoch stands for all writes.
//! - A read that comes after another read makes that one superfluous: who is ordered after the later
//!   is ordered after the earlier. Only reads that nothing orders have to be kept side by side;
//!   mostly there is one.
//! - A write that comes after all reads makes them superfluous.
//! - Another access of the same strand in the same epoch says nothing new, and is over after one
//!   comparison. Most accesses are of this kind.
//!
//! Up to a variable's first race nothing is lost by it: that race is reported, exactly when its second
//! access happens. After it the writes are no longer ordered, and further races of the same
//! variable may stay hidden behind the first.

use super::clock::{Epoch, VectorClock};

/// What an access does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It looks.
    Read,
    /// It changes.
    Write,
}

/// A variable's past. `A` is what is to be told of an access.
#[derive(Debug, Clone)]
pub struct Shadow<A> {
    /// The last write.
    write: Option<Past<A>>,
    /// The reads since then, each in another strand, and none ordered before another.
    reads: Vec<Past<A>>,
}

#[derive(Debug, Clone)]
struct Past<A> {
    epoch: Epoch,
    access: A,
}

/// Two accesses, one of them a write, that nothing orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict<A> {
    /// The one that was seen first.
    pub earlier: (Kind, A),
    /// The one that came upon it.
    pub later: (Kind, A),
}

impl<A> Default for Shadow<A> {
    fn default() -> Self {
        Shadow {
            write: None,
            reads: Vec::new(),
        }
    }
}

impl<A: Clone> Shadow<A> {
    /// `strand`, which knows `clock`, reads.
    pub fn read(
        &mut self,
        strand: usize,
        clock: &VectorClock,
        access: impl FnOnce() -> A,
    ) -> Option<Conflict<A>> {
        let epoch = now(strand, clock);
        if self.reads.iter().any(|read| read.epoch == epoch) {
            return None;
        }
        let access = access();
        let conflict = unordered(&self.write, clock).map(|write| Conflict {
            earlier: (Kind::Write, write.access.clone()),
            later: (Kind::Read, access.clone()),
        });
        self.reads.retain(|read| !clock.covers(read.epoch));
        self.reads.push(Past { epoch, access });
        conflict
    }

    /// `strand`, which knows `clock`, writes.
    pub fn write(
        &mut self,
        strand: usize,
        clock: &VectorClock,
        access: impl FnOnce() -> A,
    ) -> Option<Conflict<A>> {
        let epoch = now(strand, clock);
        if self.write.as_ref().is_some_and(|last| last.epoch == epoch) {
            return None;
        }
        let access = access();
        let write = unordered(&self.write, clock).map(|write| (Kind::Write, write));
        let read = || unordered(&self.reads, clock).map(|read| (Kind::Read, read));
        let conflict = write.or_else(read).map(|(kind, earlier)| Conflict {
            earlier: (kind, earlier.access.clone()),
            later: (Kind::Write, access.clone()),
        });
        self.reads.clear();
        self.write = Some(Past { epoch, access });
        conflict
    }
}

fn now(strand: usize, clock: &VectorClock) -> Epoch {
    let time = clock.time(strand);
    Epoch { strand, time }
}

/// One that has not happened before.
fn unordered<'a, A>(
    past: impl IntoIterator<Item = &'a Past<A>>,
    clock: &VectorClock,
) -> Option<&'a Past<A>> {
    past.into_iter().find(|past| !clock.covers(past.epoch))
}
