//! Any bytes are a script or an error; a script that is printed reads as the same script.

use proptest::prelude::*;
use shell::syntax::{self, Host, Parser, dump, print};

mod common;

use common::cases;

/// Pieces of shell text: strung together they are often a script and oftener nearly one.
const PIECES: &[&str] = &[
    "echo", "a", "b c", " ", " ", " ", "\n", "\n", ";", "&", "|", "&&", "||", "!", "(", ")", "{ ",
    "}", "; }", "if ", "then ", "elif ", "else ", "fi", "; fi", "for x ", "in ", "do ", "done",
    "; done", "while ", "until ", "case ", "esac", ";;", ";&", "f()", "'", "'q r'", "\"",
    "\"d $x\"", "\\", "\\\n", "$", "$x", "${", "${x:-", "${x%", "${#", "}", ":", "=", "A=", "~",
    "~u/", "`", "`a`", "$(", "$((", "))", "1+2", "<", ">", "2>", ">>", "<<E\n", "<<E", "\nE\n",
    "<<-'E'\n", "\tE\n", "<<\\E", "E", ">&2", "#", "# c\n", "$'", "\\x41", "\\n", "\t", "\r", "\0",
    "\u{e9}", "{a,b}", ",", "*", "[?]",
];

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        20 => proptest::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Hands a script out line by line.
struct Lines<'a>(std::slice::SplitInclusive<'a, u8, fn(&u8) -> bool>);

impl Host for Lines<'_> {
    fn next_line(&mut self) -> Option<Vec<u8>> {
        self.0.next().map(<[u8]>::to_vec)
    }
}

fn line_by_line(source: &[u8]) -> Result<syntax::ast::List, syntax::SyntaxError> {
    let is_newline: fn(&u8) -> bool = |byte| *byte == b'\n';
    let mut lines = Lines(source.split_inclusive(is_newline));
    let mut parser = Parser::new("");
    let mut list = Vec::new();
    while let Some(mut more) = parser.next_command(&mut lines)? {
        list.append(&mut more);
    }
    Ok(list)
}

fn shown(list: &[syntax::ast::Item]) -> String {
    dump::text(&dump::tree(list))
}

fn round_trip(source: &[u8]) {
    let Ok(list) = syntax::parse(source) else {
        return;
    };
    let printed = print::script(&list);
    let again = syntax::parse(&printed);
    let again = again.unwrap_or_else(|error| {
        panic!(
            "{}: {error} in {}",
            source.escape_ascii(),
            printed.escape_ascii()
        )
    });
    assert_eq!(
        shown(&list),
        shown(&again),
        "{} became {}",
        source.escape_ascii(),
        printed.escape_ascii()
    );
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_bytes_are_a_script_or_an_error(source in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Err(error) = syntax::parse(&source) {
            prop_assert!(error.position.line >= 1 && error.position.column >= 1);
        }
    }

    #[test]
    fn what_is_printed_reads_the_same(source in pieces()) {
        round_trip(&source);
    }

    #[test]
    fn lines_one_at_a_time_are_the_same_script(source in pieces()) {
        prop_assert_eq!(line_by_line(&source), syntax::parse(&source));
    }
}
