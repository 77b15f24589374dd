//! `signals send`: to processes, groups and names.

use std::process::ExitCode;
use std::time::Duration;

use nix::unistd::Pid;
use signals::send::{self, Match, Message, Process, SendError, find};
use signals::signal::Signal;
use signals::timeout::parse_duration;

use super::complain;

/// Send a signal to processes, groups, or all of a name.
///
/// 0 sends nothing and asks whether they are there. With --timeout what has not ended after SECS
/// is sent KILL; on Linux a process is held on to, so that its number cannot be another's by then.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Send {
    /// The numbers are of process groups
    #[arg(short, long, conflicts_with_all = ["value", "timeout", "wait"])]
    group: bool,

    /// All whose command has exactly this name
    #[arg(short, long, value_name = "NAME")]
    name: Vec<String>,

    /// All in whose command line this text occurs
    #[arg(short = 'f', long, value_name = "TEXT")]
    full: Vec<String>,

    /// Wait for their end, and send KILL to what is still there after SECS
    #[arg(short, long, value_name = "SECS", value_parser = parse_duration)]
    timeout: Option<Duration>,

    /// A number to be sent along (Linux)
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with_all = ["timeout"])]
    value: Option<i32>,

    /// Wait until they have ended
    #[arg(short, long)]
    wait: bool,

    /// A name or number, with or without SIG; 0 only asks
    #[arg(value_name = "SIG")]
    signal: Message,

    /// Whom
    #[arg(value_name = "PID", required_unless_present_any = ["name", "full"])]
    pids: Vec<i32>,
}

const EXAMPLES: &str = "\
Examples:
  signals send HUP 4711
  signals send TERM --timeout 10 --name nginx     KILL for those that are left after 10 s
  signals send INT --group 4711
  signals send RTMIN+1 --value 42 4711
  signals send 0 4711 && echo it is there

The status is 1 when one of them could not be sent to.";

impl Send {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let numbers = self.pids.iter().copied().map(Pid::from_raw);
        let by_name = self.name.iter().map(|name| (name, Match::Name(name)));
        let by_text = self
            .full
            .iter()
            .map(|text| (text, Match::CommandLine(text)));
        let mut all_well = true;
        let mut targets: Vec<Pid> = numbers.collect();
        for (word, what) in by_name.chain(by_text) {
            let found = find(what);
            if found.is_empty() {
                complain(format_args!("{word}: no such process"));
                all_well = false;
            }
            targets.extend(found);
        }
        targets.sort_unstable();
        targets.dedup();
        for error in self.send_to(&targets) {
            complain(error);
            all_well = false;
        }
        Ok(match all_well {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }

    /// Gives what went wrong.
    fn send_to(&self, targets: &[Pid]) -> Vec<SendError> {
        let Some(hold) = self.waits_for_the_end() else {
            let sent = targets.iter().map(|pid| self.send_one(*pid));
            return sent.filter_map(Result::err).collect();
        };
        // All are told first, and at once: their times of grace run side by side.
        std::thread::scope(|scope| {
            let threads: Vec<_> = targets
                .iter()
                .map(|pid| scope.spawn(move || self.send_and_wait(*pid, hold)))
                .collect();
            let ends = threads.into_iter().filter_map(|thread| thread.join().ok());
            ends.filter_map(Result::err).collect()
        })
    }

    /// How long until KILL, if it waits at all; `MAX` for never.
    fn waits_for_the_end(&self) -> Option<Duration> {
        self.timeout.or(self.wait.then_some(Duration::MAX))
    }

    fn send_one(&self, pid: Pid) -> Result<(), SendError> {
        match (self.value, self.signal, self.group) {
            (Some(value), Message::Signal(signal), _) => send::queue(pid, signal, value),
            (_, message, true) => send::to_group(pid, message),
            (_, message, false) => send::to_process(pid, message),
        }
    }

    fn send_and_wait(&self, pid: Pid, grace: Duration) -> Result<(), SendError> {
        let process = Process::open(pid)?;
        match (self.signal, self.timeout) {
            (Message::Signal(signal), Some(_)) => end(&process, signal, grace),
            (_, _) => {
                self.send_one(pid)?;
                process.wait_ended(self.timeout).map(drop)
            }
        }
    }
}

fn end(process: &Process, signal: Signal, grace: Duration) -> Result<(), SendError> {
    let ended = process.escalate(signal, grace)?;
    if ended.by != signal {
        complain(format_args!(
            "process {} needed {} after {grace:?}",
            process.pid(),
            ended.by
        ));
    }
    Ok(())
}
