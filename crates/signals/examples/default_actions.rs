//! For each signal the kernel knows what to do if the program does not: five actions in all.
//!
//! One child per signal sends it to itself, and its parent sees what becomes of it. Each child is in a
//! process group of its own: TSTP, TTIN and TTOU do nothing in a group that nobody could wake again.

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use signals::action::{self, Disposition};
use signals::send::{raise, to_process};
use signals::set::SignalSet;
use signals::signal::{DefaultAction, Signal};

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(word) = env::args().nth(1) {
        return child(word.parse()?);
    }
    let mut counts = [0; 4];
    for signal in Signal::all() {
        let observed = observe(signal)?;
        let expected = match signal.default_action() {
            DefaultAction::Terminate | DefaultAction::Core => 0,
            DefaultAction::Ignore => 1,
            DefaultAction::Stop => 2,
            // The child is running, so there is nothing to continue.
            DefaultAction::Continue => 1,
        };
        assert_eq!(observed, expected, "{signal}");
        counts[observed] += 1;
    }
    println!(
        "{} end the child, {} do nothing, {} stop it",
        counts[0], counts[1], counts[2]
    );
    Ok(())
}

fn child(signal: Signal) -> Result<(), Box<dyn Error>> {
    // No image of the memory, please.
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    if signal.can_be_caught() {
        action::set(signal, Disposition::Default)?;
    }
    let _mask = SignalSet::empty().make_mask()?;
    raise(signal)?;
    Ok(())
}

fn observe(signal: Signal) -> Result<usize, Box<dyn Error>> {
    let child = Command::new(env::current_exe()?)
        .arg(signal.number().to_string())
        .process_group(0)
        .spawn()?;
    let pid = Pid::from_raw(child.id() as i32);
    // A real-time signal is no nix::Signal, and comes back as an error: so the raw status of std is
    // read for the end, and waitpid is only asked about a stop.
    if signal.default_action() == DefaultAction::Stop {
        let stopped = waitpid(pid, Some(WaitPidFlag::WUNTRACED))?;
        assert!(matches!(stopped, WaitStatus::Stopped(..)), "{stopped:?}");
        to_process(pid, Signal::CONT)?;
        assert_eq!(waitpid(pid, None)?, WaitStatus::Exited(pid, 0));
        return Ok(2);
    }
    end(child, signal)
}

fn end(mut child: std::process::Child, signal: Signal) -> Result<usize, Box<dyn Error>> {
    use std::os::unix::process::ExitStatusExt;
    let status = child.wait()?;
    match status.signal() {
        Some(number) => {
            assert_eq!(number, signal.number());
            Ok(0)
        }
        None => {
            assert_eq!(status.code(), Some(0));
            Ok(1)
        }
    }
}
