//! A thread can wait in many queues, and many threads in one: a sudog for each place in a queue.
//!
//! If threads themselves were linked into queues, each could be in one at a time. So Go has the
//! sudog between them, like the table between two others in a many-to-many relation. A `select!`
//! over three channels puts one into each; whichever channel fires takes its own, and before the
//! select goes on, the others are taken out. crossbeam's select does likewise. A future of tokio's
//! leaves a waker with each of its parts, and drops what it did not need.

use std::thread;

use channels::{Receiver, channel, select};

fn waiting(channels: &[Receiver<u32>; 3]) -> [usize; 3] {
    channels
        .each_ref()
        .map(|rx| rx.inspect().receivers_waiting.len())
}

fn wait_for(channels: &[Receiver<u32>; 3], expected: [usize; 3]) {
    while waiting(channels) != expected {
        thread::yield_now();
    }
    println!("waiting at the three channels: {expected:?}");
}

fn main() {
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..3).map(|_| channel(0)).unzip();
    let receivers: [Receiver<u32>; 3] = receivers.try_into().expect("three");

    let selecting = thread::spawn({
        let [a, b, c] = receivers.clone();
        move || {
            select! {
                recv(a) -> value => ("a", value),
                recv(b) -> value => ("b", value),
                recv(c) -> value => ("c", value),
            }
        }
    });
    wait_for(&receivers, [1, 1, 1]);
    assert!(
        receivers
            .iter()
            .all(|rx| rx.inspect().receivers_waiting[0].in_select)
    );

    let others: Vec<_> = (0..4)
        .map(|_| {
            let b = receivers[1].clone();
            thread::spawn(move || b.recv())
        })
        .collect();
    wait_for(&receivers, [1, 5, 1]);

    senders[1].send(7).expect("five wait");
    assert_eq!(selecting.join().expect("no panic"), ("b", Ok(7)));
    println!("the first in the queue of b was the select, now:");
    assert_eq!(waiting(&receivers), [0, 4, 0]);

    drop(senders);
    for other in others {
        assert!(other.join().expect("no panic").is_err());
    }
    println!("closed: {:?}", waiting(&receivers));
    assert_eq!(waiting(&receivers), [0, 0, 0]);
}
