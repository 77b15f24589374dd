//! Which event a wait for input and signals brings, and whether it sleeps until there is one.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! *poll([{fd=$input, events=POLLIN}, {fd=$signals, events=POLLIN}], 2*
//! !*poll(*) = 0 (Timeout)
//! ```

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::unistd::getpid;
use signals::send;
use signals::signal::Signal;
use signals::source::Signals;

use super::exercise::{self, Event};

pub fn main() {
    let (reader, mut writer) = io::pipe().expect("a pipe");
    let mut input = File::from(OwnedFd::from(reader));
    // Before any thread is started, so that all inherit what it changes.
    let mut signals = Signals::new([Signal::USR1, Signal::USR2]).expect("signals as a descriptor");
    let (told, events) = mpsc::channel();
    let (ask, asked) = mpsc::channel();
    thread::spawn(move || {
        while asked.recv().is_ok() {
            let event = exercise::next(&mut input, &mut signals);
            told.send(event).expect("the check listens");
        }
    });
    let next = |what: &str| {
        let event = events.recv_timeout(Duration::from_secs(10));
        event
            .unwrap_or_else(|_| panic!("next has not returned: {what}"))
            .expect(what)
    };

    let nothing = || {
        let early = events.recv_timeout(Duration::from_millis(300));
        assert!(
            early.is_err(),
            "nothing has happened, and next returned {early:?}"
        );
    };

    writer.write_all(b"a line\n").expect("the pipe has room");
    ask.send(()).expect("the thread waits");
    let event = next("the input has bytes");
    assert_eq!(
        event,
        Event::Input(b"a line\n".to_vec()),
        "the input has a line"
    );
    tell(Signal::USR1);
    ask.send(()).expect("the thread waits");
    let event = next("a signal has come");
    assert_eq!(
        event,
        Event::Signals(vec![Signal::USR1]),
        "SIGUSR1 has come before the wait"
    );
    println!("✓ what came before the wait is found");

    ask.send(()).expect("the thread waits");
    nothing();
    tell(Signal::USR2);
    let event = next("a signal comes during the wait");
    assert_eq!(
        event,
        Event::Signals(vec![Signal::USR2]),
        "SIGUSR2 comes during the wait"
    );
    ask.send(()).expect("the thread waits");
    nothing();
    writer.write_all(b"more").expect("the pipe has room");
    let event = next("input comes during the wait");
    assert_eq!(
        event,
        Event::Input(b"more".to_vec()),
        "input comes during the wait"
    );
    println!("✓ what comes during the wait ends it");

    drop(writer);
    ask.send(()).expect("the thread waits");
    let event = next("the input is at its end");
    assert_eq!(event, Event::Input(Vec::new()), "the input is at its end");
    println!("✓ the end of the input is an event too");
}

fn tell(signal: Signal) {
    send::to_process(getpid(), signal).expect("a process may signal itself");
}
