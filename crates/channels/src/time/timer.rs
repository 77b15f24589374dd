//! One-shot timers.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::clock::{self, Alarm, AlarmHandle};
use crate::{Receiver, Sender, channel};

/// A channel that gets the time once, `duration` from now, and is closed then.
///
/// Nothing stops it: the timer is kept until its time has come, also when the channel is dropped
/// before. In a loop that goes round faster than `duration`, that piles timers up; make one
/// [`Timer`] before the loop and [`reset`](Timer::reset) it.
///
/// ```
/// use channels::{channel, select, time::after};
/// use std::time::Duration;
///
/// let (_tx, rx) = channel::<u8>(0);
/// let too_late = after(Duration::from_millis(10));
/// select! {
///     recv(rx) -> _ => unreachable!("nobody sends"),
///     recv(too_late) -> now => println!("it is {:?}", now.unwrap()),
/// }
/// ```
pub fn after(duration: Duration) -> Receiver<Instant> {
    let (tx, rx) = channel(1);
    announce_at(clock::from_now(duration), tx).detach();
    rx
}

fn announce_at(deadline: Instant, tx: Sender<Instant>) -> AlarmHandle {
    let announce = move || {
        // It fails when nobody has the other end any more.
        let _ = tx.try_send(Instant::now());
    };
    clock::set(deadline, Alarm::Once(Box::new(announce)))
}

/// A timer that can be stopped and set again. Dropped, it is stopped.
///
/// ```
/// use channels::time::Timer;
/// use std::time::{Duration, Instant};
///
/// let timer = Timer::new(Duration::from_secs(60));
/// let begin = Instant::now();
/// timer.reset(Duration::from_millis(10));
/// let rung = timer.channel().recv()?;
/// assert!(rung >= begin + Duration::from_millis(10));
/// # Ok::<(), channels::RecvError>(())
/// ```
#[derive(Debug)]
pub struct Timer {
    tx: Sender<Instant>,
    rx: Receiver<Instant>,
    /// Nothing while it is stopped.
    alarm: Mutex<Option<AlarmHandle>>,
}

impl Timer {
    /// Rings once, `duration` from now.
    #[doc(alias = "NewTimer")]
    pub fn new(duration: Duration) -> Self {
        let (tx, rx) = channel(1);
        let alarm = announce_at(clock::from_now(duration), tx.clone());
        Self {
            tx,
            rx,
            alarm: Mutex::new(Some(alarm)),
        }
    }

    /// The channel that gets the time when the timer rings. It stays open when the timer is stopped,
    /// and closes when the timer is dropped.
    pub fn channel(&self) -> &Receiver<Instant> {
        &self.rx
    }

    /// Stops it. True if it had not rung, or nobody had received the news: then nobody will. False
    /// also when it was stopped before.
    pub fn stop(&self) -> bool {
        self.stop_locked(&mut self.lock())
    }

    /// Lets it ring `duration` from now, and not when it would have. Returns what
    /// [`stop`](Self::stop) would have.
    pub fn reset(&self, duration: Duration) -> bool {
        let mut alarm = self.lock();
        let was_set = self.stop_locked(&mut alarm);
        *alarm = Some(announce_at(clock::from_now(duration), self.tx.clone()));
        was_set
    }

    fn stop_locked(&self, alarm: &mut Option<AlarmHandle>) -> bool {
        let was_set = alarm.take().is_some_and(|a| a.cancel_and_wait());
        was_set || self.rx.try_recv().is_ok()
    }

    fn lock(&self) -> MutexGuard<'_, Option<AlarmHandle>> {
        self.alarm.lock().unwrap_or_else(|p| p.into_inner())
    }
}
