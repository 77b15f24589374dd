//! The page for programs.

use std::path::PathBuf;

use process::environment::{Environment, strings};
use process::limits::Limits;
use process::table::{Descriptor, Process};
use serde_json::{Value, json};

use super::{Page, shown};

impl Page {
    pub(crate) fn to_json(&self) -> Value {
        let process = &self.process;
        let status = process.status.as_deref();
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        json!({
            "pid": process.pid,
            "name": shown(&process.name),
            "arguments": arguments(process),
            "program": path(&self.program),
            "directory": path(&self.directory),
            "state": process.state.letter().to_string(),
            "ancestors": self.ancestors.iter().map(|parent| parent.pid).collect::<Vec<_>>(),
            "group": process.group,
            "session": process.session,
            "terminal": process.terminal.map(|terminal| terminal.to_string()),
            "users": status.and_then(|status| status.users),
            "groups": status.and_then(|status| status.groups),
            "supplementary": status.map(|status| &status.supplementary),
            "age_seconds": self.system.age(process).as_secs_f64(),
            "user_seconds": process.user_time.as_secs_f64(),
            "system_seconds": process.system_time.as_secs_f64(),
            "memory": {
                "resident": status.map_or(process.resident, |status| status.resident),
                "peak": status.map(|status| status.resident_peak),
                "mapped": process.virtual_memory,
                "swapped": status.map(|status| status.swapped),
            },
            "traffic": self.traffic,
            "control_group": self.control_group,
            "threads": self.threads.iter().map(|(number, _)| number).collect::<Vec<_>>(),
            "descriptors": self.descriptors.as_ref().map(|all| descriptors(all)),
            "namespaces": self.namespaces,
            "limits": self.limits.as_ref().map(limits),
            "environment": self.environment.as_ref().map(variables),
            "not_read": self.missing,
        })
    }
}

fn descriptors(all: &[Descriptor]) -> Vec<Value> {
    let one = |open: &Descriptor| {
        json!({
            "number": open.number,
            "kind": open.kind(),
            "target": open.target.display().to_string(),
            "offset": open.offset,
        })
    };
    all.iter().map(one).collect()
}

fn limits(limits: &Limits) -> Value {
    let entries = limits.iter();
    entries
        .map(|(resource, limit)| (resource.name.to_owned(), json!(limit)))
        .collect()
}

fn variables(environment: &Environment) -> Value {
    let pairs = environment.iter();
    pairs
        .map(|(name, value)| (name.to_string_lossy(), value.to_string_lossy()))
        .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
        .collect()
}

fn arguments(process: &Process) -> Vec<String> {
    let words = strings(&process.command_line);
    words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}
