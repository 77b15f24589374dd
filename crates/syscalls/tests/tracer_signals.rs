//! Signals and job control: the program gets what it would get without a tracer.
#![cfg(target_os = "linux")]
#![allow(
    unsafe_code,
    reason = "a handler is installed, and a signal sent to one thread"
)]

mod tracer_common;

use std::io::{BufRead, BufReader, pipe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::Pid;
use syscalls::event::{Kind, Outcome};
use syscalls::trace::{Command, Ending, Error, Options, Tracer};
use tracer_common::{calls_of, compile, deadline, record, root};

/// Handlers with and without SA_RESTART, while a read waits; a child sends the signals.
const HANDLERS: &str = r#"
    #include <errno.h>
    #include <signal.h>
    #include <string.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    static void handler(int signal) { syscall(SYS_getuid); }
    int main(void) {
        int fds[2]; char byte;
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = handler;
        sigaction(SIGUSR1, &action, 0);
        action.sa_flags = SA_RESTART;
        sigaction(SIGUSR2, &action, 0);
        pipe(fds);
        if (fork() == 0) {
            usleep(100000); kill(getppid(), SIGUSR2);
            usleep(100000); write(fds[1], "x", 1);
            usleep(100000); kill(getppid(), SIGUSR1);
            _exit(0);
        }
        if (read(fds[0], &byte, 1) != 1) return 1;
        if (read(fds[0], &byte, 1) != -1 || errno != EINTR) return 2;
        return 0;
    }"#;

#[test]
fn interrupted_calls_are_repeated_or_fail_as_without_a_tracer() {
    let Some(program) = compile("handlers", HANDLERS) else {
        return;
    };
    let recording = record(&Command::new(&program.path), Options::default());
    assert_eq!(recording.ending, Ending::Exited(0));
    let process = root(&recording);
    let calls: Vec<_> = calls_of(&recording, process).collect();
    let fork = calls
        .iter()
        .rposition(|call| [libc::SYS_clone, libc::SYS_clone3].contains(&(call.number as i64)));
    let waited: Vec<_> = calls[fork.expect("a fork")..]
        .iter()
        .filter(|call| call.number as i64 == libc::SYS_read)
        .map(|call| match &call.outcome {
            Outcome::Value { value, .. } => format!("{value}"),
            other => format!("{other}"),
        })
        .collect();
    let interrupted = "? ERESTARTSYS (To be restarted if SA_RESTART is set)";
    assert_eq!(waited, [interrupted, "1", interrupted]);
    let names: Vec<_> = recording
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Signal { name, info } => Some((name.as_str(), info.as_str())),
            _ => None,
        })
        .collect();
    // The child may have been gone before its parent was.
    assert_eq!((names[0].0, names[1].0), ("SIGUSR2", "SIGUSR1"));
    assert!(names[2..].iter().all(|(name, _)| *name == "SIGCHLD"));
    let sent = "{si_signo=SIGUSR2, si_code=SI_USER, si_pid=";
    assert!(names[0].1.starts_with(sent), "{}", names[0].1);
    // Both handlers ran.
    let handled = calls.iter().filter(|c| c.number as i64 == libc::SYS_getuid);
    assert_eq!(handled.count(), 2);
    let returns = calls
        .iter()
        .filter(|c| c.number as i64 == libc::SYS_rt_sigreturn);
    assert_eq!(returns.count(), 2);
}

#[test]
fn a_stopped_program_goes_on_when_it_is_continued() {
    // At once, so that it is continued before the tracer has left it to job control; and later.
    for pause in [0, 200] {
        let command = Command::new("sh").args(["-c", "kill -STOP $$; exit 8"]);
        let mut tracer = Tracer::spawn(&command, Options::default()).expect("a tracer");
        let _deadline = deadline("a program that stops itself");
        let mut kinds = Vec::new();
        while let Some(event) = tracer.next().expect("an event") {
            if let Kind::Stopped(signal) = &event.kind {
                assert_eq!(signal, "SIGSTOP");
                let pid = Pid::from_raw(event.pid);
                thread::spawn(move || {
                    thread::sleep(Duration::from_millis(pause));
                    kill(pid, Signal::SIGCONT).expect("a signal");
                });
            }
            kinds.push(event.kind);
        }
        let names: Vec<_> = kinds
            .iter()
            .filter_map(|kind| match kind {
                Kind::Signal { name, .. } => Some(name.as_str()),
                Kind::Stopped(_) => Some("stopped"),
                _ => None,
            })
            .collect();
        assert_eq!(names, ["SIGSTOP", "stopped", "SIGCONT"]);
        assert_eq!(tracer.ending(), Some(Ending::Exited(8)));
    }
}

#[test]
fn a_signal_to_the_tracer_interrupts_its_waiting() {
    extern "C" fn handler(_: i32) {}
    let action = SigAction::new(
        SigHandler::Handler(handler),
        SaFlags::empty(),
        SigSet::empty(),
    );
    // SAFETY: the handler does nothing.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.expect("a handler");
    let command = Command::new("sleep").arg("1000");
    let mut tracer = Tracer::spawn(&command, Options::default()).expect("a tracer");
    let _deadline = deadline("an interruption");
    let this = nix::unistd::gettid().as_raw();
    let interrupted = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&interrupted);
    let sender = thread::spawn(move || {
        // Again and again: the tracer may not be waiting yet.
        while !seen.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(20));
            let (process, signal) = (std::process::id(), libc::SIGUSR1);
            // SAFETY: a call of numbers only.
            unsafe { libc::syscall(libc::SYS_tgkill, process, this, signal) };
        }
    });
    let (mut pid, mut events) = (0, 0);
    let error = loop {
        match tracer.next() {
            Ok(event) => {
                pid = event.expect("it runs").pid;
                events += 1;
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Interrupted), "{error}");
    interrupted.store(true, Ordering::Relaxed);
    sender.join().expect("the sender");
    assert!(events > 0);
    // Nothing is broken by it.
    kill(Pid::from_raw(pid), Signal::SIGTERM).expect("a signal");
    loop {
        match tracer.next() {
            Ok(Some(_)) | Err(Error::Interrupted) => {}
            Ok(None) => break,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(tracer.ending(), Some(Ending::Killed(libc::SIGTERM)));
}

#[test]
fn a_signal_from_outside_ends_the_program() {
    let (reader, writer) = pipe().expect("a pipe");
    let command = Command::new("sh")
        .args(["-c", "echo ready; while :; do sleep 100; done"])
        .stdout(writer);
    let mut tracer = Tracer::spawn(&command, Options::default()).expect("a tracer");
    drop(command);
    let _deadline = deadline("the end of sh");
    let mut reader = Some(BufReader::new(reader));
    while let Some(event) = tracer.next().expect("an event") {
        if let Kind::Call(call) = &event.kind
            && call.number as i64 == libc::SYS_write
            && let Some(mut reader) = reader.take()
        {
            let mut line = String::new();
            reader.read_line(&mut line).expect("a line");
            kill(Pid::from_raw(event.pid), Signal::SIGTERM).expect("a signal");
        }
    }
    assert_eq!(tracer.ending(), Some(Ending::Killed(libc::SIGTERM)));
}
