//! Blocks against traces: case by case, against a reference that tries everything, and with text of
//! any kind.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use syscalls::witness::{Block, Conflict, Demand, Failure, Line, Problem, Reason, Witness};

fn check(block: &str, trace: &[&str]) -> Result<Witness, Failure> {
    Block::parse(block).unwrap().check(&lines(trace))
}

fn lines<T: AsRef<str>>(trace: &[T]) -> Vec<Line> {
    let texts = trace.iter().map(AsRef::as_ref);
    texts.map(|text: &str| Line::new(7, text)).collect()
}

fn found(block: &str, trace: &[&str]) -> Vec<Vec<usize>> {
    match check(block, trace) {
        Ok(witness) => witness.found,
        Err(failure) => panic!("{failure}"),
    }
}

fn reason(block: &str, trace: &[&str]) -> Reason {
    check(block, trace).unwrap_err().reason
}

const FILES: [&str; 7] = [
    r#"openat(AT_FDCWD, "/tmp/a/first", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 3"#,
    r#"openat(AT_FDCWD, "/tmp/a/second", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 4"#,
    r#"write(4, "two  words\n", 11) = 11"#,
    r#"close(3) = 0"#,
    r#"openat(AT_FDCWD, "/tmp/a/third", O_RDONLY) = -1 ENOENT (No such file or directory)"#,
    r#"close(4) = 0"#,
    r#"exit_group(0) = ?"#,
];

#[test]
fn lines_are_found_in_order_with_others_between() {
    let block = r#"
        openat(AT_FDCWD, "*/first", O_WRONLY|O_CREAT|*) = 3
        write(4, "two  words\n", 11)
        openat = -1 ENOENT (*)
        exit_group
    "#;
    assert_eq!(found(block, &FILES), [[0], [2], [4], [6]]);
    assert_eq!(
        reason("close(4) = 0\nclose(3) = 0", &FILES),
        Reason::TooEarly { call: 3, after: 5 }
    );
}

#[test]
fn blanks_count_only_in_strings() {
    assert_eq!(found("close(3)     =  0", &FILES), [[3]]);
    assert_eq!(
        found("close(3) = 0", &["close(3)                = 0"]),
        [[0]]
    );
    assert_eq!(
        reason(r#"write(4, "two words\n", *)"#, &FILES),
        Reason::Missing
    );
}

#[test]
fn a_pattern_is_the_whole_call() {
    assert_eq!(reason("close(3) = 01", &FILES), Reason::Missing);
    assert_eq!(reason("lose(3)", &FILES), Reason::Missing);
    assert_eq!(reason("clos", &FILES), Reason::Missing);
    assert_eq!(found("clos*", &FILES), [[3]]);
    assert_eq!(
        found("close = 0 x2\nopenat x3", &FILES),
        [vec![3, 5], vec![0, 1, 4]]
    );
}

#[test]
fn a_variable_keeps_its_value() {
    assert_eq!(
        found("openat = $fd\nwrite($fd, *)\nclose($fd)", &FILES),
        [[1], [2], [5]]
    );
    let conflict = Conflict {
        variable: "n".into(),
        bound: "3".into(),
        found: "4".into(),
    };
    assert_eq!(
        reason("close($n)\nexit_group\nclose($n)", &FILES),
        Reason::TooEarly { call: 3, after: 6 }
    );
    assert_eq!(
        reason("openat = $n\nopenat\nwrite($n, *)", &FILES[..3]),
        Reason::OtherValue {
            call: 2,
            conflicts: vec![conflict]
        }
    );
}

#[test]
fn the_first_choice_may_be_wrong() {
    // Neither the first open nor the first close is the right one.
    let trace = [
        "open(1) = 3",
        "open(2) = 4",
        "close(5) = 0",
        "close(4) = 0",
        "end() = 0",
    ];
    assert_eq!(found("open = $fd\nclose($fd)", &trace), [[1], [3]]);
    assert_eq!(
        found("open($n) = $fd\nclose($fd)\nend", &trace),
        [[1], [3], [4]]
    );
    // Within one call as well.
    let trace = ["poll([{fd=3}, {fd=4}], 2) = 1", "read(4) = 1"];
    assert_eq!(found("poll(*fd=$fd}*)\nread($fd)", &trace), [[0], [1]]);
}

#[test]
fn a_value_is_a_whole_word_or_string() {
    let trace = [
        r#"open("/a b", O_RDWR|O_APPEND) = 0x1f"#,
        r#"unlink("/a b") = 0"#,
    ];
    assert_eq!(found("open($path, *)\nunlink($path)", &trace), [[0], [1]]);
    assert_eq!(found("open(*|$flag) = $address", &trace), [[0]]);
    assert_eq!(reason("open(*, $flag) = *", &trace), Reason::Missing);
    assert_eq!(found(r#"open("/$a $b", *)"#, &trace), [[0]]);
    // Behind a star no value begins inside a word.
    assert!(check("a(*$n)\nb($n)", &["a(12) = 0", "b(2) = 0"]).is_err());
    // Nor does one begin at the quote that ends a string.
    let trace = [r#"a("", "x") = 0"#];
    assert_eq!(reason(r#"a("$s x"*)"#, &trace), Reason::Missing);
    assert_eq!(found(r#"a($s, "x")"#, &trace), [[0]]);
}

#[test]
fn counts_and_bans_speak_of_the_whole_run() {
    assert_eq!(
        found("exit_group\nclose x2\n!read\n!close(5)", &FILES),
        [vec![6], vec![3, 5], vec![], vec![]]
    );
    let expected = 3;
    assert_eq!(
        reason("close x3", &FILES),
        Reason::Count { expected, found: 2 }
    );
    assert_eq!(reason("! close(4)", &FILES), Reason::Happened { call: 5 });
}

#[test]
fn a_block_is_found_in_the_header_alone() {
    let lesson = "//! Claim.\n//!\n//! ```syscalls\n//! close(3) = 0\n//!\n//! write x10\n//! ```\n//! More.\n";
    let block = Block::find_in(lesson).unwrap().unwrap();
    let patterns = block.patterns().iter();
    let patterns: Vec<_> = patterns.map(|p| (p.line, p.demand)).collect();
    assert_eq!(patterns, [(4, Demand::InOrder), (6, Demand::Exactly(10))]);
    assert_eq!(block.names(), Some(BTreeSet::from(["close", "write"])));
    assert_eq!(Block::parse("*poll").unwrap().names(), None);

    assert_eq!(Block::find_in("//! Claim.\n"), Ok(None));
    let below = format!("fn main() {{}}\n{lesson}");
    assert_eq!(Block::find_in(&below), Ok(None));
    for (text, line, problem) in [
        (
            "//! Claim.\n//! ```syscalls\n//! close\n\n//! ```\n",
            2,
            Problem::Unclosed,
        ),
        ("//! ```syscalls\n//!\n//! ```\n", 1, Problem::Empty),
        (
            "//! ```syscalls\n//! a\n//! ```\n//! ```syscalls\n",
            4,
            Problem::Second,
        ),
        (
            "//! ```syscalls\n//! a\n//! = 3\n//! ```\n",
            3,
            Problem::NoName("= 3".into()),
        ),
    ] {
        let error = Block::find_in(text).unwrap_err();
        assert_eq!((error.line, error.problem), (line, problem), "{text}");
    }
}

#[test]
fn what_is_no_pattern_is_refused() {
    let huge = "x99999999999999999999";
    for (text, problem) in [
        ("write(1, \"abc*, 3)", Problem::OpenString),
        ("close 3", Problem::Stray("3".into())),
        ("close=3", Problem::Stray("=3".into())),
        ("!close x2", Problem::CountedNever),
        ("close($fd) x2", Problem::Variable("fd".into())),
        ("!close($fd)", Problem::Variable("fd".into())),
        (&format!("a {huge}"), Problem::Count(huge.into())),
    ] {
        let error = Block::parse(text).unwrap_err();
        assert_eq!(error.problem, problem, "{text}");
    }
}

#[test]
fn a_failure_shows_pattern_reason_nearest_call_and_run() {
    let block = r#"openat(AT_FDCWD, "*/first", *) = $fd
        openat(AT_FDCWD, "*/second", O_RDWR|*) = 4"#;
    let failure = check(block, &FILES[..4]).unwrap_err();
    assert_eq!((failure.line, failure.nearest()), (2, Some(1)));
    assert_eq!(
        failure.to_string(),
        r#"line 2: openat(AT_FDCWD, "*/second", O_RDWR|*) = 4
  no call of the run fits
  the nearest call:
    openat(AT_FDCWD, "/tmp/a/second", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 4
                                        ^
  the run, 4 calls (> found, ? the nearest):
       1 > openat(AT_FDCWD, "/tmp/a/first", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 3
       2 ? openat(AT_FDCWD, "/tmp/a/second", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 4
       3   write(4, "two  words\n", 11) = 11
       4   close(3) = 0"#
    );
}

#[test]
fn the_mark_stands_below_a_value_that_is_another() {
    let trace = ["open() = 3", "close(4) = 0"];
    let text = check("open() = $fd\nclose($fd) = 0", &trace)
        .unwrap_err()
        .to_string();
    let told = "  call 2 would fit, but $fd is 3 in the lines above, and here 4\n  the nearest call:\n    close(4) = 0\n          ^\n";
    assert!(text.contains(told), "{text}");
    // A call that fits but comes too early has no such place.
    let trace = ["close(3) = 0", "open() = 3"];
    let text = check("open() = $fd\nclose($fd) = 0", &trace)
        .unwrap_err()
        .to_string();
    assert!(text.contains("\n    close(3) = 0\n  the run"), "{text}");
}

#[test]
fn a_long_run_is_cut_around_what_matters() {
    let mut trace = vec!["read(3) = 1"; 1000];
    trace[500] = "close(3) = 0";
    let text = check("close(4)", &trace).unwrap_err().to_string();
    for part in [
        "     15   read(3) = 1\n         … 482 calls left out …\n     498   read",
        "\n     501 ? close(3) = 0\n",
        "\n         … 481 calls left out …\n     986   read",
        "\n    1000   read(3) = 1",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let text = check("close(4)", &[]).unwrap_err().to_string();
    assert!(text.contains("the run, 0 calls"), "{text}");
}

#[test]
fn processes_are_told_apart_where_there_are_several() {
    let trace = [Line::new(1, "a() = 0"), Line::new(2, "b() = 0")];
    let failure = Block::parse("c").unwrap().check(&trace).unwrap_err();
    let text = failure.to_string();
    assert!(text.contains("\n       2   [pid 2] b() = 0"), "{text}");
}

/// None of the files is ever closed. A search that goes back and tries the next `openat` would try
/// 100 000 to the power of four ways.
#[test]
fn a_long_run_is_searched_without_going_back() {
    let mut trace: Vec<String> = (0..100_000)
        .map(|n| format!("openat(AT_FDCWD, \"/tmp/{n}\", O_RDONLY) = {}", 3 + n % 20))
        .collect();
    trace.push("close(99) = 0".into());
    let block = "openat = $a\nopenat = $b\nopenat = $a\nopenat = $b\nclose($b)\nclose($a)";
    let block = Block::parse(block).unwrap();
    let failure = block.check(&lines(&trace)).unwrap_err();
    assert_eq!(failure.line, 5);
    trace.extend(["close(8) = 0", "close(9) = 0"].map(String::from));
    let witness = block.check(&lines(&trace)).unwrap();
    assert_eq!(witness.found[4..], [[100_001], [100_002]]);
}

/// Small calls, in which much is alike.
fn small_call() -> impl Strategy<Value = String> {
    let word = select(vec!["1", "2", "12", "\"1\"", "\"a 2\"", "{x=1, y=2}"]);
    let arguments = vec(word, 1..3).prop_map(|words| words.join(", "));
    let result = select(vec!["1", "2", "-1 E1 (a 2)"]);
    (select(vec!["a", "ab"]), arguments, result)
        .prop_map(|(name, arguments, result)| format!("{name}({arguments}) = {result}"))
}

fn small_pattern() -> impl Strategy<Value = String> {
    let arguments = select(vec![
        "*", "$x", "$x*", "*$y*", "*1*", "*, $y", "*\"$x\"*", "*$x*$y*", "$x, $y", "{x=$x*",
    ]);
    let result = select(vec!["*", "$x", "$y", "1", "*$x*"]);
    (select(vec!["a*", "*b", "*"]), arguments, result)
        .prop_map(|(name, arguments, result)| format!("{name}({arguments}) = {result}"))
}

type Values = BTreeMap<String, String>;

/// All ways to fit a pattern to a text from `at` on, by trying.
fn ways(pattern: &str, text: &str, at: usize, values: &Values) -> Vec<Values> {
    let (before, rest) = text.split_at(at);
    let Some(first) = pattern.chars().next() else {
        let all = rest.is_empty().then(|| values.clone());
        return all.into_iter().collect();
    };
    match first {
        '*' => (at..=text.len())
            // Behind a star no value begins inside a word.
            .filter(|&next| !(pattern[1..].starts_with('$') && text[..next].ends_with(is_word)))
            .flat_map(|next| ways(&pattern[1..], text, next, values))
            .collect(),
        '$' => {
            let name = &pattern[1..2];
            let length = if rest.starts_with('"') && before.matches('"').count() % 2 == 0 {
                rest[1..].find('"').unwrap() + 2
            } else {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            };
            let value = &rest[..length];
            if length == 0 || values.get(name).is_some_and(|known| known != value) {
                return Vec::new();
            }
            let mut values = values.clone();
            values.insert(name.into(), value.into());
            ways(&pattern[2..], text, at + length, &values)
        }
        c if rest.starts_with(c) => ways(&pattern[1..], text, at + 1, values),
        _ => Vec::new(),
    }
}

fn can_be_found(patterns: &[String], trace: &[String], values: &Values) -> bool {
    let Some((first, others)) = patterns.split_first() else {
        return true;
    };
    (0..trace.len()).any(|call| {
        ways(first, &trace[call], 0, values)
            .iter()
            .any(|values| can_be_found(others, &trace[call + 1..], values))
    })
}

/// Whether the calls of a witness are in order and fit, with values that agree.
fn bears_out(patterns: &[String], trace: &[String], witness: &Witness) -> bool {
    let calls: Vec<usize> = witness.found.concat();
    let texts: Vec<String> = calls.iter().map(|call| trace[*call].clone()).collect();
    calls.len() == patterns.len()
        && calls.is_sorted_by(|one, next| one < next)
        && can_be_found(patterns, &texts, &Values::new())
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// A call as a tracer shows it, in pieces: words, and what is between them.
fn call() -> impl Strategy<Value = Vec<String>> {
    let word = "[a-z0-9_]{1,4}".prop_map(String::from);
    let inside = select(vec!["ab", "1", " ", "  ", "/", "\\n", "\\\"", "'", "."]);
    let string = vec(inside, 0..6).prop_map(|text| format!("\"{}\"", text.concat()));
    let argument = prop_oneof![3 => word, 2 => string, 1 => Just("A_B|C|0x1".to_owned())];
    ("[a-c]{1,2}", vec(argument, 0..4), "[0-9]{1,2}").prop_map(|(name, arguments, result)| {
        pieces_of(&format!("{name}({}) = {result}", arguments.join(", ")))
    })
}

fn pieces_of(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if is_word(c) && piece.chars().all(is_word) => piece.push(c),
            _ => pieces.push(c.into()),
        }
    }
    pieces
}

#[derive(Clone, Debug)]
enum Blur {
    Keep,
    Star,
    Variable,
}

fn blurs() -> impl Strategy<Value = Vec<Blur>> {
    let blur = prop_oneof![
        4 => Just(Blur::Keep),
        1 => Just(Blur::Star),
        1 => Just(Blur::Variable),
    ];
    vec(blur, 64)
}

/// A pattern that still fits the call. Words become variables named after themselves, or stars, as do
/// signs; what makes a line a pattern stays.
fn blurred(pieces: &[String], blurs: &[Blur]) -> String {
    let mut text = String::new();
    for (piece, blur) in pieces.iter().zip(blurs.iter().cycle()) {
        let is_word = piece.chars().all(is_word);
        let is_name = text.is_empty();
        let is_fixed =
            text.ends_with('\\') || ["\"", "\\", "(", ")", "=", " "].contains(&piece.as_str());
        match blur {
            Blur::Star if !is_fixed => text.push('*'),
            Blur::Variable if is_word && !is_fixed && !is_name => {
                text.push_str(&format!("$v_{piece}"));
            }
            _ => text.push_str(piece),
        }
    }
    text
}

/// Calls in pieces.
type Trace = Vec<Vec<String>>;
/// Some of them, by their place, with a blur for each piece.
type Choice = Vec<(usize, Vec<Blur>)>;

fn claim() -> impl Strategy<Value = (Trace, Choice)> {
    vec(call(), 1..12).prop_flat_map(|trace| {
        let places: Vec<usize> = (0..trace.len()).collect();
        let chosen = subsequence(places, 1..=trace.len()).prop_flat_map(|places| {
            let blurred = places.into_iter().map(|place| (Just(place), blurs()));
            blurred.collect::<Vec<_>>()
        });
        (Just(trace), chosen)
    })
}

proptest! {
    // Most of what is made up cannot be found.
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_trying_everything(
        patterns in vec(small_pattern(), 1..4),
        trace in vec(small_call(), 0..12),
    ) {
        let block = Block::parse(&patterns.join("\n")).unwrap();
        let expected = can_be_found(&patterns, &trace, &Values::new());
        match block.check(&lines(&trace)) {
            Ok(witness) => prop_assert!(expected && bears_out(&patterns, &trace, &witness)),
            Err(failure) => prop_assert!(!expected, "{failure}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_blurred_part_of_a_trace_is_found_in_it((trace, chosen) in claim()) {
        let patterns = chosen.iter().map(|(place, blurs)| blurred(&trace[*place], blurs));
        let patterns: Vec<String> = patterns.collect();
        let trace: Vec<String> = trace.iter().map(|pieces| pieces.concat()).collect();
        let block = Block::parse(&patterns.join("\n")).unwrap();
        let outcome = block.check(&lines(&trace));
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }

    #[test]
    fn a_word_that_is_nowhere_in_the_trace_is_missed(
        (trace, chosen) in claim(),
        pattern in any::<Index>(),
        word in any::<Index>(),
    ) {
        let broken = pattern.index(chosen.len());
        let mut patterns = Vec::new();
        for (number, (place, blurs)) in chosen.iter().enumerate() {
            let mut pieces = trace[*place].clone();
            if number == broken {
                let is_word = |&at: &usize| pieces[at].chars().all(is_word);
                let words: Vec<usize> = (0..pieces.len()).filter(is_word).collect();
                pieces[words[word.index(words.len())]] = "nowhere".into();
                patterns.push(pieces.concat());
            } else {
                patterns.push(blurred(&pieces, blurs));
            }
        }
        let trace: Vec<String> = trace.iter().map(|pieces| pieces.concat()).collect();
        let block = Block::parse(&patterns.join("\n")).unwrap();
        let failure = block.check(&lines(&trace)).unwrap_err();
        // The lines above are in the trace, so none of them is to blame.
        prop_assert_eq!(failure.line, broken + 1);
        prop_assert_eq!(failure.reason, Reason::Missing);
    }

    #[test]
    fn no_text_makes_it_panic(
        source in "(//!|```syscalls|```|\n|[a-c]|[*$!(),=x09 \"\\\\]|\\PC){0,60}",
        block in "([a-c]|[*$!(),=x09 \"\\\\]|\\PC|\n){0,40}",
        trace in vec("([a-c]|[*$(),=x09 \"\\\\]|\\PC){0,20}", 0..6),
    ) {
        let _ = Block::find_in(&source);
        if let Ok(block) = Block::parse(&block)
            && let Err(failure) = block.check(&lines(&trace))
        {
            prop_assert!(!failure.to_string().is_empty());
        }
    }
}
