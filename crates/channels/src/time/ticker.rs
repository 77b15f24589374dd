//! Periodic timers.
//!
//! The channel of a ticker has no buffer: a tick that is due stands in the channel's queue, as a task
//! that sends, until it is received. So the ticker knows when the consumer has come for it, and from
//! that, and from what the consumer wants of the ticks it was too slow for, follows when the next one
//! is due.

use std::pin::Pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::clock::{self, Alarm, AlarmHandle, Next};
use crate::{Receiver, Sender, channel};

/// What becomes of the ticks that a slow consumer could not take in time.
///
/// With a tick every 10 ms and a consumer that takes the first one at 10 ms and is then busy until
/// 45 ms:
///
/// ```text
/// due      10   20   30   40   50   60   70
/// Burst    10            45,45,45 50   60   70     none is left out
/// Delay    10            45     55     65     75   the clock is moved
/// Skip     10            45 50   60   70           the clock is kept, 30 and 40 are left out
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Missed {
    /// They come one right after the other, until the consumer has had them all. For work that has
    /// to be done once a period on the average.
    Burst,
    /// The next tick is due one period after the late one was received. For work that wants a pause.
    Delay,
    /// They are left out: one late tick, then the next multiple of the period. For work that wants to
    /// be on the beat. What Go's tickers do.
    #[default]
    Skip,
}

// ANCHOR: missed
impl Missed {
    /// When the next tick is due, if the one that was due at `due` has been received `now`.
    fn next(self, due: Instant, period: Duration, now: Instant) -> Instant {
        match self {
            Self::Burst => due + period,
            Self::Delay => now + period,
            Self::Skip => {
                let late = now.saturating_duration_since(due).as_nanos();
                let into_period = late % period.as_nanos();
                now + Duration::from_nanos_u128(period.as_nanos() - into_period)
            }
        }
    }
}
// ANCHOR_END: missed

/// A timer that rings once a period. Dropped, it is stopped.
///
/// ```
/// use channels::time::{Missed, Ticker};
/// use std::time::{Duration, Instant};
///
/// let begin = Instant::now();
/// let ticker = Ticker::new(Duration::from_millis(5), Missed::Skip);
/// for tick in ticker.channel().iter().take(3) {
///     println!("{:?}", tick - begin);
/// }
/// assert!(begin.elapsed() >= Duration::from_millis(15));
/// ```
#[derive(Debug)]
pub struct Ticker {
    tx: Sender<Instant>,
    rx: Receiver<Instant>,
    missed: Missed,
    /// Nothing while it is stopped.
    alarm: Mutex<Option<AlarmHandle>>,
}

impl Ticker {
    /// Rings `period` from now for the first time, and then once a period. A consumer that is too
    /// slow is served as `missed` says.
    ///
    /// # Panics
    ///
    /// When `period` is zero.
    #[doc(alias = "NewTicker")]
    pub fn new(period: Duration, missed: Missed) -> Self {
        let (tx, rx) = channel(0);
        let ticker = Self {
            tx,
            rx,
            missed,
            alarm: Mutex::new(None),
        };
        ticker.reset(period);
        ticker
    }

    /// The channel of the ticks; each is the time when it was due. It stays open when the ticker is
    /// stopped, and closes when the ticker is dropped.
    pub fn channel(&self) -> &Receiver<Instant> {
        &self.rx
    }

    /// Stops it. A tick that was due and not received is not received any more.
    pub fn stop(&self) {
        if let Some(alarm) = self.lock().take() {
            alarm.cancel_and_wait();
        }
    }

    /// Lets it ring `period` from now, and then once in this period.
    ///
    /// # Panics
    ///
    /// When `period` is zero.
    pub fn reset(&self, period: Duration) {
        assert!(!period.is_zero(), "the period of a ticker must not be zero");
        let mut alarm = self.lock();
        if let Some(alarm) = alarm.take() {
            alarm.cancel_and_wait();
        }
        let due = clock::from_now(period);
        let tick = ticks(self.tx.clone(), due, period, self.missed);
        *alarm = Some(clock::set(due, Alarm::Repeated(Box::new(tick))));
    }

    fn lock(&self) -> MutexGuard<'_, Option<AlarmHandle>> {
        self.alarm.lock().unwrap_or_else(|p| p.into_inner())
    }
}

/// A tick on its way; true when it was received, false when none can be any more.
type Sending = Pin<Box<dyn Future<Output = bool> + Send>>;

/// What the alarm does: sends the tick that is due, until it is received.
fn ticks(
    tx: Sender<Instant>,
    mut due: Instant,
    period: Duration,
    missed: Missed,
) -> impl FnMut(&mut Context<'_>) -> Next + Send {
    let mut sending: Option<Sending> = None;
    move |context| {
        let tick = sending.get_or_insert_with(|| Box::pin(send(tx.clone(), due)));
        match tick.as_mut().poll(context) {
            Poll::Pending => Next::WhenWoken,
            Poll::Ready(false) => Next::Never,
            Poll::Ready(true) => {
                sending = None;
                due = missed.next(due, period, Instant::now());
                Next::At(due)
            }
        }
    }
}

async fn send(tx: Sender<Instant>, tick: Instant) -> bool {
    tx.send_async(tick).await.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figure_in_the_documentation_is_right() {
        let begin = Instant::now();
        let at = |milliseconds| begin + Duration::from_millis(milliseconds);
        let next = |missed: Missed, due, now| {
            missed.next(at(due), Duration::from_millis(10), at(now)) - begin
        };
        for (missed, after_45, after_50) in [
            (Missed::Burst, 30, 60),
            (Missed::Delay, 55, 60),
            (Missed::Skip, 50, 60),
        ] {
            let wanted = [after_45, after_50].map(Duration::from_millis);
            let got = [next(missed, 20, 45), next(missed, 50, 50)];
            assert_eq!(got, wanted, "{missed:?}");
        }
    }

    #[test]
    fn skip_has_a_whole_period_left_on_the_beat() {
        let due = Instant::now();
        let period = Duration::from_nanos(7);
        assert_eq!(
            Missed::Skip.next(due, period, due + period),
            due + period * 2
        );
        assert_eq!(Missed::Skip.next(due, period, due), due + period);
    }
}
