//! The parts of a record as JSON, and back. What does not read as expected is no part.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Happening, Place, Repeated, Run, Step, Trace};

pub(super) fn of_run(run: &Run) -> Value {
    json!({
        "fell": run.fell,
        "output": run.output,
        "milliseconds": run.milliseconds,
        "system": run.system,
        "time": run.time,
    })
}

pub(super) fn run(value: &Value) -> Option<Run> {
    Some(Run {
        fell: value["fell"].as_str().map(str::to_owned),
        output: text(&value["output"])?,
        milliseconds: value["milliseconds"].as_u64()?,
        system: text(&value["system"])?,
        time: value["time"].as_u64()?,
    })
}

pub(super) fn of_trace(trace: &Trace) -> Value {
    let lines = trace.lines.iter();
    let elsewhere = trace.elsewhere.iter();
    json!({
        "filtered": trace.filtered,
        "lines": lines.map(|(line, place)| json!([line, of_place(place)])).collect::<Vec<_>>(),
        "elsewhere": elsewhere.map(|(by, place)| json!([by, of_place(place)])).collect::<Vec<_>>(),
        "steps": trace.steps.iter().map(of_step).collect::<Vec<_>>(),
    })
}

pub(super) fn trace(value: &Value) -> Option<Trace> {
    Some(Trace {
        filtered: value["filtered"].as_bool()?,
        lines: list(&value["lines"], |pair| {
            Some((usize::try_from(pair[0].as_u64()?).ok()?, place(&pair[1])?))
        })?,
        elsewhere: list(&value["elsewhere"], |pair| {
            Some((text(&pair[0])?, place(&pair[1])?))
        })?,
        steps: list(&value["steps"], step)?,
    })
}

pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    list(value, text)
}

fn of_place(place: &Place) -> Value {
    let shown = place.shown.iter();
    json!({
        "shown": shown.map(|call| json!([call.text, call.failed, call.times])).collect::<Vec<_>>(),
        "counted": place.counted,
    })
}

fn place(value: &Value) -> Option<Place> {
    Some(Place {
        shown: list(&value["shown"], |call| {
            Some(Repeated {
                text: text(&call[0])?,
                failed: call[1].as_bool()?,
                times: call[2].as_u64()?,
            })
        })?,
        counted: list(&value["counted"], |pair| {
            Some((text(&pair[0])?, pair[1].as_u64()?))
        })?,
    })
}

const HAPPENINGS: [(Happening, &str); 3] = [
    (Happening::Call, "call"),
    (Happening::Signal, "signal"),
    (Happening::End, "end"),
];

fn of_step(step: &Step) -> Value {
    let name = HAPPENINGS.iter().find(|(what, _)| *what == step.what);
    json!({
        "pid": step.pid,
        "tid": step.tid,
        "start": step.start.as_nanos() as u64,
        "took": step.took.as_nanos() as u64,
        "what": name.map(|(_, name)| name),
        "text": step.text,
    })
}

fn step(value: &Value) -> Option<Step> {
    let name = value["what"].as_str()?;
    Some(Step {
        pid: i32::try_from(value["pid"].as_i64()?).ok()?,
        tid: i32::try_from(value["tid"].as_i64()?).ok()?,
        start: Duration::from_nanos(value["start"].as_u64()?),
        took: Duration::from_nanos(value["took"].as_u64()?),
        what: HAPPENINGS.iter().find(|(_, known)| *known == name)?.0,
        text: text(&value["text"])?,
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn list<T>(value: &Value, read: impl FnMut(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}
