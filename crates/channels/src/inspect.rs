//! What a debugger would show of a channel: the fields of Go's `hchan`.

use std::fmt;

/// A channel at one moment. See the struct `hchan` in Go's `runtime/chan.go`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Values in the buffer (`qcount`). It can pass `capacity` for a while: see
    /// [`RecvFuture`](crate::future::RecvFuture) about futures that are dropped.
    pub count: usize,
    /// Places in the buffer (`dataqsiz`).
    pub capacity: usize,
    /// Where in the buffer the next value goes (`sendx`).
    pub send_index: usize,
    /// Where in the buffer the next value comes from (`recvx`).
    pub receive_index: usize,
    /// Who waits to send, first come first (`sendq`).
    pub senders_waiting: Vec<Waiter>,
    /// Who waits to receive, first come first (`recvq`).
    pub receivers_waiting: Vec<Waiter>,
    /// Nothing can be sent any more.
    pub closed: bool,
}

/// One place in a queue of waiters: a `sudog` in Go's runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiter {
    /// Who waits.
    pub kind: WaiterKind,
    /// It waits for other channels too, and stands in their queues as well.
    pub in_select: bool,
}

/// Who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaiterKind {
    /// A thread of the system, by its name, or by its number in the process when it has none.
    Thread(String),
    /// A future, polled by some executor.
    Task,
}

impl fmt::Display for WaiterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Thread(name) => write!(f, "thread {name}"),
            Self::Task => f.write_str("task"),
        }
    }
}
