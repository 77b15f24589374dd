//! The trace as Chrome's trace event format, which <https://ui.perfetto.dev> and our own page read.
//!
//! Three "processes" of lanes: the Ps and the Ms, with what ran there, and the tasks, with their states.
//! Regions, user's tasks and timers are asynchronous slices, wakes are arrows. Times are microseconds, with the
//! nanoseconds behind the point.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::timeline::{Outcome, Slice, Span, State, TaskLine, Timeline, Timer};
use super::{Kind, Trace};
use crate::runtime::TaskId;

const PROCESSORS: u64 = 1;
const MACHINES: u64 = 2;
const TASKS: u64 = 3;

impl State {
    /// As it is called in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Runnable => "runnable",
            State::Waiting => "waiting",
            State::Syscall => "syscall",
        }
    }
}

impl Outcome {
    /// As it is called in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Rang => "rang",
            Outcome::Stopped => "stopped",
            Outcome::Pending => "pending",
        }
    }
}

impl Trace {
    /// Writes the trace as Chrome trace JSON, an event a line.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_chrome(&self, out: &mut impl Write) -> io::Result<()> {
        let timeline = self.timeline();
        let other = json!({
            "producer": "concurrency",
            "processors": self.processors,
            "duration": microseconds(timeline.duration),
            "events": self.events.len(),
            "dropped": self.dropped,
            "refused": self.refused,
        });
        write!(
            out,
            "{{\"displayTimeUnit\":\"ns\",\"otherData\":{other},\"traceEvents\":["
        )?;
        let mut separator = "\n";
        for event in events(&timeline, self.processors) {
            write!(out, "{separator}{event}")?;
            separator = ",\n";
        }
        out.write_all(b"\n]}\n")
    }

    /// The same as a text.
    #[must_use]
    pub fn to_chrome(&self) -> String {
        let mut text = Vec::new();
        self.write_chrome(&mut text)
            .expect("memory takes everything");
        String::from_utf8(text).expect("JSON is UTF-8")
    }
}

fn events(timeline: &Timeline, processors: usize) -> impl Iterator<Item = Value> {
    let names = names(timeline, processors);
    names
        .into_iter()
        .chain(timeline.tasks.iter().flat_map(slices))
        .chain(
            timeline
                .regions
                .iter()
                .enumerate()
                .flat_map(|(n, span)| asynchronous(span, "region", format!("r{n}"))),
        )
        .chain(
            timeline
                .jobs
                .iter()
                .flat_map(|span| asynchronous(span, "task", format!("t{}", span.job))),
        )
        .chain(
            timeline
                .timers
                .iter()
                .enumerate()
                .flat_map(|(n, timer)| alarm(timer, format!("m{n}"))),
        )
        .chain(arrows(timeline))
        .chain(instants(timeline))
}

fn names(timeline: &Timeline, processors: usize) -> Vec<Value> {
    let mut names = vec![
        process(PROCESSORS, "Processors (P)"),
        process(MACHINES, "Machines (M)"),
        process(TASKS, "Tasks (G)"),
    ];
    names.extend((0..processors as u64).map(|id| thread(PROCESSORS, id, format!("P{id}"))));
    let machines = timeline.machines.iter().map(|lane| lane.id as u64);
    names.extend(machines.map(|id| thread(MACHINES, id, format!("M{id}"))));
    names.extend(timeline.tasks.iter().map(|task| {
        let mut event = thread(TASKS, task.id.0, task.label());
        event["args"]["place"] = json!(task.place);
        event["args"]["spawner"] = json!(task.spawner.0);
        event
    }));
    names
}

fn process(pid: u64, name: &str) -> Value {
    json!({"ph": "M", "name": "process_name", "pid": pid, "args": {"name": name}})
}

fn thread(pid: u64, tid: u64, name: String) -> Value {
    json!({"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": name}})
}

/// Each slice up to three times: in the lane of its task, of its P, and of its M.
fn slices(task: &TaskLine) -> Vec<Value> {
    let label = task.label();
    let mut events = Vec::new();
    for slice in &task.slices {
        let state = slice.state.name();
        events.push(complete(TASKS, task.id.0, state, task.id, slice));
        if slice.state == State::Running
            && let Some(processor) = slice.processor
        {
            events.push(complete(
                PROCESSORS,
                processor as u64,
                &label,
                task.id,
                slice,
            ));
        }
        if let Some(machine) = slice.machine {
            events.push(complete(MACHINES, machine as u64, &label, task.id, slice));
        }
    }
    events
}

fn complete(pid: u64, tid: u64, name: &str, task: TaskId, slice: &Slice) -> Value {
    let mut arguments = json!({"g": task.0});
    if let Some(processor) = slice.processor {
        arguments["p"] = json!(processor);
    }
    if let Some(machine) = slice.machine {
        arguments["m"] = json!(machine);
    }
    if !slice.reason.is_empty() {
        arguments["reason"] = json!(slice.reason);
    }
    json!({
        "ph": "X", "pid": pid, "tid": tid, "name": name, "cat": slice.state.name(),
        "ts": microseconds(slice.begin), "dur": microseconds(slice.end - slice.begin),
        "args": arguments,
    })
}

fn asynchronous(span: &Span, category: &str, id: String) -> [Value; 2] {
    let event = |phase, time| {
        json!({
            "ph": phase, "pid": TASKS, "tid": span.task.0, "name": span.name, "cat": category, "id": id,
            "ts": microseconds(time),
            "args": {"g": span.task.0, "task": span.job, "depth": span.depth},
        })
    };
    [event("b", span.begin), event("e", span.end)]
}

fn alarm(timer: &Timer, id: String) -> [Value; 2] {
    let event = |phase, time| {
        json!({
            "ph": phase, "pid": TASKS, "tid": timer.task.0, "name": "timer", "cat": "timer", "id": id,
            "ts": microseconds(time),
            "args": {"g": timer.task.0, "due": microseconds(timer.due), "outcome": timer.outcome.name()},
        })
    };
    [event("b", timer.begin), event("e", timer.end)]
}

fn arrows(timeline: &Timeline) -> impl Iterator<Item = Value> {
    timeline.wakes.iter().enumerate().flat_map(|(id, wake)| {
        let event = |phase, (time, processor): (u64, usize)| {
            json!({
                "ph": phase, "pid": PROCESSORS, "tid": processor, "name": "wake", "cat": "wake", "id": id,
                "bp": "e", "ts": microseconds(time), "args": {"g": wake.task.0},
            })
        };
        [event("s", wake.from), event("f", wake.to)]
    })
}

fn instants(timeline: &Timeline) -> impl Iterator<Item = Value> {
    timeline.instants.iter().map(|instant| {
        let name = match instant.kind {
            Kind::Steal => "steal",
            Kind::Retake => "retake",
            Kind::HandOff => "hand-off",
            Kind::Preempt => "preempt",
            Kind::TimerFire => "timer",
            _ => "log",
        };
        let (pid, tid) = match instant.processor {
            Some(processor) => (PROCESSORS, processor as u64),
            None => (TASKS, instant.task.0),
        };
        json!({
            "ph": "i", "s": "t", "pid": pid, "tid": tid, "name": name, "cat": "event",
            "ts": microseconds(instant.time),
            "args": {"g": instant.task.0, "text": instant.text},
        })
    })
}

fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1000.0
}
