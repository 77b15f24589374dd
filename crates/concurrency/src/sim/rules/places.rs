//! Where each G is: in a queue, in the hand of an M that moves it, or in none as it runs or waits.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Rule, Tally, Verdict};
use crate::runtime::TaskId;
use crate::runtime::queue::CAPACITY;
use crate::sim::event::{Event, Queue, Return, Time, What};

#[derive(Debug, Default)]
struct Local {
    slot: Option<TaskId>,
    ring: VecDeque<TaskId>,
}

#[derive(Debug, Default)]
pub(super) struct Places {
    /// Whose hand, and whether it is to go to the global queue from there.
    hands: BTreeMap<TaskId, (usize, bool)>,
    locals: BTreeMap<usize, Local>,
    global: VecDeque<TaskId>,
    /// Since when those are in a queue that are in one, the oldest first.
    queued: BTreeSet<(Time, TaskId)>,
    /// The same by G.
    since: BTreeMap<TaskId, Time>,
    /// What a P's share was when the first of it was taken.
    share: usize,
}

impl Places {
    pub(super) fn global(&self) -> usize {
        self.global.len()
    }

    pub(super) fn occupied(&self) -> usize {
        let locals = self.locals.values();
        let locals = locals.map(|local| local.ring.len() + usize::from(local.slot.is_some()));
        self.hands.len() + self.global.len() + locals.sum::<usize>()
    }

    /// Since when the one waits that has been in queues for longest.
    pub(super) fn oldest(&self) -> Option<Time> {
        self.queued.first().map(|&(since, _)| since)
    }

    pub(super) fn see(&mut self, event: &Event, active: usize, tally: &mut Tally) -> Verdict {
        let m = event.machine.unwrap_or(usize::MAX);
        let p = event.processor.unwrap_or(usize::MAX);
        let id = event.task.unwrap_or(TaskId(0));
        self.count_time(event, id);
        match event.what {
            What::Created(_) | What::Readied | What::LeftCall(Return::Without) => {
                self.take_in_hand(m, id, false, tally)
            }
            What::Yielded | What::Preempted => self.take_in_hand(m, id, true, tally),
            What::Queued(queue) => self.queue(m, p, id, queue, tally),
            What::Spilled(number) => self.spill(m, p, id, number, tally),
            What::Kicked => {
                let slot = self.locals.entry(p).or_default().slot.take();
                tally.holds(Rule::OnePlace, slot == Some(id), || {
                    format!("{slot:?} is there")
                })?;
                self.take_in_hand(m, id, false, tally)
            }
            What::Taken(queue) => self.take(m, p, id, queue, active, tally),
            What::Shared(number) => self.shared(p, number, tally),
            What::Stolen { from, number, slot } => {
                self.steal(m, [p, from], id, number, slot, tally)
            }
            What::Started { .. } => self.out_of_hand(m, id, tally).map(|_| ()),
            What::Retired => {
                let left = self.locals.remove(&p).unwrap_or_default();
                let empty = left.slot.is_none() && left.ring.is_empty();
                tally.holds(Rule::OnePlace, empty, || format!("P{p} has Gs"))
            }
            _ => Ok(()),
        }
    }

    /// Keeps `queued` and `since`.
    fn count_time(&mut self, event: &Event, id: TaskId) {
        match event.what {
            What::Queued(_) | What::Spilled(_) => {
                self.since.insert(id, event.time);
                self.queued.insert((event.time, id));
            }
            What::Taken(_) | What::Stolen { .. } | What::Kicked => {
                if let Some(since) = self.since.remove(&id) {
                    self.queued.remove(&(since, id));
                }
            }
            _ => {}
        }
    }

    fn take_in_hand(
        &mut self,
        m: usize,
        id: TaskId,
        to_global: bool,
        tally: &mut Tally,
    ) -> Verdict {
        let held = self.hands.insert(id, (m, to_global));
        let queued = self.since.contains_key(&id);
        tally.holds(Rule::OnePlace, held.is_none() && !queued, || {
            format!("G{id} is in a hand or a queue already")
        })
    }

    fn out_of_hand(
        &mut self,
        m: usize,
        id: TaskId,
        tally: &mut Tally,
    ) -> Result<bool, (Rule, String)> {
        let held = self.hands.remove(&id);
        tally.holds(Rule::OnePlace, held.is_some_and(|(by, _)| by == m), || {
            format!("M{m} has not taken it: {held:?}")
        })?;
        Ok(held.is_some_and(|(_, to_global)| to_global))
    }

    fn queue(
        &mut self,
        m: usize,
        p: usize,
        id: TaskId,
        queue: Queue,
        tally: &mut Tally,
    ) -> Verdict {
        if self.out_of_hand(m, id, tally)? {
            tally.holds(Rule::PreemptPath, queue == Queue::Global, || {
                format!("it gave its turn away, and is in the {queue}")
            })?;
        }
        let local = self.locals.entry(p).or_default();
        match queue {
            Queue::Global => self.global.push_back(id),
            Queue::Slot => {
                let before = local.slot.replace(id);
                tally.holds(Rule::OnePlace, before.is_none(), || {
                    format!("{before:?} is in the slot")
                })?;
            }
            Queue::Ring => {
                let length = local.ring.len();
                local.ring.push_back(id);
                tally.holds(Rule::RingOf256, length < CAPACITY, || {
                    format!("{length} are in the ring")
                })?;
            }
        }
        Ok(())
    }

    fn spill(
        &mut self,
        m: usize,
        p: usize,
        id: TaskId,
        number: usize,
        tally: &mut Tally,
    ) -> Verdict {
        self.out_of_hand(m, id, tally)?;
        let ring = &mut self.locals.entry(p).or_default().ring;
        let length = ring.len();
        tally.holds(
            Rule::RingOf256,
            length == CAPACITY && number == CAPACITY / 2,
            || format!("of {length}"),
        )?;
        self.global.extend(ring.drain(..number));
        self.global.push_back(id);
        Ok(())
    }

    fn take(
        &mut self,
        m: usize,
        p: usize,
        id: TaskId,
        queue: Queue,
        active: usize,
        tally: &mut Tally,
    ) -> Verdict {
        let local = self.locals.entry(p).or_default();
        let taken = match queue {
            Queue::Slot => local.slot.take(),
            Queue::Ring => local.ring.pop_front(),
            Queue::Global => {
                let length = self.global.len();
                self.share = (length / active.max(1) + 1).min(length).min(CAPACITY / 2);
                self.global.pop_front()
            }
        };
        tally.holds(Rule::OnePlace, taken == Some(id), || {
            format!("{taken:?} is first in the {queue}")
        })?;
        self.take_in_hand(m, id, false, tally)
    }

    /// The rest of a share: what is there by the number of Ps, and one more.
    fn shared(&mut self, p: usize, number: usize, tally: &mut Tally) -> Verdict {
        let share = self.share;
        tally.holds(Rule::OnePlace, number + 1 == share, || {
            format!("its share is {share}")
        })?;
        let ring = &mut self.locals.entry(p).or_default().ring;
        ring.extend(self.global.drain(..number));
        Ok(())
    }

    fn steal(
        &mut self,
        m: usize,
        [thief, victim]: [usize; 2],
        id: TaskId,
        number: usize,
        slot: bool,
        tally: &mut Tally,
    ) -> Verdict {
        tally.holds(Rule::StealHalf, thief != victim, || {
            "it is its own".to_owned()
        })?;
        let local = self.locals.entry(victim).or_default();
        let length = local.ring.len();
        let mut taken: Vec<TaskId> = if slot {
            tally.holds(Rule::StealHalf, length == 0, || {
                format!("{length} are in the ring")
            })?;
            local.slot.take().into_iter().collect()
        } else {
            local.ring.drain(..length - length / 2).collect()
        };
        let count = taken.len();
        let last = taken.pop();
        tally.holds(Rule::StealHalf, count == number && last == Some(id), || {
            format!("half of {length} is {count}, the last of them {last:?}")
        })?;
        let own = &mut self.locals.entry(thief).or_default().ring;
        tally.holds(Rule::StealHalf, own.is_empty(), || {
            "the thief has work".to_owned()
        })?;
        own.extend(taken);
        self.take_in_hand(m, id, false, tally)
    }
}
