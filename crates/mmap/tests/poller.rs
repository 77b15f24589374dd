//! What the poller reports of pipes, sockets and TCP connections, mode by mode.

mod common;

use std::io::{ErrorKind, PipeReader, PipeWriter, Read, Write, pipe};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use common::DEADLINE;
use mmap::poller::{Event, Events, Interest, Mode, Poller, Token, set_nonblocking};
use nix::libc;
use nix::sys::socket::{setsockopt, sockopt};

const ALL: [Mode; 3] = [Mode::Level, Mode::Edge, Mode::OneShot];

/// What is reported without waiting.
#[track_caller]
fn look(poller: &Poller) -> Vec<Event> {
    let mut events = Events::with_capacity(64);
    poller.wait(&mut events, Some(Duration::ZERO)).unwrap();
    assert!(!events.woken());
    events.iter().copied().collect()
}

/// Waits for the one event there is.
#[track_caller]
fn one(poller: &Poller) -> Event {
    let mut events = Events::with_capacity(64);
    poller.wait(&mut events, Some(DEADLINE)).unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
    *events.iter().next().unwrap()
}

fn watched_pipe(mode: Mode) -> (Poller, PipeReader, PipeWriter) {
    let poller = Poller::new().unwrap();
    let (reader, writer) = pipe().unwrap();
    set_nonblocking(&reader, true).unwrap();
    poller
        .add(&reader, Token(7), Interest::READABLE, mode)
        .unwrap();
    (poller, reader, writer)
}

fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

#[test]
fn nothing_is_reported_before_there_is_something() {
    for mode in ALL {
        let (poller, _reader, mut writer) = watched_pipe(mode);
        assert_eq!(look(&poller), []);
        writer.write_all(b"x").unwrap();
        let event = one(&poller);
        assert_eq!(event.token(), Token(7));
        assert!(event.is_readable() && !event.is_writable() && !event.is_peer_closed());
    }
}

#[test]
fn what_is_ready_already_is_reported_after_add() {
    for mode in ALL {
        let (reader, mut writer) = pipe().unwrap();
        writer.write_all(b"x").unwrap();
        let poller = Poller::new().unwrap();
        poller
            .add(&reader, Token(1), Interest::READABLE, mode)
            .unwrap();
        assert!(one(&poller).is_readable(), "{mode:?}");
    }
}

#[test]
fn level_repeats_itself_until_all_is_read() {
    let (poller, mut reader, mut writer) = watched_pipe(Mode::Level);
    writer.write_all(b"ab").unwrap();
    for _ in 0..3 {
        assert!(one(&poller).is_readable());
    }
    reader.read_exact(&mut [0]).unwrap();
    assert!(one(&poller).is_readable(), "one byte is left");
    reader.read_exact(&mut [0]).unwrap();
    assert_eq!(look(&poller), []);
}

#[test]
fn edge_is_silent_about_what_was_left() {
    let (poller, mut reader, mut writer) = watched_pipe(Mode::Edge);
    writer.write_all(b"abc").unwrap();
    assert!(one(&poller).is_readable());
    reader.read_exact(&mut [0]).unwrap();
    assert_eq!(look(&poller), [], "two bytes are left, and not new");
    writer.write_all(b"d").unwrap();
    assert!(one(&poller).is_readable(), "something new has come");
    assert_eq!(reader.read(&mut [0; 8]).unwrap(), 3);
}

#[test]
fn one_shot_fires_once_for_each_modify() {
    let (poller, reader, mut writer) = watched_pipe(Mode::OneShot);
    for round in 0..3 {
        writer.write_all(b"x").unwrap();
        assert!(one(&poller).is_readable());
        writer.write_all(b"y").unwrap();
        assert_eq!(look(&poller), [], "not armed");
        let interest = Interest::READABLE;
        poller
            .modify(&reader, Token(round), interest, Mode::OneShot)
            .unwrap();
        assert_eq!(one(&poller).token(), Token(round));
        poller
            .modify(&reader, Token(7), interest, Mode::OneShot)
            .unwrap();
    }
}

#[test]
fn one_shot_is_of_the_whole_registration() {
    let (socket, mut peer) = UnixStream::pair().unwrap();
    let poller = Poller::new().unwrap();
    let both = Interest::READABLE | Interest::WRITABLE;
    poller.add(&socket, Token(3), both, Mode::OneShot).unwrap();
    let event = one(&poller);
    assert!(event.is_writable() && !event.is_readable());
    peer.write_all(b"x").unwrap();
    assert_eq!(
        look(&poller),
        [],
        "the other direction has not a shot of its own"
    );
    poller
        .modify(&socket, Token(3), both, Mode::OneShot)
        .unwrap();
    let event = one(&poller);
    assert!(
        event.is_writable() && event.is_readable(),
        "one event of both"
    );
    assert_eq!(look(&poller), []);
}

#[test]
fn modify_reports_again_what_is_ready_and_changes_the_mode() {
    let (poller, reader, mut writer) = watched_pipe(Mode::Edge);
    writer.write_all(b"x").unwrap();
    one(&poller);
    assert_eq!(look(&poller), []);
    let interest = Interest::READABLE;
    poller
        .modify(&reader, Token(8), interest, Mode::Edge)
        .unwrap();
    assert_eq!(one(&poller).token(), Token(8));
    assert_eq!(look(&poller), []);
    poller
        .modify(&reader, Token(9), interest, Mode::Level)
        .unwrap();
    for _ in 0..2 {
        assert_eq!(one(&poller).token(), Token(9));
    }
    poller
        .modify(&reader, Token(9), interest, Mode::Edge)
        .unwrap();
    one(&poller);
    assert_eq!(look(&poller), []);
}

#[test]
fn what_was_deleted_is_silent_and_can_be_added_again() {
    let (poller, reader, mut writer) = watched_pipe(Mode::Level);
    writer.write_all(b"x").unwrap();
    poller.delete(&reader).unwrap();
    assert_eq!(look(&poller), []);
    poller
        .add(&reader, Token(2), Interest::READABLE, Mode::Level)
        .unwrap();
    assert_eq!(one(&poller).token(), Token(2));
}

#[test]
fn what_is_not_watched_is_not_found() {
    let (poller, reader, _writer) = watched_pipe(Mode::OneShot);
    poller.delete(&reader).unwrap();
    let modified = poller.modify(&reader, Token(1), Interest::READABLE, Mode::Level);
    assert_eq!(modified.unwrap_err().kind(), ErrorKind::NotFound);
    let deleted = poller.delete(&reader);
    assert_eq!(deleted.unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_fired_one_shot_is_still_there() {
    let (poller, reader, mut writer) = watched_pipe(Mode::OneShot);
    writer.write_all(b"x").unwrap();
    one(&poller);
    poller.delete(&reader).unwrap();
}

#[test]
fn the_wakers_token_is_refused() {
    let (poller, reader, _writer) = watched_pipe(Mode::Level);
    let taken = Token(usize::MAX);
    for outcome in [
        poller.add(&reader, taken, Interest::READABLE, Mode::Level),
        poller.modify(&reader, taken, Interest::READABLE, Mode::Level),
    ] {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn epoll_refuses_files_and_what_it_has() {
    use std::os::fd::AsFd;

    let (poller, reader, _writer) = watched_pipe(Mode::Level);
    let file = tempfile::tempfile().unwrap();
    for (source, expected) in [
        (file.as_fd(), ErrorKind::PermissionDenied),
        (reader.as_fd(), ErrorKind::AlreadyExists),
    ] {
        let added = poller.add(source, Token(1), Interest::READABLE, Mode::Level);
        assert_eq!(added.unwrap_err().kind(), expected);
    }
}

/// The registration belongs to the open file description on Linux, to the number on macOS.
#[test]
fn a_duplicate_keeps_the_registration_on_linux() {
    let (poller, reader, mut writer) = watched_pipe(Mode::Level);
    let duplicate = reader.try_clone().unwrap();
    drop(reader);
    writer.write_all(b"x").unwrap();
    let expected = usize::from(cfg!(target_os = "linux"));
    assert_eq!(look(&poller).len(), expected);
    drop(duplicate);
    assert_eq!(look(&poller), [], "closing the last ends it");
}

#[test]
fn the_end_of_a_pipe_is_readable() {
    for mode in ALL {
        let (poller, mut reader, writer) = watched_pipe(mode);
        drop(writer);
        let event = one(&poller);
        assert!(event.is_readable() && event.is_peer_closed(), "{event:?}");
        assert_eq!(reader.read(&mut [0; 8]).unwrap(), 0);
    }
}

#[test]
fn a_pipe_is_writable_until_it_is_full() {
    let (mut reader, mut writer) = pipe().unwrap();
    set_nonblocking(&writer, true).unwrap();
    let poller = Poller::new().unwrap();
    poller
        .add(&writer, Token(1), Interest::WRITABLE, Mode::Level)
        .unwrap();
    let mut written = 0;
    while let Some(event) = look(&poller).first() {
        assert!(event.is_writable() && !event.is_readable());
        written += writer.write(&[0; 4096]).unwrap();
    }
    assert!(written > 0);
    let full = writer.write(&[0; 4096]).unwrap_err();
    assert_eq!(full.kind(), ErrorKind::WouldBlock);
    reader.read_exact(&mut vec![0; written]).unwrap();
    assert!(one(&poller).is_writable());
    drop(reader);
    let event = one(&poller);
    assert!(event.is_writable() && (event.is_error() || event.is_peer_closed()));
    let broken = writer.write(b"x").unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::BrokenPipe);
}

#[test]
fn a_half_closed_connection_is_told_with_its_last_bytes() {
    let (mut client, mut server) = tcp_pair();
    client.write_all(b"last words").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let poller = Poller::new().unwrap();
    let mut words = Vec::new();
    poller
        .add(&server, Token(1), Interest::READABLE, Mode::Level)
        .unwrap();
    // The bytes and the end may come apart.
    while !one(&poller).is_peer_closed() {}
    server.read_to_end(&mut words).unwrap();
    assert_eq!(words, b"last words");

    server.write_all(b"answer").unwrap();
    let mut answer = [0; 6];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"answer", "the other direction is open");
}

#[test]
fn a_reset_connection_is_an_error() {
    let (client, mut server) = tcp_pair();
    let poller = Poller::new().unwrap();
    let both = Interest::READABLE | Interest::WRITABLE;
    poller
        .add(&server, Token(1), Interest::READABLE, Mode::Level)
        .unwrap();
    let at_once = libc::linger {
        l_onoff: 1,
        l_linger: 0,
    };
    setsockopt(&client, sockopt::Linger, &at_once).unwrap();
    drop(client);
    let event = one(&poller);
    assert!(event.is_readable() && event.is_error() && event.is_peer_closed());
    poller.modify(&server, Token(1), both, Mode::Level).unwrap();
    assert!(one(&poller).is_writable());
    let reset = server.read(&mut [0; 8]).unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
}

#[cfg(target_os = "linux")]
#[test]
fn urgent_data_has_priority() {
    use nix::sys::socket::{MsgFlags, send};
    use std::os::fd::AsRawFd;

    let (client, server) = tcp_pair();
    let poller = Poller::new().unwrap();
    poller
        .add(&server, Token(1), Interest::PRIORITY, Mode::Level)
        .unwrap();
    (&client).write_all(b"not urgent").unwrap();
    let both = Interest::PRIORITY | Interest::READABLE;
    poller.modify(&server, Token(1), both, Mode::Level).unwrap();
    assert!(!one(&poller).is_priority());
    poller
        .modify(&server, Token(1), Interest::PRIORITY, Mode::Level)
        .unwrap();
    assert_eq!(look(&poller), []);
    send(client.as_raw_fd(), b"!", MsgFlags::MSG_OOB).unwrap();
    assert!(one(&poller).is_priority());
}

#[test]
fn more_events_than_there_is_room_for_come_in_turn() {
    let poller = Poller::new().unwrap();
    let pipes: Vec<_> = (0..10)
        .map(|n| {
            let (reader, mut writer) = pipe().unwrap();
            writer.write_all(b"x").unwrap();
            poller
                .add(&reader, Token(n), Interest::READABLE, Mode::Level)
                .unwrap();
            (reader, writer)
        })
        .collect();
    let mut events = Events::with_capacity(3);
    let mut seen = [false; 10];
    for _ in 0..4 {
        poller.wait(&mut events, Some(Duration::ZERO)).unwrap();
        assert!(events.len() <= 3);
        for event in &events {
            seen[event.token().0] = true;
        }
    }
    assert_eq!(seen, [true; 10]);
    drop(pipes);
}

#[test]
fn interest_is_shown_by_its_parts() {
    let both = Interest::READABLE | Interest::WRITABLE;
    assert_eq!(format!("{both:?}"), "READABLE | WRITABLE");
    assert!(both.contains(Interest::WRITABLE) && !both.contains(Interest::PRIORITY));
}
