//! The race detector against a search: random programs on real threads, which take their turns as a schedule
//! says; the detector has to find the races that a search through the graph of all events finds.

mod common;
mod schedule;

use std::cell::Cell;
use std::sync::{Arc, Mutex, mpsc};

use common::{DEADLINE, cases};
use concurrency::race::report::Kind;
use concurrency::race::{self, Atomic, JoinHandle, Report, RwLock, Tracked, WaitGroup};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use schedule::{CAPACITY, FirstRace, LOCKS, Schedule, Step, THREADS, VARIABLES};

const NAMES: [&str; VARIABLES] = ["a", "b", "c"];

/// All that the threads share, for the detector and beside it.
struct World {
    variables: [Tracked<u32>; VARIABLES],
    locks: [race::Mutex<()>; LOCKS],
    rwlock: RwLock<()>,
    buffered: (race::Sender<()>, race::Receiver<()>),
    meeting: (race::Sender<()>, race::Receiver<()>),
    atomic: Atomic,
    group: WaitGroup,
    /// The threads' ends and what they are told to do: std's, which order nothing for the detector.
    workers: Mutex<[Option<Worker>; THREADS]>,
    answers: Mutex<mpsc::Sender<()>>,
}

struct Worker {
    handle: JoinHandle<()>,
    orders: mpsc::Sender<Order>,
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Make(Step),
    /// The other half of a step of another thread.
    Meet,
}

/// What a thread has locked.
struct Hands<'a> {
    world: &'a Arc<World>,
    locks: [Option<race::MutexGuard<'a, ()>>; LOCKS],
    reading: Option<race::ReadGuard<'a, ()>>,
    writing: Option<race::WriteGuard<'a, ()>>,
}

impl<'a> Hands<'a> {
    fn new(world: &'a Arc<World>) -> Self {
        Hands {
            world,
            locks: [const { None }; LOCKS],
            reading: None,
            writing: None,
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Make(step) => self.make(step),
            Order::Meet => self.world.meeting.1.recv().expect("it is open"),
        }
    }

    fn make(&mut self, step: Step) {
        let world = self.world;
        match step {
            Step::Access(variable, Kind::Read) => _ = world.variables[variable].get(),
            Step::Access(variable, Kind::Write) => world.variables[variable].set(1),
            Step::Lock(lock) => self.locks[lock] = Some(world.locks[lock].lock()),
            Step::Unlock(lock) => self.locks[lock] = None,
            Step::BeginReading => self.reading = Some(world.rwlock.read()),
            Step::EndReading => self.reading = None,
            Step::BeginWriting => self.writing = Some(world.rwlock.write()),
            Step::EndWriting => self.writing = None,
            Step::Send => world.buffered.0.send(()).expect("it is open"),
            Step::Receive => world.buffered.1.recv().expect("it is open"),
            Step::MeetTo(_) => world.meeting.0.send(()).expect("it is open"),
            Step::Store => world.atomic.store(1),
            Step::Load => _ = world.atomic.load(),
            Step::FetchAdd => _ = world.atomic.fetch_add(1),
            Step::Add => world.group.add(1),
            Step::Done => world.group.done(),
            Step::Wait => world.group.wait(),
            Step::Spawn(child) => world.workers.lock().unwrap()[child] = Some(start(world)),
            Step::Join(other) => {
                let worker = world.workers.lock().unwrap()[other].take();
                let Worker { handle, orders } = worker.expect("it was started");
                drop(orders);
                handle.join().expect("it does not panic");
            }
        }
    }
}

fn start(world: &Arc<World>) -> Worker {
    let (orders, received) = mpsc::channel();
    let world = Arc::clone(world);
    let handle = race::spawn(move || {
        let answers = world.answers.lock().unwrap().clone();
        let mut hands = Hands::new(&world);
        for order in received {
            hands.obey(order);
            answers.send(()).expect("somebody waits for it");
        }
    });
    Worker { handle, orders }
}

/// Runs the schedule; the calling thread is the first of the program's threads, and tells the others.
fn play(schedule: &Schedule) -> Vec<Report> {
    let (answers, answered) = mpsc::channel();
    let checked = race::check(|| {
        let world = Arc::new(World {
            variables: NAMES.map(|name| Tracked::new(name, 0)),
            locks: Default::default(),
            rwlock: RwLock::default(),
            buffered: race::channel(CAPACITY),
            meeting: race::channel(0),
            atomic: Atomic::new(0),
            group: WaitGroup::new(),
            workers: Mutex::default(),
            answers: Mutex::new(answers),
        });
        let mut mine = Hands::new(&world);
        for &(thread, step) in &schedule.steps {
            let mut orders = vec![(thread, Order::Make(step))];
            if let Step::MeetTo(other) = step {
                orders.push((other, Order::Meet));
            }
            let (here, there): (Vec<_>, Vec<_>) =
                orders.into_iter().partition(|&(thread, _)| thread == 0);
            for (thread, order) in &there {
                let workers = world.workers.lock().unwrap();
                let worker = workers[*thread].as_ref().expect("it was started");
                worker.orders.send(*order).expect("it listens");
            }
            for (_, order) in here {
                mine.obey(order);
            }
            for _ in there {
                let answer = answered.recv_timeout(DEADLINE);
                answer.unwrap_or_else(|_| panic!("waiting for {thread} to {step:?}"));
            }
        }
        drop(mine);
        let rest = std::mem::take(&mut *world.workers.lock().unwrap());
        for Worker { handle, orders } in rest.into_iter().flatten() {
            drop(orders);
            handle.join().expect("it does not panic");
        }
    });
    checked.races
}

fn compare(schedule: &Schedule, found: &[Report]) -> Result<(), TestCaseError> {
    let expected = schedule.first_races();
    for (variable, name) in NAMES.into_iter().enumerate() {
        let expected = expected.iter().find(|race| race.variable == variable);
        let found = found.iter().find(|report| report.variable == name);
        match (expected, found) {
            (None, None) => {}
            (
                Some(FirstRace {
                    kind, thread, with, ..
                }),
                Some(report),
            ) => {
                let Report {
                    current, previous, ..
                } = report;
                prop_assert_eq!((current.kind, current.strand.number), (*kind, *thread));
                prop_assert!(with.contains(&(previous.kind, previous.strand.number)));
            }
            _ => prop_assert!(false, "{name}: expected {expected:?}, found {found:?}"),
        }
    }
    Ok(())
}

#[test]
fn the_detector_finds_what_a_search_finds() {
    let (racy, clean) = (Cell::new(0), Cell::new(0));
    let choices = prop::collection::vec(any::<(u8, u8, u8)>(), 1..80);
    let outcome = TestRunner::new(cases(256)).run(&choices, |choices| {
        let schedule = Schedule::draw(&choices);
        let count = match schedule.first_races().len() {
            0 => &clean,
            _ => &racy,
        };
        count.set(count.get() + 1);
        compare(&schedule, &play(&schedule))
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let (racy, clean) = (racy.get(), clean.get());
    assert!(
        racy.min(clean) > 20,
        "{racy} programs with races, {clean} without"
    );
}
