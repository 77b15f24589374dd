//! Sources, streams and contexts against the kernel. Each case runs in a process of its own: this program,
//! started again with the name of the case. There is no harness.
//!
//! Sound: fork is called in a process that has one thread, and the child ends by `_exit`; tokio is given a
//! descriptor that stays as it is.
#![allow(unsafe_code)]

mod common;

use std::env;
use std::error::Error;
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use nix::libc;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork, getpid};
use signals::action::{self, Disposition};
use signals::context::{Cause, NotifyContext, Second};
use signals::send::{raise, to_process};
use signals::set::SignalSet;
use signals::signal::{Origin, Signal};
use signals::source::{Signals, SourceError};
use signals::stream::{Incoming, SignalStream};

type Outcome = Result<(), Box<dyn Error>>;

const LONG: Duration = Duration::from_secs(60);

type Case = (&'static str, fn() -> Outcome);

const CASES: &[Case] = &[
    ("nothing is lost when the pipe is full", nothing_is_lost),
    ("a waiting reader counts a storm from two threads", a_storm),
    ("the same signal in two sources goes to both", both_get_it),
    (
        "there is room for eight sources, and dispositions come back",
        room_for_eight,
    ),
    ("what cannot be waited for is refused", refused),
    (
        "a forked child does not write to its parent's pipe",
        fork_safe,
    ),
    ("sources come and go under fire", come_and_go),
    ("errno is as it was after a handler", errno_is_kept),
    (
        "a signalfd tells who sent it, and the mask comes back",
        signalfd,
    ),
    ("waiting for a blocked signal takes it", sigwait),
    ("an iterator waits until another thread sends", iterator),
    (
        "a stream works on tokio, and a source in its AsyncFd",
        on_tokio,
    ),
    ("a context tells its children, once", context_tree),
    ("a context's time is up, and a child's not later", deadlines),
    ("the second signal ends the process", second_kills),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [word, name] = &arguments[..]
        && word == "case"
    {
        return run_case(name);
    }
    // Arguments of the harness: a filter, or a request for a list.
    if arguments.iter().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let chosen = |name: &str| {
        arguments
            .iter()
            .all(|word| word.starts_with('-') || name.contains(word))
    };
    let failed: Vec<&str> = CASES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| chosen(name) && !passes(name))
        .collect();
    match failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => {
            eprintln!("failed: {failed:?}");
            ExitCode::FAILURE
        }
    }
}

fn passes(name: &str) -> bool {
    let this = env::current_exe().expect("this program has a path");
    let mut child = Command::new(this)
        .args(["case", name])
        .stdin(Stdio::null())
        .spawn()
        .expect("this program starts");
    // Killed, with a panic, when it does not end.
    let passed = common::wait(&mut child).success();
    println!("{name}: {}", if passed { "ok" } else { "FAILED" });
    passed
}

fn run_case(name: &str) -> ExitCode {
    let case = CASES.iter().find(|(candidate, _)| *candidate == name);
    let (_, case) = case.expect("a case of this name");
    match case() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn nothing_is_lost() -> Outcome {
    const COUNT: usize = 20_000;
    let mut signals = Signals::new([Signal::USR1])?;
    for _ in 0..COUNT {
        raise(Signal::USR1)?;
    }
    let batch = signals.batch(None)?;
    assert_eq!(batch.len(), COUNT);
    assert!(batch.iter().all(|one| one.signal == Signal::USR1));
    assert!(batch.iter().any(|one| one.origin == Origin::Unknown));
    assert!(signals.try_batch()?.is_empty());
    Ok(())
}

fn a_storm() -> Outcome {
    const EACH: usize = 30_000;
    let mut signals = Signals::new([Signal::USR1, Signal::USR2])?;
    let threads = [Signal::USR1, Signal::USR2]
        .map(|signal| thread::spawn(move || (0..EACH).try_for_each(|_| raise(signal)).is_ok()));
    let mut counts = [0; 2];
    let end = Instant::now() + LONG;
    while counts != [EACH; 2] && Instant::now() < end {
        for one in signals.batch(Some(LONG))? {
            counts[usize::from(one.signal == Signal::USR2)] += 1;
        }
    }
    assert_eq!(counts, [EACH; 2]);
    assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
    Ok(())
}

fn both_get_it() -> Outcome {
    let mut one = Signals::new([Signal::USR1])?;
    let mut both = Signals::new([Signal::USR1, Signal::USR2])?;
    raise(Signal::USR1)?;
    raise(Signal::USR2)?;
    assert_eq!(one.batch(None)?.len(), 1);
    assert_eq!(both.batch(None)?.len(), 2);
    drop(one);
    raise(Signal::USR1)?;
    assert_eq!(both.batch(None)?.len(), 1);
    Ok(())
}

fn room_for_eight() -> Outcome {
    action::set(Signal::USR1, Disposition::Ignore)?;
    let mut sources = Vec::new();
    for _ in 0..8 {
        sources.push(Signals::new([Signal::USR1])?);
    }
    assert!(matches!(
        Signals::new([Signal::USR2, Signal::USR1]),
        Err(SourceError::TooMany(Signal::USR1))
    ));
    // What was begun before the refusal is undone.
    assert!(action::query(Signal::USR2)?.is_default());
    sources.pop();
    sources.push(Signals::new([Signal::USR1])?);
    drop(sources);
    assert!(action::query(Signal::USR1)?.is_ignore());
    Ok(())
}

fn refused() -> Outcome {
    assert!(matches!(
        Signals::new([Signal::SEGV]),
        Err(SourceError::Fault(_))
    ));
    assert!(matches!(
        Signals::new([Signal::STOP]),
        Err(SourceError::Action(_))
    ));
    assert!(action::set(Signal::KILL, Disposition::Default).is_err());
    Ok(())
}

fn fork_safe() -> Outcome {
    let mut signals = Signals::new([Signal::USR1])?;
    // SAFETY: this process has one thread, and the child calls nothing but raise and _exit.
    match unsafe { fork() }? {
        ForkResult::Child => {
            let sent = raise(Signal::USR1).is_ok();
            // SAFETY: ends the child without a word to anybody.
            unsafe { libc::_exit(i32::from(!sent)) }
        }
        ForkResult::Parent { child } => {
            assert_eq!(waitpid(child, None)?, WaitStatus::Exited(child, 0));
            assert!(signals.try_batch()?.is_empty());
            Ok(())
        }
    }
}

fn come_and_go() -> Outcome {
    let _stays = action::catch(Signal::USR1)?;
    let (stop, stopped) = mpsc::channel::<()>();
    let fire = thread::spawn(move || {
        while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {
            let _ = to_process(getpid(), Signal::USR1);
        }
    });
    for _ in 0..300 {
        let mut signals = Signals::new([Signal::USR1])?;
        assert!(!signals.batch(Some(LONG))?.is_empty());
    }
    drop(stop);
    fire.join().map_err(|_| "the thread has panicked")?;
    Ok(())
}

fn errno_is_kept() -> Outcome {
    use nix::errno::Errno;
    let signals = Signals::new([Signal::USR1])?;
    // Past the pipe's room, so that the handler's write fails.
    for _ in 0..5_000 {
        Errno::ENOTTY.set();
        raise(Signal::USR1)?;
        assert_eq!(Errno::last(), Errno::ENOTTY);
    }
    drop(signals);
    Ok(())
}

fn signalfd() -> Outcome {
    if cfg!(not(target_os = "linux")) {
        assert!(matches!(
            Signals::with_signalfd([Signal::USR1]),
            Err(SourceError::Unsupported)
        ));
        return Ok(());
    }
    let mut signals = Signals::with_signalfd([Signal::USR1])?;
    assert!(SignalSet::current().contains(Signal::USR1));
    to_process(getpid(), Signal::USR1)?;
    to_process(getpid(), Signal::USR1)?;
    let batch = signals.batch(None)?;
    assert_eq!((batch.len(), batch[0].pid), (1, Some(getpid())));
    assert!(signals.batch(Some(Duration::from_millis(20)))?.is_empty());
    drop(signals);
    assert!(!SignalSet::current().contains(Signal::USR1));
    Ok(())
}

fn sigwait() -> Outcome {
    let set = SignalSet::from_iter([Signal::USR1, Signal::USR2]);
    let _mask = set.block()?;
    let start = Instant::now();
    assert_eq!(set.wait_timeout(Duration::from_millis(30))?, None);
    assert!(start.elapsed() >= Duration::from_millis(30));
    raise(Signal::USR2)?;
    assert_eq!(set.wait()?.signal, Signal::USR2);
    raise(Signal::USR1)?;
    assert_eq!(
        set.wait_timeout(LONG)?.map(|one| one.signal),
        Some(Signal::USR1)
    );
    assert!(SignalSet::pending().is_empty());
    Ok(())
}

fn iterator() -> Outcome {
    let mut incoming = Incoming::new([Signal::USR1])?;
    assert_eq!(incoming.next_timeout(Duration::ZERO)?, None);
    let sender = thread::spawn(|| to_process(getpid(), Signal::USR1).is_ok());
    let received = incoming.next().ok_or("no signal")??;
    assert_eq!(received.signal, Signal::USR1);
    assert!(sender.join().unwrap());
    Ok(())
}

fn on_tokio() -> Outcome {
    use futures_core::Stream;
    use std::future::poll_fn;
    use std::pin::Pin;
    use tokio::io::unix::AsyncFd;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut stream = SignalStream::new([Signal::USR1])?;
        let mut next = async || {
            let next = poll_fn(|context| Pin::new(&mut stream).poll_next(context));
            tokio::time::timeout(LONG, next).await
        };
        for _ in 0..100 {
            to_process(getpid(), Signal::USR1)?;
            assert_eq!(next().await?.map(|one| one.signal), Some(Signal::USR1));
        }
        drop(stream);
        assert!(action::query(Signal::USR1)?.is_default());

        let signals = Signals::new([Signal::USR2])?;
        // SAFETY: the source owns its descriptor and keeps the same one until it is dropped.
        let mut source = unsafe { AsyncFd::register(signals) }?;
        to_process(getpid(), Signal::USR2)?;
        let mut ready = tokio::time::timeout(LONG, source.readable_mut()).await??;
        assert_eq!(ready.get_inner_mut().try_batch()?.len(), 1);
        Ok(())
    })
}

fn context_tree() -> Outcome {
    let context = NotifyContext::new(&[Signal::TERM])?;
    let (child, grandchild) = (context.child(), context.child().child());
    let other = context.child();
    other.cancel();
    assert_eq!(other.cause(), Some(Cause::Cancelled));
    assert!(!context.is_done() && !child.is_done());
    let waits = grandchild.clone();
    let waiter = thread::spawn(move || waits.wait());
    raise(Signal::TERM)?;
    let Cause::Signal(received) = waiter.join().map_err(|_| "panicked")? else {
        return Err("not by the signal".into());
    };
    assert_eq!(received.signal, Signal::TERM);
    assert_eq!(child.cause(), Some(Cause::Signal(received)));
    // The first cause stays, and the second signal is swallowed.
    context.cancel();
    raise(Signal::TERM)?;
    assert_eq!(context.cause(), Some(Cause::Signal(received)));
    assert_eq!(other.cause(), Some(Cause::Cancelled));
    assert_eq!(context.child().cause(), Some(Cause::Signal(received)));
    drop((context, child, grandchild, other));
    assert!(action::query(Signal::TERM)?.is_default());
    Ok(())
}

fn deadlines() -> Outcome {
    let context = NotifyContext::background();
    let start = Instant::now();
    let short = context.child_with_timeout(Duration::from_millis(40));
    let long = short.child_with_timeout(LONG);
    assert_eq!(short.wait_timeout(Duration::from_millis(5)), None);
    assert_eq!(long.wait(), Cause::Deadline);
    assert!(start.elapsed() >= Duration::from_millis(40));
    assert_eq!(short.cause(), Some(Cause::Deadline));
    assert!(!context.is_done());
    Ok(())
}

fn second_kills() -> Outcome {
    if env::var_os("SECOND").is_none() {
        use std::os::unix::process::ExitStatusExt;
        let status = Command::new(env::current_exe()?)
            .args(["case", "the second signal ends the process"])
            .env("SECOND", "")
            .status()?;
        assert_eq!(status.signal(), Some(Signal::TERM.number()));
        return Ok(());
    }
    let context = NotifyContext::with(&[Signal::TERM], Second::TakesItsUsualWay)?;
    raise(Signal::TERM)?;
    context.wait();
    raise(Signal::TERM)?;
    Err("still here".into())
}
