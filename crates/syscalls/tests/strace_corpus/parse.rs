//! A trace file of strace or of ours, as the calls of each process.

use std::collections::HashMap;
use std::process::ExitStatus;

/// What a command did: the calls of each task, and how the tracer ended.
pub(crate) struct Trace {
    /// In the order of creation along the tree: the root, its first child, …
    tasks: Vec<Task>,
    status: ExitStatus,
}

struct Task {
    /// `0.2.1`: the first child of the second child of the root.
    key: String,
    lines: Vec<String>,
}

/// Calls whose result is a number of this run alone.
const VARYING: &[&str] = &[
    "getpid",
    "gettid",
    "getppid",
    "set_tid_address",
    "time",
    "times",
];

/// Calls whose number in a run depends on who was faster: how often a lock is contended, and how many
/// children ended before one SIGCHLD was served.
const BY_CHANCE: &[&str] = &["futex", "rt_sigreturn"];

/// Reads the lines of a file written with `-f -o`.
pub(crate) fn parse(text: &str, status: ExitStatus) -> Trace {
    let mut tasks: Vec<(u32, Vec<String>)> = Vec::new();
    for line in text.lines() {
        let (pid, rest) = line
            .split_once(' ')
            .unwrap_or_else(|| panic!("no process number: {line}"));
        let pid = pid
            .parse()
            .unwrap_or_else(|_| panic!("no process number: {line}"));
        if !tasks.iter().any(|(known, _)| *known == pid) {
            tasks.push((pid, Vec::new()));
        }
        let task = tasks.iter_mut().find(|(known, _)| *known == pid);
        task.expect("it is known now")
            .1
            .push(rest.trim_start().to_owned());
    }
    let tasks: Vec<_> = tasks
        .into_iter()
        .map(|(pid, lines)| (pid, join(lines)))
        .collect();
    let keys = keys(&tasks);
    let mut tasks: Vec<_> = tasks
        .into_iter()
        .map(|(pid, lines)| Task {
            key: keys
                .get(&pid)
                .cloned()
                .unwrap_or_else(|| format!("unknown {pid}")),
            lines: lines
                .iter()
                .filter_map(|line| normal(line, &keys))
                .collect(),
        })
        .collect();
    tasks.sort_by(|a, b| a.key.cmp(&b.key));
    Trace { tasks, status }
}

/// Puts the two halves of an interrupted line together again.
fn join(lines: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut pending: Option<usize> = None;
    for line in lines {
        if let Some(start) = line.strip_suffix("<unfinished ...>") {
            pending = Some(joined.len());
            joined.push(start.to_owned());
        } else if line.starts_with("<... ")
            && let Some((_, rest)) = line.split_once(" resumed>")
        {
            match pending.take() {
                Some(index) => joined[index].push_str(rest),
                None => joined.push(line.clone()),
            }
        } else {
            joined.push(line);
        }
    }
    joined
}

/// The place of each process in the tree, from the results of the calls that make processes.
fn keys(tasks: &[(u32, Vec<String>)]) -> HashMap<u32, String> {
    let mut keys = HashMap::new();
    let Some((root, _)) = tasks.first() else {
        return keys;
    };
    keys.insert(*root, "0".to_owned());
    let mut queue = vec![*root];
    while let Some(parent) = queue.pop() {
        let lines = tasks
            .iter()
            .find(|(pid, _)| *pid == parent)
            .map(|(_, lines)| lines);
        let mut count = 0;
        for line in lines.into_iter().flatten() {
            let name = line.split('(').next().unwrap_or_default();
            if !["clone", "clone3", "fork", "vfork"].contains(&name) {
                continue;
            }
            if let Some(child) = result(line).and_then(|result| result.parse().ok()) {
                count += 1;
                keys.insert(child, format!("{}.{count}", keys[&parent]));
                queue.push(child);
            }
        }
    }
    keys
}

/// What stands behind the `=`, without notes.
fn result(line: &str) -> Option<&str> {
    let (_, result) = line.rsplit_once(" = ")?;
    result.split(' ').next()
}

/// Name and result of a line, without what differs from run to run.
fn normal(line: &str, keys: &HashMap<u32, String>) -> Option<String> {
    if line.starts_with("+++ superseded") {
        return Some("superseded".to_owned());
    }
    if line.starts_with("+++") {
        return Some(line.to_owned());
    }
    if let Some(signal) = line.strip_prefix("--- ") {
        let signal = signal.split(' ').next().unwrap_or_default();
        // It comes when the child ends, wherever the parent is at that time.
        return (signal != "SIGCHLD").then(|| signal.to_owned());
    }
    let name = line.split('(').next().unwrap_or_default();
    if BY_CHANCE.contains(&name) {
        return None;
    }
    let (_, whole) = line.rsplit_once(" = ").unwrap_or((line, "none"));
    let word = result(line).unwrap_or("none");
    let answer = if word == "-1" || word == "?" {
        whole.split(" (").next().unwrap_or_default().to_owned()
    } else if VARYING.contains(&name) || word.starts_with("0x") {
        "varies".to_owned()
    } else {
        let is_task = word.parse().is_ok_and(|pid: u32| keys.contains_key(&pid));
        if is_task { "a task" } else { word }.to_owned()
    };
    Some(format!("{name} = {answer}"))
}

impl Trace {
    /// Says where this trace (strace's) and another (ours) part.
    pub(crate) fn differs_from(&self, ours: &Self) -> Result<(), String> {
        if self.status != ours.status {
            return Err(format!(
                "strace ended with {}, ours with {}",
                self.status, ours.status
            ));
        }
        let keys = |trace: &Self| {
            trace
                .tasks
                .iter()
                .map(|t| t.key.clone())
                .collect::<Vec<_>>()
        };
        if keys(self) != keys(ours) {
            return Err(format!(
                "tasks: strace {:?}, ours {:?}",
                keys(self),
                keys(ours)
            ));
        }
        for (theirs, ours) in self.tasks.iter().zip(&ours.tasks) {
            theirs.differs_from(ours)?;
        }
        Ok(())
    }
}

impl Task {
    fn differs_from(&self, ours: &Self) -> Result<(), String> {
        if self.lines == ours.lines {
            return Ok(());
        }
        let common = self
            .lines
            .iter()
            .zip(&ours.lines)
            .take_while(|(a, b)| a == b)
            .count();
        let around = |lines: &[String]| {
            let from = common.saturating_sub(3);
            lines[from..lines.len().min(common + 3)].join("\n      ")
        };
        Err(format!(
            "  task {}: {} lines against our {}, which part at line {common}\n    strace:\n      {}\n    ours:\n      {}\n",
            self.key,
            self.lines.len(),
            ours.lines.len(),
            around(&self.lines),
            around(&ours.lines)
        ))
    }
}
