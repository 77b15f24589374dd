//! One turn in 61 is the global queue's: as far as a recording can show it.
//!
//! A recording says what became of tasks, not which queue they were in. Most can be told from it if there
//! is one P, and fewer tasks than its ring takes, so that none of them spills over. Who was preempted is in
//! the global queue before its M goes on, and nobody else takes it from there. Who yielded is in the ring,
//! and each of its turns counts. Who was woken on the P is in the slot, or was pushed from there into the
//! ring: its turn may count or not, and is left out. All others may have been in the global queue.

use std::collections::BTreeMap;

use super::looks::GLOBAL_EACH;
use super::{Rule, Tally, Verdict};
use crate::runtime::TaskId;
use crate::runtime::queue::CAPACITY;
use crate::sim::event::Queue;
use crate::trace::{BLOCK_ON, Event, Kind, Trace};

#[derive(Debug)]
pub(super) struct Turns {
    can_tell: bool,
    /// Where each runnable task was put.
    queues: BTreeMap<TaskId, Queue>,
    /// How many turns the ring has had since a task is in the global queue for certain.
    passed: Option<u32>,
}

impl Turns {
    pub(super) fn new(trace: &Trace) -> Self {
        let tasks = trace.count(Kind::Create);
        let one_processor = trace.processors == 1
            && trace
                .events
                .iter()
                .all(|event| event.processor.is_none_or(|p| p == 0));
        Turns {
            can_tell: one_processor && tasks < CAPACITY,
            queues: BTreeMap::new(),
            passed: None,
        }
    }

    pub(super) fn see(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        if !self.can_tell || event.task.0 >= BLOCK_ON {
            return Ok(());
        }
        let put = match event.kind {
            Kind::Start => return self.started(event.task, tally),
            Kind::Preempt => {
                self.passed.get_or_insert(0);
                Queue::Global
            }
            Kind::Yield if event.processor.is_some() => Queue::Ring,
            Kind::Create | Kind::Ready if event.processor.is_some() => Queue::Slot,
            Kind::Create | Kind::Ready | Kind::Yield => Queue::Global,
            _ => return Ok(()),
        };
        self.queues.insert(event.task, put);
        Ok(())
    }

    fn started(&mut self, task: TaskId, tally: &mut Tally) -> Verdict {
        match (self.queues.remove(&task), &mut self.passed) {
            (Some(Queue::Ring), Some(passed)) => {
                *passed += 1;
                let passed = *passed;
                tally.holds(Rule::OneIn61, passed < GLOBAL_EACH, || {
                    format!("{passed} turns without a task of the global queue")
                })
            }
            (Some(Queue::Ring | Queue::Slot), _) => Ok(()),
            // With it a share of the others may have come into the ring.
            _ => {
                self.passed = None;
                Ok(())
            }
        }
    }
}
