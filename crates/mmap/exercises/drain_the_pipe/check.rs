//! After each report the pipe is read until it is empty.
//!
//! ```syscalls
//! epoll_ctl(*, EPOLL_CTL_ADD, $pipe, *EPOLLET*) = 0
//! read($pipe, *) = -1 EAGAIN (*)
//! read($pipe, *) = -1 EAGAIN (*)
//! read($pipe, "", *) = 0
//! ```

use std::io::{Write, pipe};
use std::time::Duration;

use mmap::poller::{Events, Interest, Mode, Poller, Token, set_nonblocking};

use super::exercise::take;

/// More than a buffer, and less than any system's pipe holds.
const PIECE: usize = 5000;

pub fn main() {
    let (mut reader, mut writer) = pipe().expect("a pipe");
    set_nonblocking(&reader, true).expect("a pipe");
    let poller = Poller::new().expect("a poller");
    poller
        .add(&reader, Token(0), Interest::READABLE, Mode::Edge)
        .expect("a pipe can be watched");
    let mut events = Events::with_capacity(8);
    let mut taken = Vec::new();

    for piece in 1..=3_u8 {
        writer.write_all(&[piece; PIECE]).expect("there is room");
        let limit = Some(Duration::from_secs(10));
        poller.wait(&mut events, limit).expect("a poller");
        assert_eq!(events.len(), 1, "the poller reports a new piece");
        let open = take(&mut reader, &mut taken);
        let open = open.expect("an empty pipe is no error: there is nothing more for now");
        assert!(open, "the other end is not closed: more can come");
        assert_eq!(
            taken.len(),
            usize::from(piece) * PIECE,
            "all that the pipe has is to be taken: the rest will not be reported again"
        );
        println!("✓ report {piece}: all {PIECE} bytes are taken");
    }
    let expected: Vec<u8> = (1..=3).flat_map(|piece| [piece; PIECE]).collect();
    assert!(taken == expected, "the bytes, in their order");
    println!("✓ the bytes are in their order");

    writer.write_all(b"the last").expect("there is room");
    drop(writer);
    let open = take(&mut reader, &mut taken).expect("an end is no error");
    assert!(!open, "the other end is closed: nothing more can come");
    assert!(
        taken.ends_with(b"the last"),
        "what came before the end counts"
    );
    println!("✓ the end is seen, and what came before it");
}
