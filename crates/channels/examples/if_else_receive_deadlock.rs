//! An if-chain of receives hangs at its first channel while the second is ready; select does not.
//!
//! `if a can be received ... else if b can be` reads as if it tried one after the other. But the
//! first receive does not answer "no": it waits, until a value comes or the channel is closed. Go
//! writes it as `if n, ok := <-a; ok {} else if n, ok := <-b; ok {}`, where `ok` is false for a
//! closed channel, not for an empty one. A Rust programmer falls into it with `if let Ok(n) =
//! a.recv()`, in std, crossbeam and tokio alike.
//!
//! A watchdog says where the thread waits: it stands in the queue of the first channel. (The lesson
//! unbuffered-self-deadlock asks the kernel instead.)

use std::thread;
use std::time::{Duration, Instant};

use channels::{Receiver, WaiterKind, channel, select};

#[derive(Debug, PartialEq)]
enum Came {
    First(u32),
    Second(u32),
    Neither,
}

fn by_if_chain(first: &Receiver<u32>, second: &Receiver<u32>) -> Came {
    if let Ok(n) = first.recv() {
        Came::First(n)
    } else if let Ok(n) = second.recv() {
        Came::Second(n)
    } else {
        Came::Neither
    }
}

fn by_select(first: &Receiver<u32>, second: &Receiver<u32>) -> Came {
    select! {
        recv(first) -> n => n.map_or(Came::Neither, Came::First),
        recv(second) -> n => n.map_or(Came::Neither, Came::Second),
    }
}

fn main() {
    let (first_tx, first) = channel(1);
    let (second_tx, second) = channel(1);

    second_tx.send(2).expect("there is room");
    let came = by_select(&first, &second);
    println!("select:   {came:?}");
    assert_eq!(came, Came::Second(2));

    second_tx.send(2).expect("there is room");
    let (its_first, its_second) = (first.clone(), second.clone());
    let chain = thread::Builder::new()
        .name("if-chain".to_owned())
        .spawn(move || by_if_chain(&its_first, &its_second))
        .expect("a thread");
    let deadline = Instant::now() + Duration::from_secs(10);
    while first.inspect().receivers_waiting.is_empty() {
        assert!(Instant::now() < deadline, "waiting for the chain to wait");
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_millis(100));
    let waiting = first.inspect().receivers_waiting;
    let values = second.len();
    println!("if chain: waits at the first: {waiting:?}");
    println!("          values at the second: {values}");
    assert_eq!(waiting[0].kind, WaiterKind::Thread("if-chain".to_owned()));
    assert!(!waiting[0].in_select, "for this one channel only");
    assert_eq!(values, 1);
    assert!(!chain.is_finished());

    first_tx.close().expect("it was open");
    let came = chain.join().expect("the chain panicked");
    println!("          once the first is closed: {came:?}");
    assert_eq!(came, Came::Second(2));
}
