//! `jobs`, `fg`, `bg`.

use nix::sys::signal::{Signal, kill};

use super::{misused, options, print};
use crate::exec::{Flow, Shell};
use crate::jobs::State;
use crate::syntax::ast::Bytes;

pub(super) fn jobs(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"lp")?;
    let with_pids = given.letters.contains(&b'l');
    let only_pids = given.letters.contains(&b'p');
    if !shell.jobs.are_parents() {
        shell.reap();
    }
    let mut status = 0;
    for number in chosen(shell, given.operands)? {
        let Some(job) = shell.jobs.get(number) else {
            continue;
        };
        let line = if only_pids {
            let leader = job
                .group
                .or(job.processes.first().map(|process| process.pid));
            leader.map_or_else(String::new, |pid| pid.to_string())
        } else {
            shell.jobs.line(job, with_pids)
        };
        status |= print(shell, line + "\n");
        if !only_pids {
            shell.jobs.tell(number);
        }
    }
    Ok(status)
}

fn chosen(shell: &Shell, operands: &[Bytes]) -> Result<Vec<usize>, Flow> {
    if operands.is_empty() {
        return Ok(shell.jobs.iter().map(|job| job.number).collect());
    }
    operands
        .iter()
        .map(|operand| find(shell, b"jobs", operand))
        .collect()
}

fn find(shell: &Shell, name: &[u8], operand: &[u8]) -> Result<usize, Flow> {
    shell.jobs.find(operand).map_err(|error| {
        shell.complain([name, b": ", operand, b": ", error.to_string().as_bytes()].concat());
        Flow::Error(1)
    })
}

/// The job that the operand, or its absence, names.
fn wanted(shell: &mut Shell, name: &[u8], operand: Option<&Bytes>) -> Result<usize, Flow> {
    if !shell.has_job_control() {
        return Err(misused(shell, name, "there is no job control"));
    }
    shell.reap();
    find(shell, name, operand.map_or(b"%+", |operand| &operand[..]))
}

/// Into the foreground: it gets the terminal and goes on, and the shell waits for it.
pub(super) fn fg(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"")?;
    let number = wanted(shell, b"fg", given.operands.first())?;
    let Some(job) = shell.jobs.take(number) else {
        return Ok(1);
    };
    let status = print(shell, format!("{}\n", job.text));
    if job.state().has_ended() {
        return Ok(job.state().status());
    }
    Ok(shell.bring_to_foreground(job).max(status))
}

/// In the background: it goes on, and the shell does not wait.
pub(super) fn bg(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"")?;
    let none: [Option<&Bytes>; 1] = [None];
    let operands: Vec<_> = given.operands.iter().map(Some).collect();
    let operands = if operands.is_empty() {
        &none[..]
    } else {
        &operands
    };
    for operand in operands {
        let number = wanted(shell, b"bg", *operand)?;
        let (targets, text) = match shell.jobs.get_mut(number) {
            Some(job) if !job.state().has_ended() => {
                job.goes_on();
                (job.targets(), format!("[{number}] {}\n", job.text))
            }
            _ => {
                shell.complain("bg: the job has ended");
                return Ok(1);
            }
        };
        print(shell, text);
        for target in &targets {
            let _ = kill(*target, Signal::SIGCONT);
        }
        shell.jobs.put_last(number);
        shell.background = shell.jobs.get(number).and_then(|job| {
            let mut running = job
                .processes
                .iter()
                .filter(|one| one.state == State::Running);
            running.next_back().map(|process| process.pid)
        });
    }
    Ok(0)
}
