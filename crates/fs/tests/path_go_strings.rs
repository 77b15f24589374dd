//! `fs path --batch` beside Go: the same requests to both, the same answers from both.
//!
//! Go's side is `tests/go/path_oracle.go`. Requests are random, from small alphabets in which every
//! byte means something, and a difference is shrunk to the smallest request that shows it.

mod common;
#[path = "go/pair.rs"]
mod pair;

use std::sync::Mutex;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use common::cases;
use pair::{Pair, Request, text, thorough};

const PATH_PIECES: &[&[u8]] = &[
    b"/",
    b"/",
    b"/",
    b".",
    b".",
    b"..",
    b"../",
    b"./",
    b"/a",
    b"a",
    b"b",
    b"abc",
    b":",
    b"\\",
    b"*",
    b"~",
    b" ",
    b"\0",
    b"\n",
    b"\"",
    b"\xff",
    b"\xc3",
    "é".as_bytes(),
    "\u{FFFD}".as_bytes(),
    b"<",
];

fn lexical_requests() -> impl Strategy<Value = Request> {
    const ONE: &[&str] = &[
        "clean",
        "path.clean",
        "base",
        "dir",
        "ext",
        "split",
        "splitlist",
        "islocal",
        "isabs",
        "validpath",
        "localize",
        "fromslash",
        "toslash",
        "abs",
    ];
    let path = text(PATH_PIECES, 12);
    prop_oneof![
        4 => operation_on(ONE, vec(path.clone(), 1)),
        2 => operation_on(&["rel"], vec(path.clone(), 2)),
        1 => operation_on(&["join"], vec(path, 0..5)),
    ]
}

/// Targets that share a beginning with their base are rare by chance.
fn related_paths() -> impl Strategy<Value = Request> {
    const FEW: &[&[u8]] = &[b"/", b"a", b"..", b"/.."];
    let (shared, tail) = (text(FEW, 5), text(FEW, 4));
    (shared, tail.clone(), tail).prop_map(|(shared, base, target)| Request {
        operation: "rel",
        arguments: vec![
            [&shared[..], &base].concat(),
            [&shared[..], &target].concat(),
        ],
    })
}

fn operation_on(
    operations: &'static [&'static str],
    arguments: impl Strategy<Value = Vec<Vec<u8>>>,
) -> impl Strategy<Value = Request> {
    (select(operations), arguments).prop_map(|(operation, arguments)| Request {
        operation,
        arguments,
    })
}

const PATTERN_PIECES: &[&[u8]] = &[
    b"*",
    b"*",
    b"?",
    b"[",
    b"[",
    b"]",
    b"^",
    b"-",
    b"\\",
    b"a",
    b"b",
    b"c",
    b"/",
    b".",
    b"!",
    b"[a-c]",
    b"[^a]",
    b"[]a]",
    b"[a]",
    b"\xff",
    b"\xc3",
    "é".as_bytes(),
    "日".as_bytes(),
    "🦀".as_bytes(),
    "\u{FFFD}".as_bytes(),
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xf0\x9f\x98",
    "[à-ü]".as_bytes(),
    "[日-🦀]".as_bytes(),
    b"\0",
];

const NAME_PIECES: &[&[u8]] = &[
    b"a",
    b"a",
    b"b",
    b"c",
    b"/",
    b".",
    b"-",
    b"]",
    b"[",
    b"^",
    b"*",
    b"\\",
    b"\xff",
    b"\xc3",
    "é".as_bytes(),
    "日".as_bytes(),
    "🦀".as_bytes(),
    "\u{FFFD}".as_bytes(),
    b"\xed\xa0\x80",
    b"\0",
];

fn match_requests() -> impl Strategy<Value = Request> {
    let free = (text(PATTERN_PIECES, 10), text(NAME_PIECES, 8));
    // Few letters and many stars: where a matcher that does not go back rightly shows it.
    let stars = (
        text(&[b"*", b"a", b"b", b"?", b"[ab]"], 10),
        text(&[b"a", b"b", b"/"], 12),
    );
    // A name against itself with one thing changed.
    let near = (
        text(NAME_PIECES, 6),
        text(PATTERN_PIECES, 2),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(name, insertion, at)| {
            let mut pattern = name.clone();
            let at = at.index(name.len() + 1);
            pattern.splice(at..at, insertion);
            (pattern, name)
        });
    prop_oneof![3 => free, 2 => stars, 2 => near].prop_map(|(pattern, name)| Request {
        operation: "match",
        arguments: vec![pattern, name],
    })
}

fn expand_requests() -> impl Strategy<Value = Request> {
    const PIECES: &[&[u8]] = &[
        b"$",
        b"$",
        b"$",
        b"{",
        b"}",
        b"{",
        b"}",
        b"A",
        b"AB",
        b"_",
        b"7",
        b"*",
        b"#",
        b"@",
        b"!",
        b"?",
        b"-",
        b"/",
        b"~",
        b"\xff",
        b"\0",
        b"=",
        "é".as_bytes(),
        b"${A}",
        b"${nobody}",
    ];
    operation_on(&["expand"], vec(text(PIECES, 10), 1))
}

/// Asks both, so often or ten times PROPTEST_CASES.
fn compare_all(strategy: impl Strategy<Value = Request>, often: u32) {
    let directory = tempfile::tempdir().unwrap();
    let Some(pair) = Pair::start(directory.path()) else {
        return;
    };
    let pair = Mutex::new(pair);
    let often = often.max(10 * thorough());
    TestRunner::new(cases(often))
        .run(&strategy, |request| pair.lock().unwrap().compare(&request))
        .unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn the_lexical_operations_are_those_of_go() {
    compare_all(lexical_requests(), 10_000);
}

#[test]
fn relative_paths_are_those_of_go() {
    compare_all(related_paths(), 5_000);
}

#[test]
fn patterns_match_as_in_go() {
    compare_all(match_requests(), 15_000);
}

#[test]
fn variables_expand_as_in_go() {
    compare_all(expand_requests(), 6_000);
}
