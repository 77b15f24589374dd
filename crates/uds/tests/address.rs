//! The limit, exactly, and the texts that name addresses.

mod common;

use std::fs;
use std::time::Duration;

use common::tool;
use uds::address::{Address, AddressError, FIELD, HAS_ABSTRACT_NAMES, LONGEST};
use uds::endpoint::{Endpoint, EndpointError};
use uds::listener::Listener;

/// A path of `length` bytes in `folder`.
fn path_of(length: usize, folder: &std::path::Path) -> String {
    let folder = folder.to_str().unwrap();
    format!("{folder}/{}", "x".repeat(length - folder.len() - 1))
}

#[test]
fn the_field_is_that_of_the_system() {
    let expected = if cfg!(target_os = "macos") { 104 } else { 108 };
    assert_eq!((FIELD, LONGEST), (expected, expected - 1));
}

#[test]
fn the_longest_path_works_and_one_more_byte_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for length in [LONGEST - 1, LONGEST] {
        let address = Address::path(path_of(length, folder.path())).unwrap();
        let listener = Listener::bind(&address).unwrap();
        let client = address.connect().unwrap();
        drop((listener.accept().unwrap(), client));
    }
    for length in [LONGEST + 1, LONGEST + 2] {
        let path = path_of(length, folder.path());
        let error = Address::path(&path).unwrap_err();
        assert_eq!(error, AddressError::TooLong(path.clone().into()));
        let message = error.to_string();
        assert!(message.contains(&format!("{length} bytes")), "{message}");
        assert!(message.contains(&LONGEST.to_string()), "{message}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_tool_says_what_is_too_long() {
    let path = "/tmp/".to_owned() + &"x".repeat(LONGEST);
    let output = tool(&["echo", "serve", &path]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains(&format!("room for {LONGEST}")),
        "{message}"
    );
}

#[test]
fn what_is_no_address() {
    assert_eq!(Address::parse(""), Err(AddressError::Empty));
    assert_eq!(Address::path("a\0b"), Err(AddressError::Nul("a\0b".into())));
    if HAS_ABSTRACT_NAMES {
        assert_eq!(Address::parse("@"), Err(AddressError::Empty));
        assert!(Address::abstract_name([b'x'; LONGEST]).is_ok());
        assert!(Address::abstract_name([b'x'; LONGEST + 1]).is_err());
    } else {
        let none = Err(AddressError::NoAbstractNames("x".to_owned()));
        assert_eq!(Address::parse("@x"), none);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_longest_abstract_name_works() {
    let mut name = vec![0xff; LONGEST];
    name[..4].copy_from_slice(&std::process::id().to_le_bytes());
    let address = Address::abstract_name(name).unwrap();
    let listener = Listener::bind(&address).unwrap();
    let client = address.connect().unwrap();
    drop((listener.accept().unwrap(), client));
}

#[test]
fn endpoints_by_name() {
    let unix = |path| Endpoint::Unix(Address::path(path).unwrap());
    let parse = |text: &str| text.parse::<Endpoint>();
    assert_eq!(parse("unix:/run/x"), Ok(unix("/run/x")));
    assert_eq!(parse("/run/x"), Ok(unix("/run/x")));
    assert_eq!(parse("unix:tcp:1"), Ok(unix("tcp:1")));
    assert_eq!(parse("tcp:[::1]:80"), Ok(Endpoint::Tcp("[::1]:80".into())));
    for text in ["tcp:", "tcp:80", "tcp::80", "tcp:host", "tcp:host:99999"] {
        assert_eq!(parse(text), Err(EndpointError::Tcp(text.into())));
    }
    assert_eq!(
        parse("unix:"),
        Err(EndpointError::Unix(AddressError::Empty))
    );
}

#[test]
fn a_connection_that_fails_says_to_where_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nobody");
    let error = Address::path(&path).unwrap().connect().unwrap_err();
    let path = path.display();
    assert_eq!(
        error.to_string(),
        format!("cannot connect to {path}: No such file or directory (os error 2)")
    );
}

/// Linux lets a client wait for room in the queue, macOS refuses it. Neither may wait for ever.
#[test]
fn a_full_queue_is_an_error_after_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::path(folder.path().join("busy")).unwrap();
    let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None).unwrap();
    socket.bind(&address.to_socket_address().unwrap()).unwrap();
    socket.listen(0).unwrap();
    let mut waiting = Vec::new();
    let error = loop {
        match address.connect_within(Duration::from_millis(200)) {
            Ok(stream) => waiting.push(stream),
            Err(error) => break error.error,
        }
        assert!(waiting.len() < 100, "the queue has no end");
    };
    let expected = match cfg!(target_os = "macos") {
        true => std::io::ErrorKind::ConnectionRefused,
        false => std::io::ErrorKind::TimedOut,
    };
    assert_eq!(error.kind(), expected, "{error}");
}
