//! `wait`: the statuses of what runs in the background.

use nix::unistd::Pid;

use super::options;
use crate::exec::{Flow, Shell, Waited};
use crate::jobs::State;
use crate::syntax::ast::Bytes;

/// The status for what nobody knows.
const UNKNOWN: i32 = 127;

pub(super) fn wait(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"")?;
    if shell.jobs.are_parents() {
        return Ok(if given.operands.is_empty() {
            0
        } else {
            UNKNOWN
        });
    }
    if given.operands.is_empty() {
        return Ok(wait_for_all(shell));
    }
    let mut status = 0;
    for operand in given.operands {
        status = match wait_for_one(shell, operand) {
            Ended::Status(status) => status,
            Ended::Interrupted(status) => return Ok(status),
        };
    }
    Ok(status)
}

enum Ended {
    Status(i32),
    Interrupted(i32),
}

fn wait_for_all(shell: &mut Shell) -> i32 {
    let waited = shell.wait_until(|shell| {
        let mut states = shell.jobs.iter().map(|job| job.state());
        states.all(|state| state != State::Running)
    });
    if let Waited::Interrupted(signal) = waited {
        return 128 + signal;
    }
    let ended = shell.jobs.iter().filter(|job| job.state().has_ended());
    for number in ended.map(|job| job.number).collect::<Vec<_>>() {
        shell.jobs.remove(number);
    }
    0
}

fn wait_for_one(shell: &mut Shell, operand: &[u8]) -> Ended {
    let job = if operand.starts_with(b"%") {
        shell.jobs.find(operand).ok()
    } else {
        let pid = super::number(operand).map(Pid::from_raw);
        let job = pid.and_then(|pid| shell.jobs.of_process(pid));
        job.map(|job| job.number)
    };
    let Some(number) = job else {
        return Ended::Status(UNKNOWN);
    };
    let waited = shell.wait_until(|shell| {
        let job = shell.jobs.get(number);
        job.is_none_or(|job| job.state() != State::Running)
    });
    match waited {
        Waited::Interrupted(signal) => Ended::Interrupted(128 + signal),
        Waited::NoChildren => Ended::Status(UNKNOWN),
        Waited::Done => Ended::Status(status_of(shell, number)),
    }
}

fn status_of(shell: &mut Shell, number: usize) -> i32 {
    let Some(job) = shell.jobs.get(number) else {
        return UNKNOWN;
    };
    let status = match job.state() {
        State::Stopped(signal) => return 128 + signal,
        _ => shell.status_of(&job.processes),
    };
    shell.jobs.remove(number);
    status
}
