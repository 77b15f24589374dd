//! One run of a program that is checked: its strands, and the races that were found.
//!
//! A race is noted in the middle of the program, where there is no time for more: functions' names are looked
//! up when it is over.

use std::collections::HashSet;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::clock::VectorClock;
use super::lock;
use super::report::{Access, Report, Role, Strand};
use super::shadow::{Conflict, Kind};
use super::stack::Stack;

/// One run of a program that is checked.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: u64,
    /// By the strands' numbers.
    lives: Mutex<Vec<Life>>,
    races: Mutex<Races>,
}

/// What is known of a strand, also when it is over.
#[derive(Debug)]
struct Life {
    role: Role,
    /// Where it was started; nowhere for the first.
    created: Option<Arc<Stack>>,
    /// When it is over: all that it knew then.
    end: Option<VectorClock>,
}

#[derive(Debug, Default)]
struct Races {
    found: Vec<Race>,
    /// One report is enough for the same two lines and the same variable.
    seen: HashSet<(usize, [&'static Location<'static>; 2])>,
}

/// A race as it is noted.
#[derive(Debug)]
struct Race {
    variable: Variable,
    conflict: Conflict<Seen>,
    /// Whether each of the two strands was over.
    finished: [bool; 2],
}

/// What a report says of a variable.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) address: usize,
}

/// What is remembered of an access.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) strand: usize,
    pub(super) stack: Arc<Stack>,
}

impl Session {
    pub(super) fn new() -> Arc<Session> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Arc::new(Session {
            id: LAST.fetch_add(1, Ordering::Relaxed) + 1,
            lives: Mutex::default(),
            races: Mutex::default(),
        })
    }

    /// A strand begins: its number.
    pub(super) fn begin(&self, role: Role, created: Option<Arc<Stack>>) -> usize {
        let mut lives = lock(&self.lives);
        lives.push(Life {
            role,
            created,
            end: None,
        });
        lives.len() - 1
    }

    /// It is over, and this is what it knew.
    pub(super) fn end(&self, strand: usize, clock: VectorClock) {
        lock(&self.lives)[strand].end = Some(clock);
    }

    /// Somebody has waited for it.
    pub(super) fn join(&self, strand: usize, clock: &mut VectorClock) {
        if let Some(end) = &lock(&self.lives)[strand].end {
            clock.join(end);
        }
    }

    pub(super) fn note(&self, variable: Variable, conflict: Conflict<Seen>) {
        let both = [&conflict.later.1, &conflict.earlier.1];
        let lives = lock(&self.lives);
        let finished = both.map(|seen| lives[seen.strand].end.is_some());
        drop(lives);
        let mut races = lock(&self.races);
        let places = both.map(|seen| seen.stack.place());
        if races.seen.insert((variable.address, places)) {
            races.found.push(Race {
                variable,
                conflict,
                finished,
            });
        }
    }

    /// All races up to now, with their functions' names.
    pub(super) fn reports(&self) -> Vec<Report> {
        let lives = lock(&self.lives);
        let races = lock(&self.races);
        let access = |(kind, seen): &(Kind, Seen), finished| Access {
            kind: *kind,
            stack: seen.stack.frames(),
            strand: lives[seen.strand].describe(seen.strand, finished),
        };
        let report = |race: &Race| Report {
            variable: race.variable.name,
            address: race.variable.address,
            current: access(&race.conflict.later, race.finished[0]),
            previous: access(&race.conflict.earlier, race.finished[1]),
        };
        races.found.iter().map(report).collect()
    }
}

impl Life {
    fn describe(&self, number: usize, finished: bool) -> Strand {
        Strand {
            number,
            role: self.role,
            finished,
            created: self.created.as_ref().map(|stack| stack.frames()),
        }
    }
}
