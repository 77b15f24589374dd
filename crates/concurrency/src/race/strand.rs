//! Who runs: strands.
//!
//! A *strand* is a part of the program that is in order by itself: a thread, or a task of the runtime.
//! Each thread has a place for the strand that it runs. A thread keeps one there for its life, a
//! task puts its own there for each of its polls; so whoever asks for the current strand gets the
//! task's, on whichever thread it is.
//!
//! Where that place is empty nobody looks: everything here does nothing then.

use std::cell::RefCell;
use std::mem::swap;
use std::panic::Location;
use std::sync::Arc;

use super::clock::VectorClock;
use super::report::Role;
use super::session::Session;
use super::stack::Stack;

/// A part of the program that is in order by itself.
#[derive(Debug)]
pub(super) struct Strand {
    pub(super) session: Arc<Session>,
    pub(super) number: usize,
    pub(super) clock: VectorClock,
}

/// A strand that was started, for whoever waits for its end.
#[derive(Debug, Clone)]
pub(super) struct Child {
    session: Arc<Session>,
    number: usize,
}

thread_local! {
    static CURRENT: RefCell<Option<Strand>> = const { RefCell::new(None) };
}

/// The current strand, if there is one. Nothing of the program's own may be called in `what`.
pub(super) fn with<R>(what: impl FnOnce(&mut Strand) -> R) -> Option<R> {
    let there = CURRENT.try_with(|current| current.borrow_mut().as_mut().map(what));
    // A thread that is being taken down has no place for it any more.
    there.ok().flatten()
}

/// Does `work` as the strand in `slot`, which is back there afterwards.
pub(super) fn run<R>(slot: &mut Option<Strand>, work: impl FnOnce() -> R) -> R {
    struct Swapped<'a>(&'a mut Option<Strand>);
    impl Drop for Swapped<'_> {
        fn drop(&mut self) {
            CURRENT.with_borrow_mut(|current| swap(current, self.0));
        }
    }
    CURRENT.with_borrow_mut(|current| swap(current, slot));
    let _swapped = Swapped(slot);
    work()
}

/// A new strand, started by the current one; with what its starter will wait for.
pub(super) fn fork(
    role: Role,
    place: &'static Location<'static>,
) -> (Option<Strand>, Option<Child>) {
    let strand = with(|parent| parent.fork(role, Arc::new(Stack::at(place))));
    let child = strand.as_ref().map(|strand| Child {
        session: Arc::clone(&strand.session),
        number: strand.number,
    });
    (strand, child)
}

impl Strand {
    /// The one that a session begins with.
    pub(super) fn first(session: &Arc<Session>) -> Strand {
        Strand::new(session, VectorClock::default(), Role::Main, None)
    }

    fn fork(&mut self, role: Role, created: Arc<Stack>) -> Strand {
        let strand = Strand::new(&self.session, self.clock.clone(), role, Some(created));
        self.clock.tick(self.number);
        strand
    }

    /// `clock` is what it knows from the beginning.
    fn new(
        session: &Arc<Session>,
        mut clock: VectorClock,
        role: Role,
        created: Option<Arc<Stack>>,
    ) -> Strand {
        let number = session.begin(role, created);
        clock.tick(number);
        Strand {
            session: Arc::clone(session),
            number,
            clock,
        }
    }
}

/// Its end, by a panic too, is a release: to whoever joins it.
impl Drop for Strand {
    fn drop(&mut self) {
        let clock = std::mem::take(&mut self.clock);
        self.session.end(self.number, clock);
    }
}

impl Child {
    /// The current strand has seen its end.
    pub(super) fn join(&self) {
        with(|me| {
            if Arc::ptr_eq(&me.session, &self.session) {
                self.session.join(self.number, &mut me.clock);
            }
        });
    }
}
