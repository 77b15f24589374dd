//! Look and change have to be one step. `fetch_update` is a loop around compare-and-exchange: it stores
//! the new number only if the old one is still what was looked at, else it looks again. Somebody always
//! succeeds, so nobody waits for one who sleeps. Relaxed is enough: nothing but the number itself is
//! handed over.

use loom::sync::atomic::{AtomicU32, Ordering};

/// Takes a ticket, if there is one.
pub fn buy(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(1)
    })
    .is_ok()
}
