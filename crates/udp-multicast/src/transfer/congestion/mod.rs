//! How much the network is given at once.
//!
//! Nobody tells a sender what the path carries. It finds out by asking for more until something is
//! lost, and then asks for less: the **congestion window** is how many bytes may be on their way. It
//! grows fast at first (slow start: doubles each round trip), then carefully (congestion avoidance);
//! a loss, which is how a full queue speaks, cuts it.
//!
//! That all senders do this is what keeps the network up, and their shares fair: adding the same and
//! cutting in proportion brings two windows closer together with each loss ([`Aimd`], as TCP NewReno,
//! RFC 5681). On a long fat path it takes minutes to grow back by a segment per round trip; [`Cubic`] (RFC
//! 9438, the default of Linux and macOS) remembers where the loss was, hurries back to below it, dwells there and then
//! tries beyond.

mod aimd;
mod cubic;

use std::fmt::Debug;
use std::time::Duration;

pub use aimd::Aimd;
pub use cubic::Cubic;

/// A rule for the congestion window. All sizes are in bytes.
pub trait Congestion: Debug + Send {
    /// How many bytes may be on their way. At least one segment.
    fn window(&self) -> usize;

    /// Where slow start ends, called ssthresh.
    fn threshold(&self) -> usize;

    /// So many bytes were acknowledged while the window was what held the sender back.
    fn on_ack(&mut self, now: Duration, acknowledged: usize, round_trip: Duration);

    /// Something was lost, and later segments arrived. Called once for all losses of one window.
    fn on_loss(&mut self, now: Duration);

    /// The retransmission timer has expired: nothing comes back any more.
    fn on_timeout(&mut self, now: Duration);

    /// Segments are of another size from now on.
    fn set_segment(&mut self, segment: usize);
}

/// The window to start with (RFC 6928): ten segments, if they are not large.
pub fn initial_window(segment: usize) -> usize {
    (10 * segment).min(14_600.max(2 * segment))
}
