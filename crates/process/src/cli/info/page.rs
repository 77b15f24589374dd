//! What is on the page. What may not be read is left out and named at its end.

mod json;
mod text;

use std::path::PathBuf;

use process::environment::Environment;
use process::id::{Names, Pid};
use process::limits::Limits;
use process::table::{Descriptor, Error, Fields, InputOutput, Namespace, Process, System, Table};

#[derive(Debug)]
pub(crate) struct Page {
    process: Process,
    /// The parent, its parent, …
    ancestors: Vec<Process>,
    system: System,
    names: Names,
    threads: Vec<(Pid, String)>,
    program: Option<PathBuf>,
    directory: Option<PathBuf>,
    descriptors: Option<Vec<Descriptor>>,
    limits: Option<Limits>,
    namespaces: Option<Vec<Namespace>>,
    control_group: Option<String>,
    traffic: Option<InputOutput>,
    environment: Option<Environment>,
    /// What could not be read.
    missing: Vec<String>,
}

const FIELDS: [Fields; 3] = [Fields::OWNER, Fields::STATUS, Fields::COMMAND_LINE];

impl Page {
    pub(crate) fn read(table: &mut Table, pid: Pid, environment: bool) -> Result<Page, Error> {
        let fields = FIELDS
            .into_iter()
            .fold(Fields::WAIT_CHANNEL, |all, one| all | one);
        let mut ancestors = table.ancestors(pid, fields)?;
        let process = ancestors.remove(0);
        let mut missing = Vec::new();
        let mut page = Page {
            system: table.system()?,
            names: Names::default(),
            threads: threads(table, pid),
            program: note(&mut missing, table.executable(pid)),
            directory: note(&mut missing, table.working_directory(pid)),
            descriptors: note(&mut missing, table.descriptors(pid)),
            limits: note(&mut missing, table.limits(pid)),
            namespaces: note(&mut missing, table.namespaces(pid)),
            control_group: note(&mut missing, table.control_group(pid)),
            traffic: note(&mut missing, table.input_output(pid)),
            environment: None,
            process,
            ancestors,
            missing: Vec::new(),
        };
        if environment {
            page.environment = note(&mut missing, table.environment(pid));
        }
        page.missing = missing;
        Ok(page)
    }
}

/// Notes what went wrong; what this kernel has none of is no news.
fn note<T>(missing: &mut Vec<String>, outcome: Result<T, Error>) -> Option<T> {
    match outcome {
        Ok(found) => Some(found),
        Err(error @ (Error::Denied { .. } | Error::Failed { .. })) => {
            missing.push(error.to_string());
            None
        }
        Err(_) => None,
    }
}

fn threads(table: &mut Table, pid: Pid) -> Vec<(Pid, String)> {
    let numbers = table.threads(pid).unwrap_or_default();
    let name = |&number: &Pid| {
        let thread = table.thread(pid, number, Fields::NONE).ok()?;
        Some((number, shown(&thread.name)))
    };
    numbers.iter().filter_map(name).collect()
}

/// Harmless on a terminal.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}
