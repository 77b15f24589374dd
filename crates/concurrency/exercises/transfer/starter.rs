//! Moves money between two accounts without ever standing still.
//!
//! `transfer` takes `amount` from one account and gives it to another, if there is as much; it says
//! whether it did. At no moment may anybody who has locked both see a wrong sum, so both are locked
//! while money moves. Every account has a number of its own. Somebody may transfer from an account to
//! itself.
//!
//! Below, two threads that transfer in opposite directions can each hold the lock that the other one
//! wants.
//!
//! Checked by a model checker (loom), which runs every order of the threads and finds every deadlock.
//!
//! Lesson: concurrency/deadlock

use loom::sync::Mutex;

/// An account.
pub struct Account {
    /// No other account has it.
    pub number: u32,
    /// In cents.
    pub balance: Mutex<u64>,
}

/// Moves `amount`; false if `from` has not got as much.
pub fn transfer(from: &Account, to: &Account, amount: u64) -> bool {
    let mut source = from.balance.lock().expect("nobody panics with the lock");
    let mut target = to.balance.lock().expect("nobody panics with the lock");
    if *source < amount {
        return false;
    }
    *source -= amount;
    *target += amount;
    true
}
