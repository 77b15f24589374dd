//! With a `default` arm `select!` never waits: it is taken when no other arm is ready.
//!
//! For one channel the same is `try_recv` or `try_send`, and shorter. Around a loop it is polling:
//! a core at full work to learn that nothing has happened. A default arm is for those who have
//! something better to do meanwhile, or for messages that may be lost (see leaky-buffer).
//!
//! In Go this is the only way to try: the language has no `try_recv`. tokio's `select!` has an
//! `else`, which is another thing: it runs when all arms are switched off, and until then it waits.
//!
//! ```syscalls
//! write(1, "nothing is ready: default\n", *)
//! write(1, "a value is ready: hello\n", *)
//! !futex
//! ```

use std::time::{Duration, Instant};

use channels::{SendError, channel, select};

fn main() -> Result<(), SendError<&'static str>> {
    let (tx, rx) = channel(1);
    let (_quiet_tx, quiet_rx) = channel::<()>(0);
    let look = || {
        select! {
            recv(rx) -> word => word.unwrap(),
            recv(quiet_rx) -> _ => unreachable!("nobody sends there"),
            default => "default",
        }
    };

    let quickest = (0..1000).map(|_| {
        let begin = Instant::now();
        assert_eq!(look(), "default");
        begin.elapsed()
    });
    // The quickest of many: the kernel may give the core to somebody else at any time.
    let quickest = quickest.min().expect("it was tried");
    println!("nothing is ready: default");
    println!("the quickest of 1000 times: {quickest:?}");
    assert!(quickest < Duration::from_millis(1));

    tx.send("hello")?;
    let word = look();
    println!("a value is ready: {word}");
    assert_eq!(word, "hello");
    Ok(())
}
