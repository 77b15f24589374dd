//! kqueue(2) with `EVFILT_SIGNAL`, which counts signals even while they are blocked.

use std::io;
use std::time::Duration;

use nix::errno::Errno;
use nix::libc::timespec;
use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent, Kqueue};
use nix::sys::signal::{SigSet, Signal};

#[derive(Debug)]
pub(super) struct Queue(Kqueue);

impl Queue {
    pub(super) fn new(set: &SigSet) -> io::Result<Self> {
        let queue = Kqueue::new()?;
        let changes: Vec<KEvent> = set.iter().map(|signal| event(signal as usize)).collect();
        queue.kevent(&changes, &mut [], None)?;
        Ok(Queue(queue))
    }

    pub(super) fn wait(&mut self, limit: Option<Duration>) -> io::Result<Option<Signal>> {
        let mut events = [event(0)];
        match self.0.kevent(&[], &mut events, limit.map(as_timespec)) {
            Ok(0) | Err(Errno::EINTR) => Ok(None),
            Ok(_) => {
                let number = i32::try_from(events[0].ident()).unwrap_or_default();
                Ok(Signal::try_from(number).ok())
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn event(ident: usize) -> KEvent {
    let flags = EvFlags::EV_ADD | EvFlags::EV_CLEAR;
    KEvent::new(
        ident,
        EventFilter::EVFILT_SIGNAL,
        flags,
        FilterFlag::empty(),
        0,
        0,
    )
}

fn as_timespec(limit: Duration) -> timespec {
    timespec {
        tv_sec: limit.as_secs().cast_signed(),
        tv_nsec: limit.subsec_nanos().into(),
    }
}
