//! Patterns against glibc's fnmatch(3). Other libraries differ in the corners that the standard leaves
//! open.
#![cfg(target_os = "linux")]
// Only for the call of fnmatch(3), with strings that end in a zero.
#![allow(unsafe_code)]

mod common;

use std::ffi::CString;

use fs::fnmatch::{Options, fnmatch};
use nix::libc;
use proptest::prelude::*;

fn libc_fnmatch(pattern: &str, text: &str, options: Options) -> bool {
    let pattern = CString::new(pattern).expect("no zero");
    let text = CString::new(text).expect("no zero");
    let flags = [
        (options.pathname, libc::FNM_PATHNAME),
        (options.period, libc::FNM_PERIOD),
        (options.no_escape, libc::FNM_NOESCAPE),
        (options.case_fold, libc::FNM_CASEFOLD),
    ];
    let flags = flags
        .iter()
        .filter(|(on, _)| *on)
        .fold(0, |all, (_, flag)| all | flag);
    // SAFETY: both are strings that end in a zero and outlive the call.
    unsafe { libc::fnmatch(pattern.as_ptr(), text.as_ptr(), flags) == 0 }
}

fn options() -> impl Strategy<Value = Options> {
    (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(pathname, period, no_escape, case_fold)| Options {
            pathname,
            period,
            no_escape,
            case_fold,
        },
    )
}

/// Patterns of pieces, so that whole brackets are common, and the odd half of one.
fn pattern() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[ab.A]",
        4 => Just("*".to_owned()),
        2 => Just("?".to_owned()),
        2 => Just("/".to_owned()),
        1 => "\\\\[a*?.\\\\]",
        3 => "\\[[!^]?[]]?([abA.c]|a-c|b-a|A-C|-|[.]-9){1,3}-?\\]",
        1 => "\\[[!^]?\\[:(alpha|upper|lower|digit|punct|alnum|space|xdigit|nonsense):\\][ab]?\\]",
        1 => "[]!^-]",
    ];
    prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(common::cases(3000))]

    #[test]
    fn agrees_with_libc(pattern in pattern(), texts in prop::collection::vec("[abcA.1/]{0,6}", 1..8), options in options()) {
        let options = specified(&pattern, options);
        for text in &texts {
            prop_assert_eq!(
                fnmatch(&pattern, text, options),
                libc_fnmatch(&pattern, text, options),
                "{:?} on {:?}, {:?}", pattern, text, options
            );
        }
    }
}

/// Leaves out what glibc or the standard leave open. Without case, libraries differ
/// on whether a range or a class is folded before or after it is looked into (ours matches when
/// either case would); and glibc takes the character that a `?` behind a star matches for the first
/// of the text, whose period is hidden.
fn specified(pattern: &str, options: Options) -> Options {
    let cased = ["-", "[:upper:]", "[:lower:]"];
    let has_cased_bracket =
        pattern.contains('[') && cased.iter().any(|part| pattern.contains(part));
    Options {
        case_fold: options.case_fold && !has_cased_bracket,
        period: options.period && !pattern.contains("*?"),
        ..options
    }
}
