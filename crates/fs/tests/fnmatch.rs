//! Patterns, case by case.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use fs::fnmatch::{Options, Pattern, fnmatch};

/// The table of the standard's own cases: pattern, what it matches, what it does not.
#[test]
fn says_what_posix_says() {
    let table: &[(&str, &[&str], &[&str])] = &[
        ("", &[""], &["a"]),
        ("*", &["", "a", "a/b", ".a"], &[]),
        ("?", &["a", "é", "本"], &["", "ab"]),
        ("[]]", &["]"], &["["]),
        ("[!]a]", &["b", "["], &["]", "a"]),
        ("[^a]", &["b"], &["a", ""]),
        ("[a-]", &["a", "-"], &["b"]),
        ("[--0]", &["-", ".", "/", "0"], &["a"]),
        ("[à-ü]x", &["éx"], &["ex"]),
        ("[[:alpha:]_]*", &["_1", "é", "x1"], &["1x", ""]),
        ("[[.-.]-0]", &["-", ".", "0"], &["1"]),
        ("[[=a=]b]", &["a", "b"], &["="]),
        ("[ab", &["[ab"], &["a"]),
        ("[[:alpha:]", &["[a", "[:"], &["a", "[b"]),
        ("a\\*b", &["a*b"], &["axb"]),
        ("[\\]]", &["]"], &["\\]"]),
        ("a\\", &[], &["a", "a\\"]),
        ("[[:nonsense:]]", &[], &["n", "[[:nonsense:]]"]),
    ];
    for (pattern, yes, no) in table {
        let compiled = Pattern::new(pattern, Options::default());
        for text in *yes {
            assert!(compiled.matches(text), "{pattern} must match {text}");
        }
        for text in *no {
            assert!(!compiled.matches(text), "{pattern} must not match {text}");
        }
    }
}

#[test]
fn a_slash_and_a_leading_period_are_matched_by_themselves_only() {
    let names = Options {
        pathname: true,
        period: true,
        ..Options::default()
    };
    for (pattern, text, expected) in [
        ("*", ".a", false),
        ("?a", ".a", false),
        ("[.]a", ".a", false),
        (".*", ".a", true),
        ("\\.a", ".a", true),
        ("a*", "a.b", true),
        ("a/*", "a/.b", false),
        ("a/.*", "a/.b", true),
        ("*/b", "a/b", true),
        ("*b", "a/b", false),
        ("a?b", "a/b", false),
        ("a[/]b", "a/b", false),
        ("a[/]b", "a[/]b", true),
        ("*/*/c", "a/b/c", true),
        ("*/c", "a/b/c", false),
    ] {
        let matched = fnmatch(pattern, text, names);
        assert_eq!(matched, expected, "{pattern} on {text}");
    }
}

#[test]
fn a_byte_that_is_no_character_is_matched_as_one_unit() {
    let name = OsStr::from_bytes(b"a\xff\xe3\x81z");
    let any = Options::default();
    assert!(fnmatch("a???z", name, any));
    assert!(fnmatch("a*z", name, any));
    assert!(fnmatch(OsStr::from_bytes(b"a\xff*"), name, any));
    assert!(fnmatch("a[!b]*", name, any));
    assert!(!fnmatch("a[[:print:]]*", name, any));
}

#[test]
fn a_pattern_without_wildcards_is_its_own_text() {
    let literal = |pattern| Pattern::new(pattern, Options::default()).literal();
    assert_eq!(literal("a\\*b").as_deref(), Some(&b"a*b"[..]));
    assert_eq!(literal("[").as_deref(), Some(&b"["[..]));
    assert_eq!(literal("é").as_deref(), Some("é".as_bytes()));
    assert_eq!(literal("a*"), None);
    assert_eq!(literal("[a]"), None);
}

/// Backtracking to every star would take 2^30 steps here, longer than anyone waits.
#[test]
fn many_stars_take_no_more_than_pattern_times_text() {
    let pattern = "*a".repeat(30) + "*b";
    let text = "a".repeat(10_000);
    assert!(!fnmatch(&pattern, &text, Options::default()));
    assert!(fnmatch(&pattern, text + "b", Options::default()));
}
