//! Whether transfers in opposite directions, and to oneself, come to their end with the right sums.

use std::panic::{AssertUnwindSafe, catch_unwind};

use loom::sync::{Arc, Mutex};
use loom::thread;

use super::exercise::{Account, transfer};

pub fn main() {
    in_every_order("a transfer between two accounts", || {
        let (one, two) = (account(1, 10), account(2, 0));
        assert!(transfer(&one, &two, 7), "there are 10, and 7 are wanted");
        assert!(!transfer(&one, &two, 7), "there are 3, and 7 are wanted");
        assert_eq!(
            (balance(&one), balance(&two)),
            (3, 7),
            "the balances after a transfer of 7 of 10"
        );
    });
    println!("✓ money moves, as far as there is any");

    in_every_order("a transfer from an account to itself", || {
        let one = account(1, 10);
        assert!(
            transfer(&one, &one, 10),
            "to oneself one may give all that one has"
        );
        assert!(!transfer(&one, &one, 11), "but no more");
        assert_eq!(balance(&one), 10, "nothing has moved");
    });
    println!("✓ an account may be source and target");

    in_every_order("two threads that transfer in opposite directions", || {
        let accounts = Arc::new([account(1, 10), account(2, 10)]);
        let shared = Arc::clone(&accounts);
        let other = thread::spawn(move || transfer(&shared[1], &shared[0], 4));
        assert!(transfer(&accounts[0], &accounts[1], 3));
        assert!(other.join().expect("no panic"));
        assert_eq!(
            (balance(&accounts[0]), balance(&accounts[1])),
            (11, 9),
            "3 there and 4 back"
        );
    });
    println!("✓ two threads in opposite directions, in every order");
}

/// Runs the scene in every order that there can be; loom itself says which rule one of them broke.
fn in_every_order(what: &str, scene: impl Fn() + Sync + Send + 'static) {
    let ran = catch_unwind(AssertUnwindSafe(|| loom::model(scene)));
    assert!(
        ran.is_ok(),
        "{what}: there is an order in which it ends as said above (a deadlock: it never does)"
    );
}

fn account(number: u32, cents: u64) -> Account {
    Account {
        number,
        balance: Mutex::new(cents),
    }
}

fn balance(account: &Account) -> u64 {
    let number = account.number;
    let balance = account.balance.lock();
    *balance.unwrap_or_else(|_| panic!("somebody has panicked with the lock of account {number}"))
}
