//! A thread that waits for pipes makes one call, which comes back with an answer.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! *poll*(*) = 1*
//! !*poll(*) = 0*
//! !epoll_*wait*(*) = 0*
//! !*select*(*) = 0*
//! !*nanosleep
//! !sched_yield
//! ```

use std::io::{Read, Write, pipe};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::exercise::first_ready;

pub fn main() {
    let (readers, mut writers): (Vec<_>, Vec<_>) = (0..5).map(|_| pipe().expect("a pipe")).unzip();
    let (sender, answers) = mpsc::channel();
    let (go_on, gone_on) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let mut readers = readers;
        while gone_on.recv().is_ok() {
            let ready = first_ready(&readers).expect("pipes can be waited for");
            // What was announced must still be there.
            let mut byte = [0];
            let length = readers[ready].read(&mut byte).expect("it is a pipe");
            sender
                .send((ready, byte[..length].to_vec()))
                .expect("somebody listens");
            readers.truncate(4);
        }
    });
    let limit = Duration::from_secs(10);

    go_on.send(()).expect("the thread waits");
    let early = answers.recv_timeout(Duration::from_millis(200));
    assert!(early.is_err(), "no pipe has anything, but got {early:?}");
    writers[3].write_all(b"x").expect("a reader");
    let answer = answers.recv_timeout(limit).expect("pipe 3 has a byte");
    assert_eq!(
        answer,
        (3, b"x".to_vec()),
        "pipe 3 has a byte, which nobody may have read before"
    );
    println!("✓ the pipe that gets a byte is found, and the byte is still there");

    drop(writers.pop());
    writers[1].write_all(b"y").expect("a reader");
    go_on.send(()).expect("the thread waits");
    let answer = answers.recv_timeout(limit).expect("pipe 1 has a byte");
    assert_eq!(answer, (1, b"y".to_vec()), "pipe 1 has a byte");
    println!("✓ a byte that was there before is found");

    go_on.send(()).expect("the thread waits");
    writers.remove(2);
    let answer = answers.recv_timeout(limit).expect("pipe 2 is closed");
    assert_eq!(
        answer,
        (2, vec![]),
        "pipe 2 is closed: reading it does not wait either"
    );
    println!("✓ a closed pipe is found");
    drop(go_on);
    waiting.join().expect("no panic");
}
