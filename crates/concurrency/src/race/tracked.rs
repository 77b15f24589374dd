//! A variable that may be raced for.
//!
//! Each access is sound by itself, since it locks the cell for as long as it takes. The lock is not the
//! program's, so it orders nothing for the detector: what is judged is whether the *program* has
//! ordered the accesses. An unsound program would end in whatever a race ends in, a sound stand-in
//! for it can be looked at.

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use super::lock;
use super::session::{Seen, Variable};
use super::shadow::{Kind, Shadow};
use super::stack::Stack;
use super::strand::{self, Strand};

/// A variable as Go or C have it: whoever has a reference may read and write it, at any time.
///
/// ```
/// use concurrency::race::{self, Tracked};
///
/// let num = Tracked::new("num", 0);
/// let checked = race::check(|| {
///     race::scope(|scope| {
///         scope.spawn(|| num.update(|num| num + 1));
///         scope.spawn(|| num.update(|num| num - 1));
///     });
/// });
/// assert!(!checked.races.is_empty());
/// ```
pub struct Tracked<T> {
    name: &'static str,
    cell: Mutex<Cell<T>>,
}

struct Cell<T> {
    value: T,
    /// Whose past it is: a variable may outlive a session.
    session: u64,
    shadow: Shadow<Seen>,
}

impl<T> Tracked<T> {
    /// A variable; reports call it `name`.
    pub fn new(name: &'static str, value: T) -> Self {
        let cell = Cell {
            value,
            session: 0,
            shadow: Shadow::default(),
        };
        Tracked {
            name,
            cell: Mutex::new(cell),
        }
    }

    /// Reads it.
    #[track_caller]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        let mut cell = lock(&self.cell);
        self.access(&mut cell, Kind::Read, Location::caller());
        cell.value.clone()
    }

    /// Writes it.
    #[track_caller]
    pub fn set(&self, value: T) {
        let mut cell = lock(&self.cell);
        self.access(&mut cell, Kind::Write, Location::caller());
        let before = std::mem::replace(&mut cell.value, value);
        // Dropped without the lock: a destructor may use this variable.
        drop(cell);
        drop(before);
    }

    /// Reads it, and then writes what `change` makes of it, as `num += 1` does: two accesses, and
    /// others may come in between.
    #[track_caller]
    pub fn update(&self, change: impl FnOnce(T) -> T)
    where
        T: Clone,
    {
        let changed = change(self.get());
        self.set(changed);
    }

    /// The value, since nobody else has a reference any more.
    pub fn into_inner(self) -> T {
        let cell = self.cell.into_inner();
        cell.unwrap_or_else(PoisonError::into_inner).value
    }

    fn access(&self, cell: &mut Cell<T>, kind: Kind, place: &'static Location<'static>) {
        strand::with(|me| {
            if cell.session != me.session.id {
                cell.session = me.session.id;
                cell.shadow = Shadow::default();
            }
            let seen = || Seen {
                strand: me.number,
                stack: Arc::new(Stack::at(place)),
            };
            let Strand { number, clock, .. } = &*me;
            let conflict = match kind {
                Kind::Read => cell.shadow.read(*number, clock, seen),
                Kind::Write => cell.shadow.write(*number, clock, seen),
            };
            if let Some(conflict) = conflict {
                me.session.note(self.variable(), conflict);
            }
        });
    }

    fn variable(&self) -> Variable {
        Variable {
            name: self.name,
            address: std::ptr::from_ref(self).addr(),
        }
    }
}

impl<T> fmt::Debug for Tracked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tracked").field(&self.name).finish()
    }
}
