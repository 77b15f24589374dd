//! One thread, and its connections.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use mmap::poller::{Events, Interest, Mode, Poller, Token};

use super::connection::{Connection, End};
use super::schedule::Schedule;
use super::{Counters, LoadError, Plan, Report};
use crate::http::Method;

/// How often connections are looked at that nothing happens on.
const SWEEP: Duration = Duration::from_millis(50);

/// How long after a failed connection the next is tried: a server that is down is not to be drowned.
const BACK_OFF: Duration = Duration::from_millis(100);

/// One thread of a load.
#[derive(Debug)]
pub(crate) struct Worker<'a> {
    plan: &'a Plan,
    address: SocketAddr,
    method: Method,
    /// The request, as it is sent.
    request: Vec<u8>,
    poller: Poller,
    slots: Vec<Slot>,
    /// Slots that have room for a request, each once, the one that waits longest first. One in it may
    /// have lost its connection since.
    free: VecDeque<usize>,
    schedule: Schedule,
    start: Instant,
    /// When the last request is sent.
    end: Instant,
    under_way: usize,
    report: Report,
    counters: &'a Counters,
}

/// The place of a connection.
#[derive(Debug)]
struct Slot {
    connection: Option<Connection>,
    /// When the next connection may be tried.
    open_at: Instant,
    /// Whether it is in `free`.
    is_free: bool,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        address: SocketAddr,
        number: usize,
        start: Instant,
        counters: &'a Counters,
    ) -> Result<Self, LoadError> {
        let workers = plan.threads.clamp(1, plan.connections.max(1));
        let share = (plan.connections.max(1) + workers - 1 - number) / workers;
        let slot = || Slot {
            connection: None,
            open_at: start,
            is_free: false,
        };
        Ok(Worker {
            plan,
            address,
            method: plan.request.checked_method()?,
            request: plan.request.to_bytes(false),
            poller: Poller::new().map_err(LoadError::Poller)?,
            slots: std::iter::repeat_with(slot).take(share).collect(),
            free: VecDeque::with_capacity(share),
            schedule: Schedule::new(plan.rate, number, workers, start),
            start,
            end: start + plan.duration,
            under_way: 0,
            report: Report::default(),
            counters,
        })
    }

    pub(crate) fn run(mut self) -> Result<Report, LoadError> {
        let mut events = Events::with_capacity(1024);
        let mut next_sweep = self.start;
        loop {
            let now = Instant::now();
            if now >= next_sweep {
                self.sweep(now);
                next_sweep = now + SWEEP;
            }
            if now >= self.end && self.under_way == 0 {
                break;
            }
            self.send_due();
            let timeout = self.next_event(next_sweep).saturating_duration_since(now);
            let waited = self.poller.wait(&mut events, Some(timeout));
            waited.map_err(LoadError::Poller)?;
            for event in &events {
                self.drive(event.token().0);
            }
        }
        self.report.unsent = self.schedule.overdue(self.end);
        self.report.elapsed = self.start.elapsed();
        Ok(self.report)
    }

    /// Until when there is nothing to do if no socket becomes ready.
    fn next_event(&self, next_sweep: Instant) -> Instant {
        match self.schedule.next() {
            Some(due) if !self.free.is_empty() && due < self.end => due.min(next_sweep),
            _ => next_sweep,
        }
    }

    /// Opens what is closed, and gives up what takes too long.
    fn sweep(&mut self, now: Instant) {
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            match &slot.connection {
                None if slot.open_at <= now && now < self.end => self.open(index, now),
                Some(connection) => {
                    let since = connection.waits_since();
                    if since.is_some_and(|since| now - since > self.plan.timeout) {
                        self.close(index, End::Timeout);
                    }
                }
                None => {}
            }
        }
    }

    fn open(&mut self, index: usize, now: Instant) {
        match Connection::open(self.address, self.method, now) {
            Ok(connection) => {
                let interest = Interest::READABLE | Interest::WRITABLE;
                let token = Token(index);
                let added = self
                    .poller
                    .add(connection.stream(), token, interest, Mode::Edge);
                self.slots[index].connection = Some(connection);
                if added.is_err() {
                    self.close(index, End::Broken);
                }
            }
            Err(end) => self.count_failures(index, end, 1),
        }
    }

    fn send_due(&mut self) {
        while let Some(&index) = self.free.front() {
            // Anew for each, as those before have taken their time.
            let now = Instant::now();
            if now >= self.end {
                return;
            }
            let slot = &mut self.slots[index];
            let usable = slot.connection.as_mut();
            let Some(connection) = usable.filter(|own| own.has_room(self.plan.pipeline)) else {
                slot.is_free = false;
                self.free.pop_front();
                continue;
            };
            let Some(due) = self.schedule.take(now) else {
                return;
            };
            connection.push(&self.request, due, now);
            self.under_way += 1;
            // To the end of the queue, or out of it, before the socket can fail.
            let flushed = connection.flush();
            slot.is_free = false;
            self.free.pop_front();
            match flushed {
                Ok(()) => self.enlist(index),
                Err(end) => self.close(index, end),
            }
        }
    }

    /// Puts a slot with room into the queue.
    fn enlist(&mut self, index: usize) {
        let slot = &mut self.slots[index];
        let connection = slot.connection.as_ref();
        if !slot.is_free && connection.is_some_and(|own| own.has_room(self.plan.pipeline)) {
            slot.is_free = true;
            self.free.push_back(index);
        }
    }

    fn drive(&mut self, index: usize) {
        let Some(connection) = &mut self.slots[index].connection else {
            return;
        };
        let (report, mut answers) = (&mut self.report, 0);
        let (bytes, outcome) = connection.drive(|answer| {
            report.record(answer.status, answer.due.elapsed());
            answers += 1;
        });
        self.report.bytes += bytes;
        self.under_way -= answers;
        let counted = &self.counters.answers;
        counted.fetch_add(answers as u64, Ordering::Relaxed);
        match outcome {
            Ok(()) => self.enlist(index),
            Err(end) => self.close(index, end),
        }
    }

    /// Drops the connection, which also takes it from the poller. What was under way on it has failed. A
    /// server may close when nothing is, but not before it has answered anything.
    fn close(&mut self, index: usize, end: End) {
        let Some(connection) = self.slots[index].connection.take() else {
            return;
        };
        let lost = connection.under_way();
        self.under_way -= lost;
        let least = usize::from(end == End::Malformed || !connection.has_answered());
        let failures = lost.max(least);
        self.report.reconnects += 1;
        self.count_failures(index, end, failures as u64);
        if failures == 0 && Instant::now() < self.end {
            self.open(index, Instant::now());
        }
    }

    fn count_failures(&mut self, index: usize, end: End, failures: u64) {
        if failures == 0 {
            return;
        }
        *self.report.errors.of(end) += failures;
        let counted = &self.counters.errors;
        counted.fetch_add(failures, Ordering::Relaxed);
        self.slots[index].open_at = Instant::now() + BACK_OFF;
    }
}
