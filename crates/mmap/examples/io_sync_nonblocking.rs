//! A non-blocking read of an empty pipe fails at once with `EAGAIN`, as often as one asks.
//!
//! `O_NONBLOCK` turns "wait" into "come back later". The thread is free to do something else in
//! between, and has to come back by itself: it cannot know when. Ask often, and the processor is
//! busy with asking; ask rarely, and the bytes lie there. This loop asks as often as it can. The next
//! lessons ask the kernel *when* to ask.
//!
//! Go sets the flag on each socket and pipe that it opens, and hides the `EAGAIN` in its runtime. Rust
//! calls it [`ErrorKind::WouldBlock`].
//!
//! ```syscalls
//! fcntl($pipe, F_SETFL, *O_NONBLOCK*) = 0
//! read($pipe, *) = -1 EAGAIN (*)
//! read($pipe, *) = -1 EAGAIN (*)
//! read($pipe, "x", 1) = 1
//! ```

use std::io::{self, ErrorKind, Read, Write, pipe};
use std::thread;
use std::time::{Duration, Instant};

use mmap::poller::set_nonblocking;

fn main() -> io::Result<()> {
    let (mut reader, mut writer) = pipe()?;
    set_nonblocking(&reader, true)?;

    let refused = reader.read(&mut [0]).unwrap_err();
    println!("nobody has written: {refused}");
    assert_eq!(refused.kind(), ErrorKind::WouldBlock);

    let feeder = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        writer.write_all(b"x")
    });
    let start = Instant::now();
    let mut byte = [0];
    let mut in_vain = 1_u64;
    loop {
        match reader.read(&mut byte) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => in_vain += 1,
            outcome => break assert_eq!(outcome?, 1),
        }
        // A processor may have to be left to the feeder.
        thread::yield_now();
    }
    let waited = start.elapsed();
    println!(
        "asked {in_vain} times in vain in {waited:?}, then read {:?}",
        byte[0] as char
    );
    assert!(in_vain > 1);
    assert_eq!(byte, *b"x");
    feeder.join().expect("no panic")
}
