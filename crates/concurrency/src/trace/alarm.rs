//! Timers in a trace: set, and then rung or stopped.

use std::task::Waker;
use std::time::Instant;

use super::{Kind, current, emit};
use crate::runtime::TaskId;
use crate::runtime::machine::Seat;
use crate::runtime::scheduler::Scheduler;

/// A timer that is set, and what a trace says of it when it rings or is stopped.
#[derive(Debug)]
pub(crate) struct Alarm {
    pub(crate) waker: Waker,
    /// Who set it.
    task: TaskId,
    /// 0 if nobody recorded when it was set: then it is not told of.
    number: u32,
}

impl Alarm {
    /// One that the task of this M, if it is one, sets now. It must not ring before: that would be told first.
    pub(crate) fn set(scheduler: &Scheduler, deadline: Instant, waker: Waker) -> Alarm {
        let mut alarm = Alarm {
            waker,
            task: TaskId(0),
            number: 0,
        };
        if scheduler.tracer.is_on() {
            Seat::current(|seat| {
                alarm.task = seat.map_or(TaskId(0), current);
                alarm.number = scheduler.tracer.number_timer();
                let due = deadline.saturating_duration_since(Instant::now());
                let due = u32::try_from(due.as_micros()).unwrap_or(u32::MAX);
                let argument = u64::from(alarm.number) | (u64::from(due) << 32);
                emit(scheduler, seat, Kind::TimerSet, alarm.task, argument);
            });
        }
        alarm
    }

    /// It rings: its waker is to be woken then.
    pub(crate) fn fires(&self, scheduler: &Scheduler) {
        self.tell(scheduler, Kind::TimerFire);
    }

    /// It was taken back.
    pub(crate) fn stops(&self, scheduler: &Scheduler) {
        self.tell(scheduler, Kind::TimerStop);
    }

    fn tell(&self, scheduler: &Scheduler, kind: Kind) {
        if scheduler.tracer.is_on() && self.number != 0 {
            Seat::current(|seat| emit(scheduler, seat, kind, self.task, self.number.into()));
        }
    }
}
