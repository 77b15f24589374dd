//! A worker that sends its result down a channel needs no join: receiving it is waiting for it.
//!
//! A value that arrives says two things: what it is, and that it is ready. So the receiver needs no
//! second means (a `sync.WaitGroup` in Go) to know that the worker has come so far. It does not
//! know that the worker has *ended*; here it does not matter, since nothing comes after the send.
//!
//! For one value a Rust programmer takes `JoinHandle::join`, which brings what the function
//! returned, or between tasks `tokio::sync::oneshot`. A channel is for more values than one, or for
//! a worker that goes on afterwards. If the worker dies before it has sent, the receiver of all of
//! them gets an error, where Go's would wait for ever.

use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::{Duration, Instant};

use channels::{RecvError, Sender, channel};

const STARS_ARE_READ_FOR: Duration = Duration::from_millis(50);

fn tell_lucky_number(answer: &Sender<u64>) -> u64 {
    thread::sleep(STARS_ARE_READ_FOR);
    let number = RandomState::new().hash_one("stars") % 100;
    answer.send(number).expect("somebody asked");
    number
}

fn main() -> Result<(), RecvError> {
    let begin = Instant::now();
    let (tx, rx) = channel(0);
    let teller = thread::spawn(move || tell_lucky_number(&tx));

    let received = rx.recv()?;
    println!("today's lucky number is {received}");
    assert!(begin.elapsed() >= STARS_ARE_READ_FOR);
    // Not to wait, only to compare.
    assert_eq!(received, teller.join().expect("the teller panicked"));

    let (tx, rx) = channel::<u64>(0);
    thread::spawn(move || drop(tx));
    let nothing = rx.recv();
    println!("a teller that ends without a word: {nothing:?}");
    assert_eq!(nothing, Err(RecvError));
    Ok(())
}
