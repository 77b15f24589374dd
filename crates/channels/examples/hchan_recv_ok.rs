//! Whether a zero was sent or the channel is closed, only the two-valued receive tells.
//!
//! Go compiles `v := <-c` to `chanrecv1` and `v, ok := <-c` to `chanrecv2`. Both give the type's
//! zero value when the channel is closed; `ok` is false then. Rust has no zero values: `recv` is
//! always the second form, and `Result` leaves no value to mistake for one. tokio's receivers say
//! the same with an `Option`. To get Go's first form one has to ask for it, with
//! `unwrap_or_default`.

use channels::{RecvError, channel};

fn main() {
    let (tx, rx) = channel(1);
    tx.send(0).expect("there is room");
    drop(tx);

    let sent = rx.recv();
    let closed = rx.recv();
    println!("with ok:    {sent:?}, then {closed:?}");
    assert_eq!(sent, Ok(0));
    assert_eq!(closed, Err(RecvError));

    let (sent, closed) = (sent.unwrap_or_default(), closed.unwrap_or_default());
    println!("without ok: {sent}, then {closed}");
    assert_eq!(sent, closed);
}
