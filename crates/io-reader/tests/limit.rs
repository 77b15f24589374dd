//! `Limit` against slices, and over a socket that stays open.

mod common;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use common::{Pieces, cases, within_patience};
use io_reader::limit::Limit;
use proptest::prelude::*;

/// A reader that must not be asked.
struct Untouchable;

impl Read for Untouchable {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        panic!("the source was read");
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn gives_the_first_n_bytes_and_leaves_the_rest(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        sizes in proptest::collection::vec(0_usize..20, 0..50),
        n in 0_u64..400,
    ) {
        let mut source = Pieces::new(&bytes, &sizes);
        let mut limit = Limit::new(&mut source, n);
        let mut read = Vec::new();
        limit.read_to_end(&mut read).unwrap();
        let kept = bytes.len().min(n as usize);
        prop_assert_eq!(&read, &bytes[..kept]);
        prop_assert_eq!(limit.remaining(), n - kept as u64);
        prop_assert_eq!(source.left(), bytes.len() - kept);
    }

    #[test]
    fn buffered_reading_sees_the_same_bytes(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        capacity in 1_usize..40,
        n in 0_u64..400,
    ) {
        let mut source = BufReader::with_capacity(capacity, &bytes[..]);
        let mut read = Vec::new();
        let mut limit = Limit::new(&mut source, n);
        loop {
            let part = limit.fill_buf().unwrap();
            if part.is_empty() {
                break;
            }
            let len = part.len().div_ceil(2);
            read.extend_from_slice(&part[..len]);
            limit.consume(len);
        }
        let kept = bytes.len().min(n as usize);
        prop_assert_eq!(&read, &bytes[..kept]);
        let mut rest = Vec::new();
        source.read_to_end(&mut rest).unwrap();
        prop_assert_eq!(&rest, &bytes[kept..]);
    }
}

#[test]
fn a_used_up_limit_does_not_ask_the_source() {
    let mut limit = Limit::new(Untouchable, 0);
    assert_eq!(limit.read(&mut [0; 8]).unwrap(), 0);
    let mut limit = Limit::new(Untouchable, 5);
    assert_eq!(limit.read(&mut []).unwrap(), 0);
    assert_eq!(limit.remaining(), 5);
}

#[test]
fn ends_on_a_connection_that_stays_open() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    client.write_all(b"body of 15 byte").unwrap();

    let body = within_patience("reading a body up to its length", move || {
        let mut body = String::new();
        Limit::new(&server, 15).read_to_string(&mut body).unwrap();
        body
    });
    assert_eq!(body, "body of 15 byte");
    drop(client);
}

#[test]
fn a_source_that_claims_too_much_is_an_error() {
    struct Liar;
    impl Read for Liar {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Ok(1000)
        }
    }
    let error = Limit::new(Liar, 10).read(&mut [0; 100]).unwrap_err();
    assert!(error.to_string().contains("claims more"), "{error}");
}

#[test]
fn the_source_comes_back_behind_the_last_byte() {
    let mut limit = Limit::new("headbody".as_bytes(), 4);
    limit.read_exact(&mut [0; 3]).unwrap();
    assert_eq!(limit.into_inner(), b"dbody");
}
