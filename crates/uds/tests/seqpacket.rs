//! Message boundaries under load, and the kinds of failure.
#![cfg(target_os = "linux")]

mod common;

use std::io::ErrorKind;
use std::thread;

use common::cases;
use nix::errno::Errno;
use proptest::prelude::*;
use uds::address::Address;
use uds::listener::Listener;
use uds::seqpacket::{ReceiveError, Seqpacket, SeqpacketListener};

proptest! {
    #![proptest_config(cases(50))]

    #[test]
    fn messages_come_whole_and_in_order(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..5000), 0..100),
    ) {
        let (one, other) = Seqpacket::pair().unwrap();
        let received = thread::scope(|scope| {
            let messages = &messages;
            // More than the queue takes: the sender has to wait.
            scope.spawn(move || messages.iter().for_each(|message| one.send(message).unwrap()));
            let mut received = Vec::new();
            let mut buffer = [0; 5000];
            while let Some(length) = other.receive(&mut buffer).unwrap() {
                received.push(buffer[..length].to_vec());
            }
            received
        });
        prop_assert!(received == messages);
    }
}

#[test]
fn over_a_path_and_over_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("@uds-seqpacket-{}", std::process::id());
    for address in [
        Address::path(folder.path().join("s")).unwrap(),
        Address::parse(name).unwrap(),
    ] {
        let listener = SeqpacketListener::bind(&address).unwrap();
        let client = Seqpacket::connect(&address).unwrap();
        let server = listener.accept().unwrap();
        client.send(b"question").unwrap();
        let mut buffer = [0; 8];
        assert_eq!(server.receive(&mut buffer).unwrap(), Some(8));
        assert_eq!(&buffer, b"question");
        let taken = SeqpacketListener::bind(&address).unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::AddrInUse);
    }
}

#[test]
fn a_cut_message_is_an_error_and_the_next_is_whole() {
    let (one, other) = Seqpacket::pair().unwrap();
    one.send(b"123456789").unwrap();
    one.send(b"next").unwrap();
    let mut buffer = [0; 4];
    let error = other.receive(&mut buffer).unwrap_err();
    assert!(matches!(
        error,
        ReceiveError::Truncated {
            message: 9,
            buffer: 4
        }
    ));
    assert_eq!(other.receive(&mut buffer).unwrap(), Some(4));
    assert_eq!(&buffer, b"next");
}

#[test]
fn what_cannot_be_sent_or_connected() {
    let (one, other) = Seqpacket::pair().unwrap();
    assert_eq!(one.send(b"").unwrap_err().kind(), ErrorKind::InvalidInput);
    let huge = vec![0; 64 << 20];
    let error = one.send(&huge).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::EMSGSIZE as i32));
    drop(other);
    assert_eq!(one.send(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);

    let folder = tempfile::tempdir().unwrap();
    let address = Address::path(folder.path().join("stream")).unwrap();
    let _streams = Listener::bind(&address).unwrap();
    let error = Seqpacket::connect(&address).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::EPROTOTYPE as i32));
}
