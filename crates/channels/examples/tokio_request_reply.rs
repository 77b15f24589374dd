//! An actor takes requests on an `mpsc`, and each brings the `oneshot` for its own answer.
//!
//! The state (here a counter for each name) belongs to one task, so it needs no lock; others ask it.
//! In Go each request has a `chan int` of capacity 1 for the answer. tokio has a type for just that:
//! a `oneshot` takes one value, needs no capacity, and its ends say by their types that there will
//! be no second one. Who no longer wants the answer drops the receiver, and the actor's `send` says
//! so. For threads, take our channel or crossbeam's in both places.

use std::collections::HashMap;

use tokio::sync::{mpsc, oneshot};

struct Request {
    name: &'static str,
    reply: oneshot::Sender<u32>,
}

/// Owns the counts; ends when nobody can ask any more.
async fn actor(mut requests: mpsc::Receiver<Request>) -> (HashMap<&'static str, u32>, u32) {
    let (mut counts, mut unwanted) = (HashMap::new(), 0);
    while let Some(Request { name, reply }) = requests.recv().await {
        let count = counts.entry(name).or_insert(0);
        *count += 1;
        unwanted += u32::from(reply.send(*count).is_err());
    }
    (counts, unwanted)
}

async fn ask(actor: &mpsc::Sender<Request>, name: &'static str) -> u32 {
    let (reply, answer) = oneshot::channel();
    let sent = actor.send(Request { name, reply }).await;
    sent.expect("the actor runs while it can be asked");
    answer.await.expect("the actor answers each request")
}

#[tokio::main]
async fn main() {
    let (handle, requests) = mpsc::channel(8);
    let task = tokio::spawn(actor(requests));

    let askers = (0..100).map(|n| {
        let handle = handle.clone();
        tokio::spawn(async move { ask(&handle, ["even", "odd"][n % 2]).await })
    });
    let mut answers = Vec::new();
    for asker in askers.collect::<Vec<_>>() {
        answers.push(asker.await.expect("no asker panics"));
    }
    answers.sort_unstable();
    println!(
        "100 tasks asked; the answers: {} … {}",
        answers[0], answers[99]
    );
    let each_once = (1..=50).flat_map(|n| [n, n]);
    assert!(answers.iter().copied().eq(each_once));

    let (reply, answer) = oneshot::channel();
    drop(answer);
    let name = "even";
    handle.send(Request { name, reply }).await.expect("it runs");
    drop(handle);
    let (counts, unwanted) = task.await.expect("the actor does not panic");
    println!("at the end: {counts:?}; nobody waited for {unwanted} answer");
    assert_eq!((counts["even"], counts["odd"], unwanted), (51, 50, 1));
}
