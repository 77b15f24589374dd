//! Who waits in a circle waits for ever, and there is no circle when all take their locks in one order.
//! Any will do that all agree upon; the numbers are one. An account and itself would be a circle of
//! one, so that case never takes a second lock.

use loom::sync::{Mutex, MutexGuard};

/// An account.
pub struct Account {
    /// No other account has it.
    pub number: u32,
    /// In cents.
    pub balance: Mutex<u64>,
}

/// Moves `amount`; false if `from` has not got as much.
pub fn transfer(from: &Account, to: &Account, amount: u64) -> bool {
    if from.number == to.number {
        return *lock(from) >= amount;
    }
    let (mut source, mut target);
    if from.number < to.number {
        source = lock(from);
        target = lock(to);
    } else {
        target = lock(to);
        source = lock(from);
    }
    if *source < amount {
        return false;
    }
    *source -= amount;
    *target += amount;
    true
}

fn lock(account: &Account) -> MutexGuard<'_, u64> {
    account.balance.lock().expect("nobody panics with the lock")
}
