//! Modes that are restored at every end, seen from the other side of a pseudo-terminal; and the filter for
//! what is meant for terminals.

mod common;

use std::env;
use std::io::{self, Read, Write};
use std::panic;

use common::cases;
use nix::sys::signal::{Signal, raise};
use nix::sys::termios::{InputFlags, LocalFlags, OutputFlags, Termios, tcgetattr};
use process::exit::Status;
use process::pty::{Pty, Session, Strip};
use process::spawn::Spawn;
use process::terminal::{self, Mode, Size};
use proptest::prelude::*;

/// Starts `in_a_terminal` below in one, with what it is to do.
fn start(act: &str) -> Session {
    start_in(Pty::open(Size::default()).expect("a pty"), act)
}

fn start_in(pty: Pty, act: &str) -> Session {
    let mut program = Spawn::new(env::current_exe().expect("this program"));
    program
        .args(["--exact", "in_a_terminal", "--nocapture"])
        .env("ACT", act);
    pty.spawn(&program).expect("it starts")
}

fn settings(session: &Session) -> Termios {
    tcgetattr(&session.controller).expect("a terminal")
}

#[track_caller]
fn until(session: &mut Session, text: &str) {
    let mut seen = String::new();
    while !seen.contains(text) {
        let mut bytes = [0; 512];
        let count = session.controller.read(&mut bytes).unwrap_or(0);
        assert!(count > 0, "ended without {text:?}: {seen:?}");
        seen += &String::from_utf8_lossy(&bytes[..count]);
    }
}

/// Types the key that the child waits for, and gives its end.
#[track_caller]
fn key(session: &mut Session) -> Status {
    session.controller.write_all(b"k").expect("typed");
    let mut rest = Vec::new();
    let _ = session.controller.read_to_end(&mut rest);
    session.child.wait().expect("our child")
}

/// The child's part. Each waits for one key in its mode, which only comes at once without lines.
#[test]
fn in_a_terminal() {
    let Some(act) = env::var_os("ACT") else {
        return;
    };
    let act = act.to_str().expect("text").to_owned();
    let terminal = terminal::name(io::stdin()).expect("a terminal");
    let terminal = std::fs::File::options()
        .read(true)
        .write(true)
        .open(terminal)
        .expect("ours");
    let before = tcgetattr(&terminal).expect("a terminal");
    let body = || {
        let take = if act == "cbreak" {
            Mode::cbreak
        } else {
            Mode::raw
        };
        let _mode = take(&terminal).expect("a mode");
        println!("taken");
        io::stdin().read_exact(&mut [0]).expect("a key");
        match act.as_str() {
            "panic" => panic!("on purpose"),
            "signal" => raise(Signal::SIGTERM).expect("a signal"),
            "nested" => drop(Mode::cbreak(&terminal).expect("a mode")),
            _ => {}
        }
        if act == "nested" {
            raise(Signal::SIGHUP).expect("a signal");
        }
    };
    assert_eq!(panic::catch_unwind(body).is_err(), act == "panic");
    assert_eq!(tcgetattr(&terminal).expect("a terminal"), before);
}

#[test]
fn raw_mode_passes_everything_and_is_restored() {
    let mut session = start("raw");
    until(&mut session, "taken");
    let raw = settings(&session);
    let local = LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG | LocalFlags::IEXTEN;
    assert!(!raw.local_flags.intersects(local));
    assert!(
        !raw.input_flags
            .intersects(InputFlags::ICRNL | InputFlags::IXON)
    );
    assert!(!raw.output_flags.contains(OutputFlags::OPOST));
    assert_eq!(key(&mut session), Status::Exited(0));
}

#[test]
fn cbreak_keeps_signals_and_output() {
    let mut session = start("cbreak");
    until(&mut session, "taken");
    let settings = settings(&session);
    assert!(
        !settings
            .local_flags
            .intersects(LocalFlags::ECHO | LocalFlags::ICANON)
    );
    assert!(settings.local_flags.contains(LocalFlags::ISIG));
    assert!(settings.output_flags.contains(OutputFlags::OPOST));
    assert_eq!(key(&mut session), Status::Exited(0));
}

#[test]
fn a_panic_restores_it() {
    let mut session = start("panic");
    until(&mut session, "taken");
    assert_eq!(key(&mut session), Status::Exited(0));
}

/// The child cannot look after its own end: a second holder of the terminal does.
#[test]
fn a_signal_restores_it_and_still_ends_the_program() {
    for (act, signal) in [("signal", Signal::SIGTERM), ("nested", Signal::SIGHUP)] {
        let pty = Pty::open(Size::default()).expect("a pty");
        let name = pty.name().expect("a terminal");
        let before = tcgetattr(pty.terminal()).expect("a terminal");
        let mut session = start_in(pty, act);
        let flags = nix::fcntl::OFlag::O_RDWR | nix::fcntl::OFlag::O_NOCTTY;
        let holder = nix::fcntl::open(&name, flags, nix::sys::stat::Mode::empty()).expect("held");
        until(&mut session, "taken");
        assert_ne!(tcgetattr(&holder), Ok(before.clone()));
        session.controller.write_all(b"k").expect("typed");
        let ended = session.child.wait().expect("our child");
        assert_eq!(ended.shell_code(), 128 + signal as i32, "{act}");
        assert_eq!(tcgetattr(&holder), Ok(before), "{act}");
    }
}

#[test]
fn what_is_no_terminal_has_no_mode_and_no_size() {
    let null = std::fs::File::open("/dev/null").expect("a file");
    assert!(!terminal::is_terminal(&null));
    assert_eq!(Mode::raw(&null).err(), Some(nix::errno::Errno::ENOTTY));
    assert!(terminal::size(&null).is_err());
    assert!(terminal::name(&null).is_err());
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_filter_does_not_care_where_output_is_cut(
        bytes in prop::collection::vec(prop_oneof![Just(0x1b_u8), Just(b'['), Just(b']'), Just(7), any::<u8>()], 0..200),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut whole = bytes.clone();
        Strip::new().retain_text(&mut whole);
        let (left, right) = bytes.split_at(cut.index(bytes.len() + 1));
        let (mut left, mut right) = (left.to_vec(), right.to_vec());
        let mut strip = Strip::new();
        strip.retain_text(&mut left);
        strip.retain_text(&mut right);
        prop_assert_eq!([left, right].concat(), whole.clone());
        prop_assert!(!whole.contains(&0x1b));
    }

    #[test]
    fn a_filter_leaves_plain_text_alone(text in "[^\\x1b]*") {
        let mut bytes = text.clone().into_bytes();
        Strip::new().retain_text(&mut bytes);
        prop_assert_eq!(bytes, text.into_bytes());
    }

    #[test]
    fn a_size_is_read_as_it_is_written(rows: u16, columns: u16, junk in ".*") {
        let size = Size { rows, columns };
        prop_assert_eq!(size.to_string().parse(), Ok(size));
        let _ = junk.parse::<Size>();
    }
}
