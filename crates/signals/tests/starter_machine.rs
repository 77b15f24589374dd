//! The starter's rules under any order of events: a clock and processes that are only numbers.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use nix::unistd::Pid;
use proptest::prelude::*;
use signals::starter::machine::{Action, Event, Machine, Policy, Why};

const INTERVAL: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy)]
enum Step {
    Tick,
    Hup,
    Term,
    /// One of the workers that live ends, asked or not.
    Die(prop::sample::Index),
    /// The next start finds no program.
    Break,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => Just(Step::Tick),
        4 => Just(Step::Hup),
        3 => any::<prop::sample::Index>().prop_map(Step::Die),
        1 => Just(Step::Break),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let delay = prop_oneof![Just(0), 1_u64..1500];
    let every = prop::option::of(200_u64..3000);
    (delay, every).prop_map(|(delay, every)| Policy {
        interval: INTERVAL,
        kill_old_delay: Duration::from_millis(delay),
        auto_restart: every.map(Duration::from_millis),
    })
}

#[derive(Debug, Default)]
struct Worker {
    began: Duration,
    /// By each reason once at most.
    told: BTreeSet<&'static str>,
}

/// The world that the machine is in, and what must hold of it.
struct World {
    machine: Machine,
    now: Duration,
    workers: BTreeMap<Pid, Worker>,
    last_start: Option<Duration>,
    next_pid: i32,
    /// The next start finds no program.
    broken: bool,
    leaving: bool,
    left: bool,
}

impl World {
    fn new(policy: Policy) -> Self {
        World {
            machine: Machine::new(policy),
            now: Duration::ZERO,
            workers: BTreeMap::new(),
            last_start: None,
            next_pid: 100,
            broken: false,
            leaving: false,
            left: false,
        }
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Tick => self.handle(Event::Tick),
            Step::Hup => self.handle(Event::Hup),
            Step::Term => {
                self.leaving = true;
                self.handle(Event::Term)
            }
            Step::Break => {
                self.broken = true;
                self.handle(Event::Tick)
            }
            Step::Die(which) => {
                let pids: Vec<Pid> = self.workers.keys().copied().collect();
                if pids.is_empty() {
                    return Ok(());
                }
                self.end(*which.get(&pids))
            }
        }
    }

    fn end(&mut self, pid: Pid) -> Result<(), TestCaseError> {
        self.workers.remove(&pid);
        self.handle(Event::Ended(pid, ExitStatus::from_raw(15)))
    }

    fn handle(&mut self, event: Event) -> Result<(), TestCaseError> {
        let mut actions = self.machine.handle(self.now, event);
        while !actions.is_empty() {
            match actions.remove(0) {
                Action::Start { .. } => {
                    let answer = self.start()?;
                    actions.extend(self.machine.handle(self.now, answer));
                }
                Action::Tell(pid, why) => self.tell(pid, why)?,
                Action::Leave => {
                    prop_assert!(self.workers.is_empty(), "children are left behind");
                    prop_assert!(self.leaving && !self.left);
                    self.left = true;
                }
                Action::Status | Action::Note(_) => {}
            }
        }
        let known: BTreeSet<Pid> = self.machine.workers().iter().map(|&(_, pid)| pid).collect();
        prop_assert!(
            known.iter().eq(self.workers.keys()),
            "each child is in the table"
        );
        Ok(())
    }

    fn start(&mut self) -> Result<Event, TestCaseError> {
        prop_assert!(!self.leaving, "nothing starts after TERM");
        let distance = self
            .last_start
            .is_none_or(|last| self.now >= last + INTERVAL);
        prop_assert!(distance, "starts keep their distance");
        self.last_start = Some(self.now);
        if std::mem::take(&mut self.broken) {
            return Ok(Event::NotStarted);
        }
        self.next_pid += 1;
        let pid = Pid::from_raw(self.next_pid);
        let (began, told) = (self.now, BTreeSet::new());
        self.workers.insert(pid, Worker { began, told });
        Ok(Event::Started(pid))
    }

    fn tell(&mut self, pid: Pid, why: Why) -> Result<(), TestCaseError> {
        let reason = match why {
            Why::Replaced => "replaced",
            Why::Leaving => "leaving",
        };
        prop_assert_eq!(why == Why::Leaving, self.leaving);
        let worker = self.workers.get_mut(&pid);
        prop_assert!(
            worker.is_some_and(|worker| worker.told.insert(reason)),
            "told twice, or a stranger"
        );
        if why == Why::Replaced {
            let passed =
                |worker: &Worker| worker.told.is_empty() && self.now >= worker.began + INTERVAL;
            prop_assert!(
                self.workers.values().any(passed),
                "nobody would be left that serves"
            );
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(common::cases(512))]

    #[test]
    fn somebody_serves_until_term_and_nobody_is_left_after_it(
        policy in policy(),
        steps in prop::collection::vec((0_u64..900, step()), 1..80),
    ) {
        let mut world = World::new(policy);
        world.handle(Event::Tick)?;
        for (pause, step) in steps {
            world.now += Duration::from_millis(pause);
            world.take(step)?;
        }
        world.take(Step::Term)?;
        world.take(Step::Hup)?;
        while let Some(&pid) = world.workers.keys().next() {
            prop_assert!(world.workers[&pid].told.contains("leaving"));
            world.end(pid)?;
        }
        prop_assert!(world.left);
    }

    /// Left alone after any history, it comes to rest with one worker, the last generation's.
    #[test]
    fn it_comes_to_rest_with_one_worker(
        mut policy in policy(),
        steps in prop::collection::vec((0_u64..900, step()), 1..40),
    ) {
        policy.auto_restart = None;
        let mut world = World::new(policy);
        world.handle(Event::Tick)?;
        for (pause, step) in steps {
            world.now += Duration::from_millis(pause);
            world.take(step)?;
        }
        // Whoever is told ends; then nothing is due any more.
        for _ in 0..20 {
            if let Some(at) = world.machine.deadline() {
                world.now = world.now.max(at);
                world.take(Step::Tick)?;
            }
            let told: Vec<Pid> =
                world.workers.iter().filter(|(_, worker)| !worker.told.is_empty()).map(|(&pid, _)| pid).collect();
            for pid in told {
                world.end(pid)?;
            }
        }
        prop_assert_eq!(world.machine.deadline(), None);
        prop_assert_eq!(world.workers.len(), 1);
        let newest = world.workers.keys().next().map(|pid| pid.as_raw());
        prop_assert_eq!(newest, Some(world.next_pid));
    }
}
