//! Cancelling a context ends every thread that was handed it, whatever each is waiting for.
//!
//! A context is handed down to all that work for one request. Its `done` is a channel that is closed
//! when the request is given up. A closed channel makes nobody wait, so one close reaches any number
//! of receivers, where one message would reach one; and being a channel it can stand beside the
//! others in `select!`.
//!
//! In async Rust the usual way is to drop the future; tokio-util's `CancellationToken` is for tasks
//! that are to notice and tidy up. In Go nothing can be stopped from outside, so every function that
//! may wait takes a `context.Context`. Forget `defer cancel()` there and it leaks; here dropping the
//! canceller cancels.

use std::thread;

use channels::context::{Context, ContextError};
use channels::{Receiver, Sender, channel, select};

/// Doubles numbers until there are no more, or the context is done.
fn double(context: &Context, input: &Receiver<u32>, output: &Sender<u32>) -> &'static str {
    loop {
        let number = select! {
            recv(context.done()) -> _ => return "cancelled while it waited for work",
            recv(input) -> number => match number {
                Ok(number) => number,
                Err(_) => return "no more work",
            },
        };
        select! {
            recv(context.done()) -> _ => return "cancelled while it waited for a taker",
            send(output, number * 2) -> sent => sent.expect("main holds the receiver"),
        }
    }
}

fn main() {
    let (context, canceller) = Context::background().with_cancel();
    let (work_tx, work) = channel(0);
    let (results_tx, results) = channel(0);
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let (context, work, results_tx) = (context.clone(), work.clone(), results_tx.clone());
            thread::spawn(move || double(&context, &work, &results_tx))
        })
        .collect();

    work_tx.send(21).expect("the workers take work");
    println!("first result: {}", results.recv().expect("a worker sends"));
    // Nobody will take the result of this one, and the other two have no work.
    work_tx.send(4).expect("the workers take work");
    assert_eq!(context.error(), None);

    canceller.cancel();
    let mut ends: Vec<_> = workers.into_iter().map(|w| w.join().unwrap()).collect();
    ends.sort_unstable();
    println!("{ends:#?}");
    assert_eq!(
        ends,
        [
            "cancelled while it waited for a taker",
            "cancelled while it waited for work",
            "cancelled while it waited for work",
        ]
    );
    assert_eq!(context.error(), Some(ContextError::Cancelled));
    println!("{}", context.error().expect("it is done"));

    let (forgotten, canceller) = Context::background().with_cancel();
    drop(canceller);
    assert_eq!(forgotten.error(), Some(ContextError::Cancelled));
}
