//! How many tickets are sold, in every order in which one or two buyers can come.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;

use super::exercise::buy;

pub fn main() {
    all_orders(1, 1);
    println!("✓ one buyer gets the one ticket, and no second one");
    all_orders(1, 2);
    println!("✓ two buyers and one ticket: one gets it, in every order");
    all_orders(3, 2);
    println!("✓ two buyers and three tickets: both get one, in every order");
}

/// Lets `buyers` buy at the same time, then one more when they have gone.
fn all_orders(tickets: u32, buyers: u32) {
    loom::model(move || {
        let left = Arc::new(AtomicU32::new(tickets));
        let buy_one = |left: &Arc<AtomicU32>| {
            let left = Arc::clone(left);
            thread::spawn(move || buy(&left))
        };
        let threads: Vec<_> = (0..buyers).map(|_| buy_one(&left)).collect();
        let bought = threads.into_iter().map(|thread| thread.join());
        let sold: u32 = bought
            .map(|bought| u32::from(bought.expect("no panic")))
            .sum();
        let rest = left.load(Ordering::Relaxed);
        assert_eq!(
            (sold, rest),
            (tickets.min(buyers), tickets.saturating_sub(buyers)),
            "of {tickets} tickets {sold} were sold to {buyers} buyers, and the number left is {rest}; \
             there is an order of their steps in which that happens"
        );
        if rest == 0 {
            assert!(!buy(&left), "all are sold");
        }
    });
}
