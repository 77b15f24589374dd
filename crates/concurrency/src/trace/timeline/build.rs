//! Event by event from a trace to its [`Timeline`].
//!
//! The delicate moment: a task may be woken, and even start on another M, before the M that it has
//! left gets to say that it stopped. So a `Ready` of a task that runs is remembered until its stop, a start
//! ends whatever was before, and a stop that comes from another M than the one it runs on is an old one.

use std::collections::{BTreeMap, HashMap};

use super::{Instant, Lane, Outcome, Slice, Span, State, TaskLine, Timeline, Timer, Wake};
use crate::runtime::{Phase, TaskId};
use crate::trace::{Event, Kind, Trace};

/// A task as far as the events have come.
struct Open {
    line: TaskLine,
    /// The slice that is not over; none before the first event and after the last.
    now: Option<Slice>,
    /// It was woken while it ran.
    woken: bool,
    /// Where it was made runnable last.
    readied: Option<(u64, usize)>,
    regions: Vec<usize>,
}

pub(super) struct Builder<'a> {
    trace: &'a Trace,
    tasks: BTreeMap<TaskId, Open>,
    /// Whose turn it is on an M.
    turns: HashMap<usize, TaskId>,
    jobs: HashMap<u64, usize>,
    /// Those that are set, by their numbers.
    timers: HashMap<u64, usize>,
    timeline: Timeline,
}

impl<'a> Builder<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        let mut builder = Builder {
            trace,
            tasks: BTreeMap::new(),
            turns: HashMap::new(),
            jobs: HashMap::new(),
            timers: HashMap::new(),
            timeline: Timeline {
                duration: trace.duration.as_nanos() as u64,
                ..Timeline::default()
            },
        };
        for &(id, words, phase) in &trace.before {
            builder.describe(id, words);
            let state = match phase {
                Phase::Running => State::Running,
                Phase::Runnable => State::Runnable,
                Phase::Waiting | Phase::Dead => State::Waiting,
            };
            builder.enter(id, 0, state, None, String::new());
        }
        builder
    }

    pub(super) fn add(&mut self, event: &Event) {
        let (id, time) = (event.task, event.time);
        match event.kind {
            Kind::Create => self.create(event),
            Kind::Ready => self.ready(event),
            Kind::Start => self.start(event),
            Kind::Stop if self.open(id).woken => self.stop(event, State::Runnable),
            Kind::Stop => self.stop(event, State::Waiting),
            Kind::Yield => self.stop(event, State::Runnable),
            Kind::Preempt => {
                self.stop(event, State::Runnable);
                self.instant(event, String::new());
            }
            Kind::End => self.end(event),
            Kind::SyscallEnter => self.enter(id, time, State::Syscall, Some(event), String::new()),
            Kind::SyscallExit if event.argument == 1 => {
                self.enter(id, time, State::Running, Some(event), String::new());
            }
            Kind::SyscallExit => self.enter(id, time, State::Runnable, None, String::new()),
            Kind::ProcessorStart => self.processor_start(event),
            Kind::ProcessorStop => {}
            Kind::Steal | Kind::Retake | Kind::HandOff => {
                self.instant(event, format!("P{}", event.argument));
            }
            Kind::TimerSet => self.timer_set(event),
            Kind::TimerFire => {
                self.timer_over(event, Outcome::Rang);
                self.instant(event, format!("timer {}", event.argument));
            }
            Kind::TimerStop => self.timer_over(event, Outcome::Stopped),
            Kind::TaskBegin => self.job_begin(event),
            Kind::TaskEnd => self.job_end(event),
            Kind::RegionBegin => self.region_begin(event),
            Kind::RegionEnd => {
                if let Some(index) = self.open(id).regions.pop() {
                    self.timeline.regions[index].end = time;
                }
            }
            Kind::Log => {
                let text = self.trace.text(event.argument >> 48).to_owned();
                self.instant(event, text);
            }
        }
    }

    fn open(&mut self, id: TaskId) -> &mut Open {
        self.tasks.entry(id).or_insert_with(|| Open {
            line: TaskLine {
                id,
                name: String::new(),
                place: String::new(),
                spawner: TaskId(0),
                slices: Vec::new(),
            },
            now: None,
            woken: false,
            readied: None,
            regions: Vec::new(),
        })
    }

    fn describe(&mut self, id: TaskId, words: u64) {
        let name = self.trace.text(words & 0xffff).to_owned();
        let place = self.trace.text(words >> 16).to_owned();
        let line = &mut self.open(id).line;
        (line.name, line.place) = (name, place);
    }

    /// One state is over, another begins.
    fn enter(&mut self, id: TaskId, time: u64, state: State, on: Option<&Event>, reason: String) {
        let open = self.open(id);
        open.close(time);
        open.woken = false;
        open.now = Some(Slice {
            begin: time,
            end: time,
            state,
            processor: on.and_then(|event| event.processor),
            machine: on.and_then(|event| event.machine),
            reason,
        });
        if let Some(machine) = on.and_then(|event| event.machine) {
            self.turns.insert(machine, id);
        }
    }

    fn create(&mut self, event: &Event) {
        self.describe(event.task, event.argument >> 32);
        self.open(event.task).line.spawner = TaskId(event.argument & u64::from(u32::MAX));
        self.ready(event);
    }

    fn ready(&mut self, event: &Event) {
        let open = self.open(event.task);
        open.readied = event.processor.map(|processor| (event.time, processor));
        if open
            .now
            .as_ref()
            .is_some_and(|now| now.state == State::Running)
        {
            open.woken = true;
        } else {
            self.enter(event.task, event.time, State::Runnable, None, String::new());
        }
    }

    fn start(&mut self, event: &Event) {
        let from = self.open(event.task).readied.take();
        self.enter(
            event.task,
            event.time,
            State::Running,
            Some(event),
            String::new(),
        );
        if let (Some(from), Some(processor)) = (from, event.processor) {
            let to = (event.time, processor);
            self.timeline.wakes.push(Wake {
                task: event.task,
                from,
                to,
            });
        }
    }

    fn stop(&mut self, event: &Event, state: State) {
        let now = self.open(event.task).now.as_ref();
        if now.is_some_and(|now| now.machine.is_some() && now.machine != event.machine) {
            return;
        }
        let reason = self.trace.text(event.argument).to_owned();
        self.enter(event.task, event.time, state, None, reason);
    }

    fn end(&mut self, event: &Event) {
        let open = self.open(event.task);
        open.close(event.time);
        for index in std::mem::take(&mut open.regions) {
            self.timeline.regions[index].end = event.time;
        }
    }

    /// Its M's own task may have waited for it, after a blocking call.
    fn processor_start(&mut self, event: &Event) {
        let turn = event.machine.and_then(|machine| self.turns.get(&machine));
        let Some(&id) = turn else {
            return;
        };
        let waits = |now: &Slice| now.state == State::Runnable && now.machine.is_none();
        let open = self.open(id);
        // One that yielded is runnable too, but in a queue: it will have a start of its own.
        let was_in_call = open
            .line
            .slices
            .last()
            .is_some_and(|last| last.state == State::Syscall && last.machine == event.machine);
        if was_in_call && open.now.as_ref().is_some_and(waits) {
            self.enter(id, event.time, State::Running, Some(event), String::new());
        }
    }

    fn timer_set(&mut self, event: &Event) {
        let (number, microseconds) = (event.argument & u64::from(u32::MAX), event.argument >> 32);
        self.timers.insert(number, self.timeline.timers.len());
        self.timeline.timers.push(Timer {
            task: event.task,
            begin: event.time,
            due: event.time + 1000 * microseconds,
            end: self.timeline.duration,
            outcome: Outcome::Pending,
        });
    }

    fn timer_over(&mut self, event: &Event, outcome: Outcome) {
        if let Some(index) = self.timers.remove(&event.argument) {
            let timer = &mut self.timeline.timers[index];
            (timer.end, timer.outcome) = (event.time, outcome);
        }
    }

    fn job_begin(&mut self, event: &Event) {
        let (name, job) = (event.argument >> 48, event.argument & ((1 << 48) - 1));
        self.jobs.insert(job, self.timeline.jobs.len());
        let span = self.span(event, name, job, 0);
        self.timeline.jobs.push(span);
    }

    fn job_end(&mut self, event: &Event) {
        let job = event.argument & ((1 << 48) - 1);
        if let Some(&index) = self.jobs.get(&job) {
            self.timeline.jobs[index].end = event.time;
        }
    }

    fn region_begin(&mut self, event: &Event) {
        let (name, job) = (event.argument >> 48, event.argument & ((1 << 48) - 1));
        let index = self.timeline.regions.len();
        let open = self.open(event.task);
        let depth = open.regions.len();
        open.regions.push(index);
        let span = self.span(event, name, job, depth);
        self.timeline.regions.push(span);
    }

    fn span(&self, event: &Event, name: u64, job: u64, depth: usize) -> Span {
        Span {
            name: self.trace.text(name).to_owned(),
            begin: event.time,
            end: self.timeline.duration,
            task: event.task,
            job,
            depth,
        }
    }

    fn instant(&mut self, event: &Event, text: String) {
        self.timeline.instants.push(Instant {
            time: event.time,
            kind: event.kind,
            task: event.task,
            processor: event.processor,
            text,
        });
    }

    pub(super) fn finish(mut self) -> Timeline {
        let end = self.timeline.duration;
        self.tasks.values_mut().for_each(|open| open.close(end));
        let tasks: Vec<TaskLine> = self.tasks.into_values().map(|open| open.line).collect();
        self.timeline.processors = lanes(&tasks, |slice| {
            slice.processor.filter(|_| slice.state == State::Running)
        });
        self.timeline.machines = lanes(&tasks, |slice| slice.machine);
        self.timeline.tasks = tasks;
        self.timeline
    }
}

impl Open {
    fn close(&mut self, time: u64) {
        if let Some(mut now) = self.now.take() {
            now.end = time.max(now.begin);
            self.line.slices.push(now);
        }
    }
}

fn lanes(tasks: &[TaskLine], lane_of: impl Fn(&Slice) -> Option<usize>) -> Vec<Lane> {
    let mut lanes: BTreeMap<usize, Vec<(u64, u64, TaskId, usize)>> = BTreeMap::new();
    for task in tasks {
        for (index, slice) in task.slices.iter().enumerate() {
            if let Some(lane) = lane_of(slice) {
                let entry = (slice.begin, slice.end, task.id, index);
                lanes.entry(lane).or_default().push(entry);
            }
        }
    }
    let lane = |(id, mut slices): (usize, Vec<(u64, u64, TaskId, usize)>)| {
        slices.sort_unstable();
        Lane {
            id,
            busy: slices.iter().map(|(begin, end, ..)| end - begin).sum(),
            slices: slices
                .into_iter()
                .map(|(_, _, task, index)| (task, index))
                .collect(),
        }
    };
    lanes.into_iter().map(lane).collect()
}
