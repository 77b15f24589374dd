//! `trap` and `kill`: signals to this shell, and from it.

use std::rc::Rc;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill as send};
use nix::unistd::Pid;

use super::{misused, print};
use crate::exec::traps::{self, Action};
use crate::exec::{Flow, Shell, signal};
use crate::expand::quote;
use crate::jobs::State;
use crate::syntax::ast::Bytes;

pub(super) fn trap(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let listing = arguments.get(1).is_some_and(|first| first == b"-p");
    let operands = match &arguments[1..] {
        [first, rest @ ..] if first == b"-p" || first == b"--" => rest,
        operands => operands,
    };
    match operands {
        [] if listing => Ok(list_all(shell)),
        [] => Ok(list(shell)),
        conditions if listing => Ok(list_some(shell, conditions)),
        // A number first: all operands are conditions, and go back to what they were.
        [first, ..] if super::number(first).is_some() => Ok(set(shell, None, operands)),
        [action, conditions @ ..] => {
            let action = match &action[..] {
                b"-" => None,
                b"" => Some(Action::Ignore),
                text => Some(Action::Run(Rc::from(text))),
            };
            if conditions.is_empty() {
                return Err(misused(shell, b"trap", "a signal is missing"));
            }
            Ok(set(shell, action, conditions))
        }
    }
}

fn set(shell: &mut Shell, action: Option<Action>, conditions: &[Bytes]) -> i32 {
    let mut status = 0;
    for condition in conditions {
        match signal::number(condition) {
            Some(number) => shell.set_trap(number, action.clone()),
            None => status = unknown(shell, b"trap", condition),
        }
    }
    status
}

fn unknown(shell: &Shell, name: &[u8], condition: &[u8]) -> i32 {
    shell.complain([name, b": ", condition, b": no such signal"].concat());
    1
}

fn list(shell: &Shell) -> i32 {
    let lines = shell
        .traps
        .listed()
        .map(|(number, action)| line(number, Some(action)));
    print(shell, lines.collect::<Vec<_>>().concat())
}

fn list_all(shell: &Shell) -> i32 {
    let numbers = std::iter::once(traps::EXIT).chain(signal::all());
    list_numbers(shell, numbers)
}

fn list_some(shell: &Shell, conditions: &[Bytes]) -> i32 {
    let mut numbers = Vec::new();
    for condition in conditions {
        match signal::number(condition) {
            Some(number) => numbers.push(number),
            None => return unknown(shell, b"trap", condition),
        }
    }
    list_numbers(shell, numbers.into_iter())
}

fn list_numbers(shell: &Shell, numbers: impl Iterator<Item = i32>) -> i32 {
    let action_of = |number| {
        let mut listed = shell.traps.listed();
        listed
            .find(|(other, _)| *other == number)
            .map(|(_, action)| action)
    };
    let lines = numbers.map(|number| line(number, action_of(number)));
    print(shell, lines.collect::<Vec<_>>().concat())
}

/// So that the shell can read it back.
fn line(number: i32, action: Option<&Action>) -> Bytes {
    let action = match action {
        None => b"-".to_vec(),
        Some(Action::Ignore) => b"''".to_vec(),
        Some(Action::Run(text)) => quote(text).into_owned(),
    };
    let name = match number {
        traps::EXIT => "EXIT".to_owned(),
        _ => signal::name(number).unwrap_or_else(|| number.to_string()),
    };
    [b"trap -- ", &action[..], b" ", name.as_bytes(), b"\n"].concat()
}

pub(super) fn kill(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let (number, operands) = match &arguments[1..] {
        [first, rest @ ..] if first == b"-l" || first == b"-L" => return Ok(names(shell, rest)),
        [first, name, rest @ ..] if first == b"-s" || first == b"-n" => {
            (signal_of(shell, name)?, rest)
        }
        [first, rest @ ..]
            if first.starts_with(b"-s") && first.len() > 2 && is_name(&first[2..]) =>
        {
            (signal_of(shell, &first[2..])?, rest)
        }
        [first, rest @ ..] if first == b"--" => (nix::libc::SIGTERM, rest),
        [first, rest @ ..] if first.starts_with(b"-") && first.len() > 1 => {
            (signal_of(shell, &first[1..])?, rest)
        }
        rest => (nix::libc::SIGTERM, rest),
    };
    let operands = match operands {
        [first, rest @ ..] if first == b"--" => rest,
        operands => operands,
    };
    if operands.is_empty() {
        return Err(misused(
            shell,
            b"kill",
            "whom? a process or a job is missing",
        ));
    }
    let failures = operands
        .iter()
        .filter(|operand| !reach(shell, operand, number));
    Ok(i32::from(failures.count() > 0))
}

fn is_name(text: &[u8]) -> bool {
    signal::number(text).is_some()
}

fn signal_of(shell: &Shell, name: &[u8]) -> Result<i32, Flow> {
    signal::number(name).ok_or_else(|| {
        unknown(shell, b"kill", name);
        Flow::Error(1)
    })
}

/// Sends to one operand; false after a complaint.
fn reach(shell: &mut Shell, operand: &[u8], number: i32) -> bool {
    let complain = |shell: &Shell, message: &str| {
        shell.complain([b"kill: ", operand, b": ", message.as_bytes()].concat());
        false
    };
    let targets = if operand.starts_with(b"%") {
        match shell.jobs.find(operand) {
            Ok(job) => job_targets(shell, job, number),
            Err(error) => return complain(shell, &error.to_string()),
        }
    } else {
        let text = str::from_utf8(operand).ok();
        match text.and_then(|text| text.parse().ok()) {
            Some(pid) => vec![Pid::from_raw(pid)],
            None => return complain(shell, "not a process number"),
        }
    };
    for target in targets {
        if let Err(error) = send_number(target, number) {
            return complain(shell, error.desc());
        }
    }
    true
}

/// A stopped job that is to end has to go on for that.
fn job_targets(shell: &Shell, number: usize, signal: i32) -> Vec<Pid> {
    let Some(job) = shell.jobs.get(number) else {
        return Vec::new();
    };
    let targets = job.targets();
    let ends = [nix::libc::SIGTERM, nix::libc::SIGHUP].contains(&signal);
    if ends && matches!(job.state(), State::Stopped(_)) {
        for target in &targets {
            let _ = send_number(*target, signal);
            let _ = send(*target, Signal::SIGCONT);
        }
        return Vec::new();
    }
    targets
}

/// Any number, real-time signals and 0 among them.
fn send_number(target: Pid, number: i32) -> Result<(), Errno> {
    match Signal::try_from(number) {
        Ok(signal) => send(target, signal),
        Err(_) if number == 0 => send(target, None),
        Err(_) => signal::send(target, number),
    }
}

/// `kill -l`: all names, or the names of numbers and statuses.
fn names(shell: &Shell, operands: &[Bytes]) -> i32 {
    if operands.is_empty() {
        let names: Vec<_> = signal::all().filter_map(signal::name).collect();
        return print(shell, names.join(" ") + "\n");
    }
    let mut status = 0;
    for operand in operands {
        let number =
            super::number(operand).map(|number| if number > 128 { number - 128 } else { number });
        let text = match number {
            Some(number) => signal::name(number),
            None => signal::number(operand).map(|number| number.to_string()),
        };
        status |= match text {
            Some(text) => print(shell, text + "\n"),
            None => unknown(shell, b"kill", operand),
        };
    }
    status
}
