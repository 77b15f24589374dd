//! The scanner against `str`'s own splitting, over any cut of the stream into reads.

mod common;

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use common::{Pieces, cases, within_patience};
use io_reader::scan::{ScanError, Scanner, Split, split_lines, split_words};
use proptest::prelude::*;

/// Text with much white space of all kinds, line ends of both kinds and characters of 1 to 4 bytes.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,6}",
        2 => Just(" ".to_owned()),
        2 => Just("\n".to_owned()),
        2 => Just("\r\n".to_owned()),
        1 => Just("\r".to_owned()),
        1 => Just("\t".to_owned()),
        1 => Just("\u{3000}".to_owned()),
        1 => Just("\u{85}".to_owned()),
        1 => Just("é漢😀".to_owned()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0_usize..5, 0..100)
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn words_are_those_of_split_whitespace(text in text(), sizes in sizes()) {
        let mut scanner = Scanner::new(Pieces::new(text.as_bytes(), &sizes));
        let words: Vec<String> = scanner.words().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
        prop_assert_eq!(scanner.offset(), text.len() as u64);
    }

    #[test]
    fn lines_are_those_of_str_lines(text in text(), sizes in sizes()) {
        let mut scanner = Scanner::new(Pieces::new(text.as_bytes(), &sizes));
        let lines: Vec<String> = scanner.lines().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(lines, text.lines().collect::<Vec<_>>());
    }

    #[test]
    fn the_limit_is_met_or_broken_whatever_the_reads(
        text in text(),
        sizes in sizes(),
        limit in 1_usize..8,
    ) {
        let bytes = text.as_bytes();
        let mut scanner = Scanner::with_limit(Pieces::new(bytes, &sizes), limit);
        let found: Result<Vec<String>, ScanError> = scanner.words().collect();
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.iter().find(|word| word.len() > limit) {
            None => prop_assert_eq!(found.unwrap(), words),
            Some(long) => {
                let error = found.unwrap_err();
                prop_assert!(matches!(error, ScanError::TooLong { .. }), "{error}");
                let at = long.as_ptr().addr() - text.as_ptr().addr();
                prop_assert_eq!(error.offset(), at as u64);
            }
        }
        let mut scanner = Scanner::with_limit(Pieces::new(bytes, &sizes), limit);
        let fits = text.lines().all(|line| line.len() <= limit);
        prop_assert_eq!(scanner.lines().all(|line| line.is_ok()), fits);
    }

    #[test]
    fn any_bytes_are_scanned_without_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..100),
        sizes in sizes(),
    ) {
        let mut scanner = Scanner::new(Pieces::new(&bytes, &sizes));
        let tokens: Result<Vec<Vec<u8>>, _> = scanner.split(split_words).collect();
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        let words: Vec<String> = tokens
            .unwrap()
            .iter()
            .map(|token| String::from_utf8_lossy(token).into_owned())
            .collect();
        prop_assert_eq!(words, lossy.split_whitespace().collect::<Vec<_>>());
    }
}

#[test]
fn values_are_parsed_and_kinds_can_be_mixed() {
    let mut scanner = Scanner::new("123 1.234 1.0e4 test\nrest of it\n".as_bytes());
    assert_eq!(scanner.value::<u32>().unwrap(), Some(123));
    assert_eq!(scanner.value::<f64>().unwrap(), Some(1.234));
    assert_eq!(scanner.value::<f64>().unwrap(), Some(10_000.0));
    assert_eq!(scanner.value::<String>().unwrap().as_deref(), Some("test"));
    assert_eq!(scanner.line().unwrap(), Some(""));
    assert_eq!(scanner.line().unwrap(), Some("rest of it"));
    assert_eq!(scanner.value::<u32>().unwrap(), None);
    assert_eq!(scanner.line().unwrap(), None);
}

#[test]
fn a_value_that_does_not_parse_is_named_with_its_place() {
    let mut scanner = Scanner::new("  12 x3 4".as_bytes());
    assert_eq!(scanner.value::<u8>().unwrap(), Some(12));
    let error = scanner.value::<u8>().unwrap_err();
    let expected = "\"x3\" at byte 5 is no u8: invalid digit found in string";
    assert_eq!(error.to_string(), expected);
    assert_eq!(
        scanner.value::<u8>().unwrap(),
        Some(4),
        "it goes on behind it"
    );
}

#[test]
fn text_that_is_not_utf_8_is_named_with_its_place() {
    let mut scanner = Scanner::new(&b"ok\nbad \xFFbyte\nok"[..]);
    let lines: Vec<_> = scanner.lines().collect();
    assert_eq!(lines.len(), 2, "the iterator ends with the error");
    let error = lines[1].as_ref().unwrap_err();
    assert!(matches!(error, ScanError::NotUtf8 { offset: 7 }), "{error}");
    assert_eq!(scanner.line().unwrap(), Some("ok"));
}

#[test]
fn a_cut_off_character_at_the_end_is_not_utf_8() {
    let mut scanner = Scanner::new(&b"\xE3\x80"[..]);
    let error = scanner.word().unwrap_err();
    assert!(matches!(error, ScanError::NotUtf8 { offset: 0 }), "{error}");
}

#[test]
fn a_token_that_is_too_long_stays() {
    let mut scanner = Scanner::with_limit("ab abcde".as_bytes(), 4);
    assert_eq!(scanner.word().unwrap(), Some("ab"));
    for _ in 0..2 {
        scanner
            .token(|bytes, _| match bytes {
                [b' ', ..] => Split::Skip(1),
                _ => Split::Fail("not a space".to_owned()),
            })
            .unwrap_err();
        let error = scanner.word().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the token at byte 3 is longer than 4 bytes"
        );
    }
}

/// Counts what it is asked for, and gives words for ever up to `left` bytes.
struct Words {
    left: usize,
    largest_read: usize,
}

impl Read for Words {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.largest_read = self.largest_read.max(buf.len());
        let n = buf.len().min(self.left);
        for (byte, c) in buf[..n]
            .iter_mut()
            .zip("seven words of text and a line\n".bytes().cycle())
        {
            *byte = c;
        }
        self.left -= n;
        Ok(n)
    }
}

#[test]
fn memory_does_not_grow_with_the_stream() {
    let mut source = Words {
        left: 4 << 20,
        largest_read: 0,
    };
    let mut scanner = Scanner::new(&mut source);
    let mut words = 0;
    while scanner.word().unwrap().is_some() {
        words += 1;
    }
    assert!(words > 500_000, "{words}");
    assert!(source.largest_read <= 8 * 1024, "{}", source.largest_read);
}

#[test]
fn memory_does_not_grow_beyond_the_limit_either() {
    let mut source = io::repeat(b'x').take(64 << 20);
    let mut scanner = Scanner::with_limit(&mut source, 100_000);
    let error = scanner.word().unwrap_err();
    assert!(
        matches!(
            error,
            ScanError::TooLong {
                offset: 0,
                limit: 100_000
            }
        ),
        "{error}"
    );
    let taken = (64 << 20) - source.limit();
    assert!(taken <= 100_004, "{taken}");
}

/// Cuts at a semicolon; what follows the last is no token.
fn until_semicolon(bytes: &[u8], _at_eof: bool) -> Split {
    match bytes.iter().position(|&byte| byte == b';') {
        Some(end) => Split::Token {
            advance: end + 1,
            token: 0..end,
        },
        None => Split::Need,
    }
}

#[test]
fn a_split_function_of_ones_own_sees_tokens_over_any_reads() {
    let mut scanner = Scanner::new(Pieces::new(b"a;;bcd;rest", &[1, 0, 1, 2, 1, 3]));
    let tokens: Vec<_> = scanner.split(until_semicolon).map(Result::unwrap).collect();
    assert_eq!(tokens, [&b"a"[..], b"", b"bcd"]);
    assert_eq!(scanner.offset(), 11, "the rest is used up");
}

#[test]
fn a_refusal_tells_where() {
    let mut scanner = Scanner::new("1;x;".as_bytes());
    let digits = |bytes: &[u8], at_eof: bool| match until_semicolon(bytes, at_eof) {
        Split::Token { advance, token } if !bytes[token.clone()].iter().all(u8::is_ascii_digit) => {
            Split::Fail(format!("{advance} bytes are no number"))
        }
        split => split,
    };
    assert_eq!(scanner.token(digits).unwrap(), Some(&b"1"[..]));
    let error = scanner.token(digits).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot split at byte 2: 2 bytes are no number"
    );
}

#[test]
fn impossible_answers_of_a_split_function_are_errors() {
    let impossible = [
        Split::Skip(0),
        Split::Skip(5),
        Split::Token {
            advance: 0,
            token: 0..0,
        },
        Split::Token {
            advance: 9,
            token: 0..1,
        },
        Split::Token {
            advance: 1,
            token: 3..5,
        },
        #[expect(clippy::reversed_empty_ranges)]
        Split::Token {
            advance: 1,
            token: 2..1,
        },
    ];
    for answer in impossible {
        let mut scanner = Scanner::new("four".as_bytes());
        let error = scanner.token(|_, _| answer.clone()).unwrap_err();
        assert!(
            matches!(error, ScanError::Split { offset: 0, .. }),
            "{answer:?}: {error}"
        );
        assert_eq!(scanner.line().unwrap(), Some("four"));
    }
}

#[test]
fn a_failed_read_can_be_tried_again() {
    struct Stutters(Vec<io::Result<&'static str>>);
    impl Read for Stutters {
        fn read(&mut self, mut buf: &mut [u8]) -> io::Result<usize> {
            let Some(next) = self.0.pop() else {
                return Ok(0);
            };
            buf.write(next?.as_bytes())
        }
    }
    impl Stutters {
        fn new(mut results: Vec<io::Result<&'static str>>) -> Self {
            results.reverse();
            Self(results)
        }
    }
    let source = Stutters::new(vec![
        Ok("half a "),
        Ok("li"),
        Err(ErrorKind::WouldBlock.into()),
        Ok("ne\nmore"),
    ]);
    let mut scanner = Scanner::new(source);
    let error = scanner.line().unwrap_err();
    assert!(
        matches!(error, ScanError::Read { offset: 9, .. }),
        "{error}"
    );
    assert_eq!(scanner.line().unwrap(), Some("half a line"));
    assert_eq!(scanner.line().unwrap(), Some("more"));
}

#[test]
fn a_line_is_there_before_the_peer_closes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    client.write_all(b"PING\r\nwaiting").unwrap();
    let line = within_patience("a line from a connection that stays open", move || {
        Scanner::new(server).line().unwrap().map(str::to_owned)
    });
    assert_eq!(line.as_deref(), Some("PING"));
    drop(client);
}

#[test]
fn split_functions_work_on_slices_too() {
    let token = |advance, token| Split::Token { advance, token };
    assert_eq!(split_lines(b"a\r\nb", false), token(3, 0..1));
    assert_eq!(split_lines(b"a\r", false), Split::Need);
    assert_eq!(split_lines(b"a\r", true), token(2, 0..2));
    assert_eq!(split_words("\u{3000}a".as_bytes(), false), Split::Skip(3));
    assert_eq!(split_words(b"a\xE3\x80", false), Split::Need);
    assert_eq!(split_words("a\u{3000}".as_bytes(), false), token(1, 0..1));
}
