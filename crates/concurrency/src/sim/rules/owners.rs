//! Who has what: the states of Gs, and which M has which P and which G.
//!
//! These rules need no more than what the real runtime records as well, so they hold for both.

use std::collections::BTreeMap;

use super::{Rule, Tally, Verdict};
use crate::runtime::TaskId;
use crate::sim::event::{Event, Return, What};

/// What a G is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Runnable,
    Running(usize),
    Syscall(usize),
    Waiting,
    Dead,
}

/// Who has a P.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Owner {
    /// It may not run.
    #[default]
    Dead,
    /// It is on the list of idle ones.
    Idle,
    /// Nobody, for the moment.
    Nobody,
    /// An M that is being woken.
    Given(usize),
    /// An M.
    Machine(usize),
    /// An M in the kernel, which will want it back.
    ///
    /// Another that was there with the same P, lost it, and comes back first may take it as well: what it
    /// sees is its own P, in a system call.
    Kernel(usize),
}

#[derive(Debug, Clone, Copy, Default)]
struct Machine {
    processor: Option<usize>,
    /// What it had when it went into the kernel.
    left: Option<usize>,
    task: Option<TaskId>,
    asleep: bool,
}

#[derive(Debug, Default)]
pub(super) struct Owners {
    tasks: BTreeMap<TaskId, State>,
    machines: BTreeMap<usize, Machine>,
    processors: BTreeMap<usize, Owner>,
    /// How many Ps may run.
    pub(super) active: usize,
}

impl Owners {
    /// So many Ps, all of them idle.
    pub(super) fn with_idle(processors: usize) -> Self {
        Owners {
            processors: (0..processors).map(|p| (p, Owner::Idle)).collect(),
            active: processors,
            ..Owners::default()
        }
    }

    pub(super) fn idle(&self) -> usize {
        self.processors
            .values()
            .filter(|owner| **owner == Owner::Idle)
            .count()
    }

    pub(super) fn task(&self, id: TaskId) -> Option<State> {
        self.tasks.get(&id).copied()
    }

    pub(super) fn live(&self) -> usize {
        self.tasks
            .values()
            .filter(|state| **state != State::Dead)
            .count()
    }

    pub(super) fn owner(&self, p: usize) -> Owner {
        self.processors.get(&p).copied().unwrap_or_default()
    }

    /// The P that an M in the kernel had.
    pub(super) fn left(&self, m: usize) -> Option<usize> {
        self.machines.get(&m)?.left
    }

    /// The task of an M that is in the kernel with it.
    pub(super) fn in_call(&self, m: usize) -> Option<TaskId> {
        let task = self.machines.get(&m)?.task?;
        matches!(self.task(task), Some(State::Syscall(_))).then_some(task)
    }

    fn machine(&mut self, event: &Event) -> (usize, &mut Machine) {
        // Whoever is no M has no number, and gets none of an M's events either.
        let m = event.machine.unwrap_or(usize::MAX);
        (m, self.machines.entry(m).or_default())
    }

    pub(super) fn see(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        match event.what {
            What::Resized(number) => {
                self.active = number;
                Ok(())
            }
            What::Created(_)
            | What::Readied
            | What::Started { .. }
            | What::Parked(_)
            | What::Yielded
            | What::Preempted
            | What::Ended
            | What::EnteredCall
            | What::LeftCall(_) => {
                self.change_state(event, tally)?;
                self.change_task(event, tally)
            }
            What::Wakes { machine, .. } => self.wakes(event, machine, tally),
            What::Retook | What::Idle | What::Retired => self.change_owner(event, tally),
            What::GotProcessor => self.gets(event, tally),
            What::LetGo => self.lets_go(event, tally),
            What::Sleeps => {
                let (m, machine) = self.machine(event);
                machine.asleep = true;
                let empty = machine.processor.is_none() && machine.task.is_none();
                tally.holds(Rule::Owners, empty, || format!("M{m} sleeps on a P or a G"))
            }
            _ => Ok(()),
        }
    }

    fn change_state(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        let m = event.machine.unwrap_or(usize::MAX);
        let id = event.task.unwrap_or(TaskId(0));
        let before = self.task(id);
        let after = match (before, event.what) {
            (None, What::Created(_)) => Some(State::Runnable),
            (Some(State::Waiting), What::Readied) => Some(State::Runnable),
            (Some(State::Runnable), What::Started { .. }) => Some(State::Running(m)),
            (Some(State::Running(on)), what) if on == m => match what {
                What::Parked(_) => Some(State::Waiting),
                What::Yielded | What::Preempted => Some(State::Runnable),
                What::Ended => Some(State::Dead),
                What::EnteredCall => Some(State::Syscall(m)),
                _ => None,
            },
            (Some(State::Syscall(on)), What::LeftCall(back)) if on == m => match back {
                Return::Without => Some(State::Runnable),
                Return::Same | Return::Another => Some(State::Running(m)),
            },
            _ => None,
        };
        tally.holds(Rule::States, after.is_some(), || {
            let before = before.map_or("is not there".to_owned(), |state| format!("is {state:?}"));
            format!("G{id} {before} before")
        })?;
        if let Some(after) = after {
            self.tasks.insert(id, after);
        }
        Ok(())
    }

    /// What the M has after the G's change of state.
    fn change_task(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        let (task, p) = (event.task, event.processor);
        let (m, machine) = self.machine(event);
        match event.what {
            What::Started { .. } => {
                let free = machine.task.is_none() && machine.processor.is_some();
                machine.task = task;
                let same = machine.processor == p;
                tally.holds(Rule::Owners, free && same, || {
                    format!("M{m} has no P for it, or another G")
                })
            }
            What::Parked(_) | What::Yielded | What::Preempted | What::Ended => {
                machine.task = None;
                Ok(())
            }
            What::EnteredCall => {
                let taken = machine.processor.take();
                machine.left = taken;
                if let Some(p) = taken {
                    self.processors.insert(p, Owner::Kernel(m));
                }
                tally.holds(Rule::Owners, taken.is_some(), || format!("M{m} has no P"))
            }
            What::LeftCall(back) => self.comes_back(event, back, tally),
            _ => Ok(()),
        }
    }

    fn comes_back(&mut self, event: &Event, back: Return, tally: &mut Tally) -> Verdict {
        let idle = self.idle();
        let owner = event.processor.map(|p| self.owner(p));
        let (m, machine) = self.machine(event);
        let left = machine.left.take();
        match back {
            Return::Same => {
                machine.processor = event.processor;
                if let Some(p) = event.processor {
                    self.processors.insert(p, Owner::Machine(m));
                }
                let own = left == event.processor && matches!(owner, Some(Owner::Kernel(_)));
                tally.holds(Rule::ExitSyscall, own, || {
                    format!("M{m} has left P {left:?}, and this one is {owner:?}")
                })
            }
            Return::Another => {
                let has = machine.processor.is_some();
                tally.holds(Rule::ExitSyscall, has, || format!("M{m} has no P"))
            }
            Return::Without => {
                machine.task = None;
                let none = machine.processor.is_none() && idle == 0;
                tally.holds(Rule::ExitSyscall, none, || format!("{idle} Ps are idle"))
            }
        }
    }

    fn wakes(&mut self, event: &Event, machine: usize, tally: &mut Tally) -> Verdict {
        let p = event.processor.unwrap_or(usize::MAX);
        let owner = self.owner(p);
        let free = matches!(owner, Owner::Idle | Owner::Nobody);
        self.processors.insert(p, Owner::Given(machine));
        let known = self.machines.entry(machine).or_insert(Machine {
            asleep: true,
            ..Machine::default()
        });
        let asleep = std::mem::take(&mut known.asleep);
        tally.holds(Rule::Owners, free && asleep, || {
            format!(
                "the P is {owner:?}, M{machine} {}",
                if asleep { "asleep" } else { "awake" }
            )
        })
    }

    /// A P goes from a state that allows it to another without an M.
    fn change_owner(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        let p = event.processor.unwrap_or(usize::MAX);
        let owner = self.owner(p);
        let (rule, legal, after) = match event.what {
            What::Retook => {
                let kernel = matches!(owner, Owner::Kernel(_));
                (Rule::HandOff, kernel, Owner::Nobody)
            }
            What::Idle => {
                let free = matches!(owner, Owner::Nobody | Owner::Dead);
                (Rule::Owners, free, Owner::Idle)
            }
            _ => {
                let free = matches!(owner, Owner::Nobody | Owner::Idle);
                (Rule::Owners, free, Owner::Dead)
            }
        };
        self.processors.insert(p, after);
        tally.holds(rule, legal, || format!("P{p} is {owner:?}"))
    }

    fn gets(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        let p = event.processor.unwrap_or(usize::MAX);
        let owner = self.owner(p);
        let (m, machine) = self.machine(event);
        let free = match owner {
            Owner::Idle | Owner::Nobody => true,
            Owner::Given(to) => to == m,
            Owner::Dead | Owner::Machine(_) | Owner::Kernel(_) => false,
        };
        let had = machine.processor.replace(p);
        self.processors.insert(p, Owner::Machine(m));
        tally.holds(Rule::Owners, free && had.is_none(), || {
            format!("P{p} is {owner:?}, and M{m} has {had:?}")
        })
    }

    fn lets_go(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        let p = event.processor;
        let (m, machine) = self.machine(event);
        let had = machine.processor.take();
        let busy = machine.task;
        if let Some(p) = had {
            self.processors.insert(p, Owner::Nobody);
        }
        tally.holds(
            Rule::Owners,
            had == p && had.is_some() && busy.is_none(),
            || format!("M{m} has P {had:?} and runs {busy:?}"),
        )
    }
}
