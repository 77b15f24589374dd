//! A few words for the tests of the grammar.

#![allow(unreachable_pub)]

use std::thread;

use shell::syntax::error::SyntaxError;
use shell::syntax::{self, dump, print};

/// `text` is the script that prints as `expected`, or has the error that says so.
#[track_caller]
pub fn reads_as(text: &str, expected: &str) {
    let shown = match syntax::parse(text.as_bytes()) {
        Ok(list) => String::from_utf8(print::script(&list)).expect("text"),
        Err(error) => error.to_string(),
    };
    assert_eq!(
        shown.trim_end_matches('\n'),
        expected.trim_end_matches('\n'),
        "{text}"
    );
}

/// `text` is no script, for this reason.
#[track_caller]
pub fn refused(text: &str, reason: &str) {
    let error = syntax::parse(text.as_bytes()).expect_err(text);
    assert_eq!(error.to_string(), reason, "{text}");
}

/// Reads, copies, compares and prints so many levels, on a stack like that of a program's first thread.
pub fn deep(open: &str, close: &str, levels: usize) -> Result<(), SyntaxError> {
    let source = format!("{}a{}", open.repeat(levels), close.repeat(levels));
    let read = move || {
        let list = syntax::parse(source.as_bytes())?;
        assert!(list.clone() == list);
        let printed = print::script(&list);
        let again = syntax::parse(&printed).expect("what was printed is a script");
        assert!(dump::tree(&list) == dump::tree(&again));
        Ok(())
    };
    let thread = thread::Builder::new().stack_size(8 << 20).spawn(read);
    thread.expect("a thread starts").join().expect("no panic")
}
