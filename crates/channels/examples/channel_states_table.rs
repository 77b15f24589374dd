//! A nil channel always blocks, a closed one never does: what each operation does in each state.
//!
//! Go's zero value of a channel is nil, and a nil channel is never ready. [`channels::never`] makes
//! one; it is of use in a `select!`, to switch an arm off. Where Go panics (send on closed, close
//! of closed, close of nil), our operations return an error, and a send hands the message back.
//! std, crossbeam and tokio have no close for senders: a channel closes when the last `Sender` is
//! gone, and no second close can happen.
//!
//! In the table "waits" means: for ever, if nobody else does something. It is seen here by a
//! timeout.

use std::time::Duration;

use channels::{
    Receiver, RecvTimeoutError, SendTimeoutError, Sender, TryRecvError, channel, never,
};

const PATIENCE: Duration = Duration::from_millis(5);

type Ends = (Sender<u8>, Receiver<u8>);

fn main() {
    println!("{:14}  send    receive  close", "");
    row("nil", never, ["waits", "waits", "error"]);
    row("no buffer", || channel(0), ["waits", "waits", "closes"]);
    row("empty", || filled(2, 0), ["sends", "waits", "closes"]);
    row("full", || filled(2, 2), ["waits", "gets 1", "closes"]);
    let one_left = || closed(filled(2, 1));
    row("closed, 1 left", one_left, ["error", "gets 1", "error"]);
    let empty = || closed(filled(2, 0));
    row("closed, empty", empty, ["error", "closed", "error"]);
}

fn row(state: &str, make: impl Fn() -> Ends, expected: [&str; 3]) {
    let seen = [send(make()), receive(make()), close(make())];
    let [send, receive, close] = seen.each_ref();
    println!("{state:14}  {send:6}  {receive:7}  {close}");
    assert_eq!(seen, expected, "{state}");
}

fn filled(capacity: usize, count: u8) -> Ends {
    let (tx, rx) = channel(capacity);
    (1..=count).for_each(|n| tx.send(n).expect("it is open"));
    (tx, rx)
}

fn closed((tx, rx): Ends) -> Ends {
    tx.close().expect("it is open");
    (tx, rx)
}

fn send((tx, _rx): Ends) -> String {
    match tx.send_timeout(9, PATIENCE) {
        Ok(()) => "sends".to_owned(),
        Err(SendTimeoutError::Timeout(9)) => "waits".to_owned(),
        Err(SendTimeoutError::Closed(9)) => "error".to_owned(),
        Err(other) => panic!("not the message that was sent: {other:?}"),
    }
}

fn receive((_tx, rx): Ends) -> String {
    match rx.recv_timeout(PATIENCE) {
        Ok(value) => format!("gets {value}"),
        Err(RecvTimeoutError::Timeout) => {
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
            "waits".to_owned()
        }
        Err(RecvTimeoutError::Closed) => "closed".to_owned(),
    }
}

fn close((tx, rx): Ends) -> String {
    match tx.close() {
        Ok(()) => {
            assert!(rx.is_closed());
            "closes".to_owned()
        }
        Err(_) => "error".to_owned(),
    }
}
