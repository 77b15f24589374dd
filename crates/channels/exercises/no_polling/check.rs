//! Everything is heard in its order, the end too, and nobody sleeps for a time.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! futex(*, FUTEX_WAIT*)
//! !clock_nanosleep
//! !nanosleep
//! !sched_yield
//! ```

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use channels::channel;

use super::exercise::listen;

const PATIENCE: Duration = Duration::from_secs(4);

pub fn main() {
    let (numbers_tx, numbers) = channel(0);
    let (words_tx, words) = channel(0);
    let (stop_tx, stop) = channel(0);
    let (tell, heard) = mpsc::channel();
    thread::spawn(move || tell.send(listen(&numbers, &words, &stop)));

    let lost = "somebody listens until `stop` closes";
    for number in 0..3 {
        // Without a buffer: when a send returns, the value has been received.
        numbers_tx
            .send_timeout(number, PATIENCE)
            .unwrap_or_else(|_| panic!("{lost}"));
        words_tx
            .send_timeout("tick", PATIENCE)
            .unwrap_or_else(|_| panic!("{lost}"));
    }
    stop_tx.close().expect("nobody else closes it");
    let heard = heard.recv_timeout(PATIENCE);
    assert_eq!(
        heard.expect("`listen` has to return when `stop` is closed"),
        ["0", "tick", "1", "tick", "2", "tick"],
        "what came has to be there in the order of its coming"
    );
    println!("✓ numbers and words are heard in their order, and the end");
    drop((numbers_tx, words_tx));
}
