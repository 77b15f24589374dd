//! Order between strands: what one passes on, and another learns.

use super::clock::VectorClock;
use super::strand::with;

/// What one strand passes on to others: all that has happened before its releases.
///
/// It is a value, so that it can lie where what it stands for lies: in a mutex beside what that guards,
/// in a message.
#[derive(Debug, Clone, Default)]
pub(super) struct Edge {
    /// Whose clock it is: a lock may outlive a session.
    session: u64,
    clock: VectorClock,
}

impl Edge {
    /// Released now, and never before.
    pub(super) fn released() -> Edge {
        let mut edge = Edge::default();
        edge.release();
        edge
    }

    /// What the current strand did until now happens before what acquires this from now on. Its next
    /// epoch begins, for what it does next does not.
    pub(super) fn release(&mut self) {
        with(|me| {
            if self.session != me.session.id {
                *self = Edge {
                    session: me.session.id,
                    clock: VectorClock::default(),
                };
            }
            self.clock.join(&me.clock);
            me.clock.tick(me.number);
        });
    }

    /// What was released happens before what the current strand does from now on.
    pub(super) fn acquire(&self) {
        with(|me| {
            if self.session == me.session.id {
                me.clock.join(&self.clock);
            }
        });
    }
}
