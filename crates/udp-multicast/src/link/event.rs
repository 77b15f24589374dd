//! What the link writes down.

use std::fmt;
use std::time::Duration;

/// Which way a datagram goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the near end to the far one: where the data goes.
    There,
    /// From the far end to the near one: where acknowledgements go.
    Back,
}

/// One line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Virtual time, since the link's beginning.
    pub at: Duration,
    /// Whose datagram.
    pub flow: usize,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Something happened to a datagram.
    Datagram {
        /// Which way it goes.
        direction: Direction,
        /// Counts what was handed to the link, all flows and both directions together.
        number: u64,
        /// In bytes.
        size: usize,
        /// What became of it.
        fate: Fate,
    },
    /// The near end's congestion window has changed, to so many bytes.
    Window(usize),
}

/// What becomes of a datagram. The first entry about each is [`Fate::Sent`], and all but the last few
/// end with arrivals or with one of the losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It was handed to the link.
    Sent,
    /// It did not fit into the queue.
    QueueFull,
    /// It was larger than the path carries; nobody is told.
    TooBig,
    /// It vanished on the way.
    Lost,
    /// It will arrive a second time.
    Duplicated,
    /// It waits somewhere and lets later ones pass.
    HeldBack,
    /// One of its bits was flipped.
    Corrupted,
    /// It is there.
    Arrived,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.at.as_secs_f64() * 1000.0;
        write!(f, "{milliseconds:10.3} ms  flow {}  ", self.flow)?;
        match self.what {
            What::Window(bytes) => write!(f, "window {bytes}"),
            What::Datagram {
                direction,
                number,
                size,
                fate,
            } => {
                let arrow = match direction {
                    Direction::There => "->",
                    Direction::Back => "<-",
                };
                write!(f, "{arrow} #{number} ({size} bytes) {fate:?}")
            }
        }
    }
}
