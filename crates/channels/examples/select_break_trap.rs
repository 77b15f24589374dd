//! In Go `break` leaves the select and not the loop around it; in Rust it leaves the loop.
//!
//! Go's `break` ends the innermost `for`, `switch` or `select`. The widespread sample that says
//! `case <-exit: break` inside of `for { select { ... } }` therefore never ends: it has to be
//! `break LOOP` with a label before the `for`. Rust's `break` without a label only knows loops, and
//! `select!` (ours, crossbeam's or tokio's) puts no hidden one around an arm's body. A label is
//! needed where a real loop is in between, as in the last function.

use channels::{Receiver, channel, select};

const ENOUGH: u32 = 1000;

/// Go's select as it is: a block that `break` leaves. Returns how often it went round.
fn go_without_label(numbers: &Receiver<u32>, exit: &Receiver<()>) -> u32 {
    let mut rounds = 0;
    while rounds < ENOUGH {
        rounds += 1;
        'select: {
            select! {
                biased;
                recv(numbers) -> n => println!("  {n:?}"),
                recv(exit) -> _ => break 'select,
            }
        }
    }
    rounds
}

fn rust_without_label(numbers: &Receiver<u32>, exit: &Receiver<()>) -> u32 {
    let mut rounds = 0;
    while rounds < ENOUGH {
        rounds += 1;
        select! {
            biased;
            recv(numbers) -> n => println!("  {n:?}"),
            recv(exit) -> _ => break,
        }
    }
    rounds
}

fn rust_with_label(numbers: &Receiver<u32>, exit: &Receiver<()>) -> u32 {
    let mut rounds = 0;
    'rounds: while rounds < ENOUGH {
        rounds += 1;
        for place in 1..=2 {
            select! {
                biased;
                recv(numbers) -> n => println!("  place {place}: {n:?}"),
                recv(exit) -> _ => break 'rounds,
            }
        }
    }
    rounds
}

fn main() {
    let (numbers_tx, numbers) = channel(2);
    let (exit_tx, exit) = channel(0);
    exit_tx.close().expect("it was open");
    let send_two = || (1..=2).for_each(|n| numbers_tx.send(n).expect("there is room"));

    send_two();
    let go = go_without_label(&numbers, &exit);
    println!("Go, no label: {go} rounds, then the lesson had enough");
    send_two();
    let rust = rust_without_label(&numbers, &exit);
    println!("Rust, no label: {rust} rounds, two for the numbers and one for the exit");
    send_two();
    let labelled = rust_with_label(&numbers, &exit);
    println!("Rust, with a label: {labelled} rounds, of two places each");

    assert_eq!((go, rust, labelled), (ENOUGH, 3, 2));
}
