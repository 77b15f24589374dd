//! Events for programs: one JSON object a line.

use serde_json::{Value, json};

use crate::event::{Call, Event, Frame, Kind, Outcome};

/// The event as an object; `None` for [`Kind::Enter`], as the call that follows it says everything.
///
/// Every object has `time` (seconds since 1970), `pid`, `tid` and `event`, which says what else there
/// is:
///
/// | `event` | members |
/// |---|---|
/// | `call` | `call`, `number`, `arguments` (texts), `result` (a number, -1 after an error; `null` when there is none), `text` (as strace prints the result), `error` (`"ENOENT"` or `null`), `took` (seconds), `stack` |
/// | `signal` | `signal`, `info` |
/// | `stopped` | `signal` |
/// | `exited` | `status` |
/// | `killed` | `signal`, `number`, `core_dumped` |
/// | `superseded` | `by` |
/// | `attached`, `detached` | |
///
/// A level of `stack` has `address`, and `module`, `function`, `file`, `line` or `null` for each, and
/// `inlined`.
#[must_use]
pub fn json(event: &Event) -> Option<Value> {
    let mut object = match &event.kind {
        Kind::Enter(_) => return None,
        Kind::Call(call) => of_call(call),
        Kind::Signal { name, info } => json!({"event": "signal", "signal": name, "info": info}),
        Kind::Stopped(signal) => json!({"event": "stopped", "signal": signal}),
        Kind::Exited(status) => json!({"event": "exited", "status": status}),
        Kind::Killed {
            signal,
            number,
            core_dumped,
        } => json!({
            "event": "killed", "signal": signal, "number": number, "core_dumped": core_dumped,
        }),
        Kind::Superseded { by } => json!({"event": "superseded", "by": by}),
        Kind::Attached => json!({"event": "attached"}),
        Kind::Detached => json!({"event": "detached"}),
    };
    object["time"] = json!(event.time.as_secs_f64());
    object["pid"] = json!(event.pid);
    object["tid"] = json!(event.tid);
    Some(object)
}

fn of_call(call: &Call) -> Value {
    let (result, error) = match &call.outcome {
        Outcome::Value { value, .. } => (json!(value), Value::Null),
        Outcome::Error(errno) => (json!(-1), json!(errno.name())),
        Outcome::Restart(_) | Outcome::Never => (Value::Null, Value::Null),
    };
    json!({
        "event": "call",
        "call": call.name,
        "number": call.number,
        "arguments": call.each_argument().collect::<Vec<_>>(),
        "result": result,
        "text": call.outcome.to_string(),
        "error": error,
        "took": call.took.as_secs_f64(),
        "stack": call.stack.iter().map(of_frame).collect::<Vec<_>>(),
    })
}

fn of_frame(frame: &Frame) -> Value {
    json!({
        "address": frame.address,
        "module": frame.module,
        "function": frame.function,
        "file": frame.file,
        "line": frame.line,
        "inlined": frame.inlined,
    })
}
