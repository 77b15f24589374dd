//! Words to fields, case by case after POSIX.1-2024, 2.2, 2.5 and 2.6. No process is started: what a
//! command substitution prints is its own words.

mod common;
mod desk;

use common::cases;
use desk::Desk;
use proptest::prelude::*;
use shell::expand::Error;
use shell::state::Flag;
use shell::syntax::ast::Part;

fn desk() -> Desk {
    let mut desk = Desk::new(&["one", "two words", ""]);
    desk.set("x", "value");
    desk.set("empty", "");
    desk.set("spaced", "  a b\tc\n");
    desk.set("star", "*");
    desk.set("HOME", "/home/me");
    desk.set("colons", "a:b::c:");
    desk
}

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (words, expected) in cases {
        let found = desk()
            .fields(words)
            .unwrap_or_else(|error| vec![format!("! {error}")]);
        assert_eq!(&found, expected, "{words}");
    }
}

#[test]
fn quotes_keep_a_word_together() {
    check(&[
        ("a b", &["a", "b"]),
        ("'a b'", &["a b"]),
        ("\"a b\"", &["a b"]),
        (r"a\ b", &["a b"]),
        ("a'b'\"c\"", &["abc"]),
        ("''", &[""]),
        ("\"\"", &[""]),
        ("a''", &["a"]),
        ("'$x'", &["$x"]),
        (r#""\$x \a \\""#, &[r"$x \a \"]),
    ]);
}

#[test]
fn values_are_split_and_literals_are_not() {
    check(&[
        ("$x", &["value"]),
        ("${x}s", &["values"]),
        ("$spaced", &["a", "b", "c"]),
        ("\"$spaced\"", &["  a b\tc\n"]),
        ("1$spaced", &["1", "a", "b", "c"]),
        ("${spaced}2", &["a", "b", "c", "2"]),
        ("1${spaced}2", &["1", "a", "b", "c", "2"]),
        ("$empty", &[]),
        ("$nothing", &[]),
        ("\"$empty\"", &[""]),
        ("$empty$empty", &[]),
        ("$empty''", &[""]),
        ("a${empty}b", &["ab"]),
        ("$spaced''", &["a", "b", "c", ""]),
    ]);
}

#[test]
fn white_space_and_other_separators_differ() {
    for (ifs, value, expected) in [
        (":", "a:b::c:", &["a", "b", "", "c"][..]),
        (":", ":a", &["", "a"]),
        (":", "::", &["", ""]),
        (":", " a : b ", &[" a ", " b "]),
        (" :", " a : b ", &["a", "b"]),
        (" :", "a : : b", &["a", "", "b"]),
        (" :", " :a", &["", "a"]),
        (" ", "a:b c", &["a:b", "c"]),
        ("", " a b ", &[" a b "]),
        ("x", "axbxx", &["a", "b", ""]),
        ("é", "aébè", &["a", "bè"]),
    ] {
        let mut desk = Desk::new(&[]);
        desk.set("IFS", ifs);
        desk.set("v", value);
        assert_eq!(desk.fields("$v").unwrap(), expected, "{ifs:?} {value:?}");
    }
}

#[test]
fn a_delimiter_may_come_in_pieces() {
    for (a, b, expected) in [
        ("x ", ":y", &["x", "y"][..]),
        ("x:", ":y", &["x", "", "y"]),
        ("x ", " y", &["x", "y"]),
        ("x:", " y", &["x", "y"]),
        ("x", "y", &["xy"]),
        (":", "y", &["", "y"]),
    ] {
        let mut desk = Desk::new(&[]);
        desk.set("IFS", " :");
        desk.set("a", a);
        desk.set("b", b);
        assert_eq!(desk.fields("$a$b").unwrap(), expected, "{a:?} {b:?}");
    }
}

#[test]
fn positional_parameters() {
    check(&[
        ("\"$@\"", &["one", "two words", ""]),
        ("\"a$@b\"", &["aone", "two words", "b"]),
        ("x\"$@\"y", &["xone", "two words", "y"]),
        ("$@", &["one", "two", "words"]),
        ("$*", &["one", "two", "words"]),
        ("\"$*\"", &["one two words "]),
        ("$1-$2", &["one-two", "words"]),
        ("\"${#}\" $#", &["3", "3"]),
        ("${#@} ${#*}", &["3", "3"]),
        ("\"${@#o}\"", &["ne", "two words", ""]),
        ("\"${1+\"$@\"}\"", &["one", "two words", ""]),
        ("${1+\"$@\"}", &["one", "two words", ""]),
        ("$4", &[]),
        (
            "\"$@\"\"$@\"",
            &["one", "two words", "one", "two words", ""],
        ),
        ("${10}x $10", &["x", "one0"]),
        ("$0", &["desk"]),
    ]);
}

#[test]
fn no_positional_parameters_are_no_fields() {
    for (words, expected) in [
        ("\"$@\"", &[][..]),
        ("$@", &[]),
        ("$*", &[]),
        ("\"$*\"", &[""]),
        ("a\"$@\"", &["a"]),
        ("\"a$@\"", &["a"]),
        ("\"$@\"\"$@\"", &[]),
        ("''\"$@\"", &[""]),
        ("${@-none} ${@:-none}", &["none", "none"]),
        ("\"${@+some}\"", &[""]),
    ] {
        assert_eq!(Desk::new(&[]).fields(words).unwrap(), expected, "{words}");
    }
}

#[test]
fn the_star_is_joined_by_the_first_separator() {
    for (ifs, expected) in [
        (Some(":; "), "a:b"),
        (Some(""), "ab"),
        (None, "a b"),
        (Some("é "), "aéb"),
    ] {
        let mut desk = Desk::new(&["a", "b"]);
        match ifs {
            Some(ifs) => desk.set("IFS", ifs),
            None => desk.unset("IFS"),
        }
        assert_eq!(desk.fields("\"$*\"").unwrap(), [expected], "{ifs:?}");
        assert_eq!(desk.text("$*"), expected, "{ifs:?}");
        assert_eq!(desk.text("\"$@\""), "a b");
        // Unquoted they are fields, whatever separates.
        assert_eq!(desk.fields("$*").unwrap(), ["a", "b"], "{ifs:?}");
    }
}

#[test]
fn operators_on_absent_parameters() {
    check(&[
        ("${nothing-word} ${nothing:-word}", &["word", "word"]),
        ("${empty-word} ${empty:-word}", &["word"]),
        ("${x-word} ${x:-word}", &["value", "value"]),
        ("${nothing+word} ${empty+word} ${empty:+word}", &["word"]),
        ("${x:+word}", &["word"]),
        ("${nothing-}", &[]),
        ("\"${nothing-}\"", &[""]),
        ("${new:=word} $new", &["word", "word"]),
        ("${nothing:-a b}", &["a", "b"]),
        ("${nothing:-'a b' \"c d\"}", &["a b", "c d"]),
        ("\"${nothing:-a b}\"", &["a b"]),
        ("\"${nothing:-'a b'}\"", &["'a b'"]),
        ("\"${nothing:-\"a b\"}\"", &["a b"]),
        ("${nothing:-${nowhere:-$x}}", &["value"]),
        ("${nothing:-$spaced}", &["a", "b", "c"]),
        ("${nothing:-\"$spaced\"}", &["  a b\tc\n"]),
        ("pre${nothing:-a b}post", &["prea", "bpost"]),
        ("${x:+~}", &["/home/me"]),
        ("${nothing-\\}}", &["}"]),
        ("${new=a b}", &["a", "b"]),
    ]);
}

#[test]
fn what_is_assigned_is_what_was_expanded() {
    let mut desk = desk();
    assert_eq!(desk.fields("${new:='a b' c}").unwrap(), ["a", "b", "c"]);
    assert_eq!(desk.text("$new"), "a b c");
}

#[test]
fn patterns_are_taken_off_the_ends() {
    let path = ["one/two/three.tar.gz"];
    for (words, expected) in [
        ("${1##*/}", "three.tar.gz"),
        ("${1#*/}", "two/three.tar.gz"),
        ("${1%/*}", "one/two"),
        ("${1%%/*}", "one"),
        ("${1%.*}", "one/two/three.tar"),
        ("${1%%.*}", "one/two/three"),
        ("${1%x}", "one/two/three.tar.gz"),
        ("${1#one}", "/two/three.tar.gz"),
        ("${1#\"*\"}", "one/two/three.tar.gz"),
        ("\"${1%'.gz'}\"", "one/two/three.tar"),
        ("\"${1#*/}\"", "two/three.tar.gz"),
        ("${1#$nothing}", "one/two/three.tar.gz"),
        ("${1%%[.]*}", "one/two/three"),
        ("${1#???}", "/two/three.tar.gz"),
    ] {
        assert_eq!(
            Desk::new(&path).fields(words).unwrap(),
            [expected],
            "{words}"
        );
    }
    let mut desk = Desk::new(&["été"]);
    assert_eq!(
        desk.fields("${1#?} ${1%?} ${#1}").unwrap(),
        ["té", "ét", "3"]
    );
}

#[test]
fn tilde_is_home_where_a_word_begins() {
    check(&[
        ("~", &["/home/me"]),
        ("~/x", &["/home/me/x"]),
        ("~you/x", &["/home/you/x"]),
        ("~nobody_at_all/x", &["~nobody_at_all/x"]),
        ("a~ ", &["a~"]),
        ("'~'", &["~"]),
        (r"\~", &["~"]),
        ("\"~\"", &["~"]),
    ]);
    let mut root = Desk::new(&[]);
    root.set("HOME", "/");
    assert_eq!(root.fields("~/x ~").unwrap(), ["/x", "/"]);
    root.unset("HOME");
    assert_eq!(root.fields("~/x").unwrap(), ["~/x"]);
    root.set("HOME", "/with space/*");
    assert_eq!(root.fields("~").unwrap(), ["/with space/*"], "as if quoted");
}

#[test]
fn a_command_takes_the_place_of_its_output() {
    check(&[
        ("$(print a b)", &["a", "b"]),
        ("\"$(print a b)\"", &["a\nb"]),
        ("`print a b`", &["a", "b"]),
        ("x$(print)y", &["xy"]),
        ("$(print)", &[]),
        ("\"$(print)\"", &[""]),
        ("\"$(print 'a' '' '')\"", &["a"]),
    ]);
}

#[test]
fn arithmetic_is_split_like_all_results() {
    check(&[
        ("$((1 + 2))", &["3"]),
        ("$((x = 5)) $x", &["5", "5"]),
        ("a$((1))b", &["a1b"]),
    ]);
    let mut desk = Desk::new(&[]);
    desk.set("IFS", "0");
    assert_eq!(
        desk.fields("$((101)) \"$((101))\"").unwrap(),
        ["1", "1", "101"]
    );
}

#[test]
fn text_in_arithmetic_is_expanded_before_it_is_computed() {
    for (value, expression, expected) in [
        ("1 + 2", "$v * 3", "7"),
        ("5", "$v * 3", "15"),
        ("-5", "3-$v", "8"),
        ("-5", "-$v", "5"),
        ("", "$v + 1", "1"),
        ("2", "1$v", "12"),
        ("2", "$v$v", "22"),
        ("2", "${v}5", "25"),
        ("f", "0x$v", "15"),
        ("v", "$v = 4", "4"),
        ("3", "v = 9, $v", "3"),
        ("010", "$v", "8"),
        ("5", "${#v} + $(print 2)", "3"),
        ("5", "v = v + ${w:-1}", "6"),
    ] {
        let mut desk = Desk::new(&[]);
        desk.set("v", value);
        let word = format!("$(({expression}))");
        assert_eq!(desk.fields(&word).unwrap(), [expected], "{value:?} {word}");
    }
}

#[test]
fn an_expression_is_compiled_once_and_follows_the_values() {
    let mut desk = Desk::new(&[]);
    let word = desk.word("$(($v + 1))");
    for (value, expected) in [("1", "2"), ("2 * 2", "5"), ("", "1"), ("7", "8")] {
        desk.set("v", value);
        assert_eq!(desk.expand(&word).unwrap(), [expected], "{value:?}");
    }
}

#[test]
fn errors_name_the_parameter() {
    for (words, message) in [
        ("${nothing?}", "nothing: "),
        ("${nothing?gone away}", "nothing: gone away"),
        ("${nothing:?}", "nothing: "),
        ("${nothing:?$x}", "nothing: value"),
        ("${x!}", "${x!}: bad substitution"),
        ("${9:=x}", "9: cannot be assigned in this way"),
        (
            "$((1/0))",
            "arithmetic: division by zero at character 2 of \"1/0\"",
        ),
        (
            "$((x))",
            "arithmetic: x: not a number: \"value\" at character 1 of \"x\"",
        ),
    ] {
        let error = desk().fields(words).unwrap_err().to_string();
        assert!(error.starts_with(message), "{words}: {error}");
    }
    let mut desk = desk();
    desk.make_read_only("fixed");
    assert_eq!(
        desk.fields("${fixed:=1}").unwrap_err().to_string(),
        "fixed: is read only"
    );
}

#[test]
fn unset_parameters_are_errors_on_request() {
    let mut desk = desk();
    desk.switch(Flag::NoUnset);
    for words in [
        "$nothing",
        "\"$nothing\"",
        "${#nothing}",
        "${nothing%x}",
        "$9",
        "$!",
        "$(($nothing))",
    ] {
        let error = desk.fields(words).unwrap_err();
        assert!(matches!(error, Error::NotSet(_)), "{words}: {error}");
    }
    for words in [
        "$@",
        "\"$*\"",
        "${nothing-}",
        "${nothing+x}",
        "$empty",
        "${nothing=x}",
    ] {
        assert!(desk.fields(words).is_ok(), "{words}");
    }
}

#[test]
fn special_parameters() {
    let mut desk = desk();
    desk.switch(Flag::ErrExit);
    assert_eq!(desk.fields("$? $$ $- $!").unwrap(), ["3", "4242", "e"]);
}

#[test]
fn assignments_are_neither_split_nor_matched() {
    let mut desk = desk();
    for (word, expected) in [
        ("$spaced", "  a b\tc\n"),
        ("$star", "*"),
        ("*", "*"),
        ("'a'\"b\"c", "abc"),
        ("${nothing:-a  b}", "a  b"),
        ("$@", "one two words "),
    ] {
        assert_eq!(desk.text(word), expected, "{word}");
    }
}

#[test]
fn quoted_parts_of_a_pattern_stand_for_themselves() {
    for (pattern, text, expected) in [
        ("a*", "abc", true),
        ("'a*'", "abc", false),
        ("'a*'", "a*", true),
        ("$star", "anything", true),
        ("\"$star\"", "anything", false),
        ("\"$star\"", "*", true),
        ("[a-c]", "b", true),
        ("[\"a-c\"]", "b", false),
        ("[\"a-c\"]", "-", true),
        ("[!a]", "b", true),
        (r"\*", "*", true),
        (r"\*", "x", false),
        ("'['", "[", true),
        ("[", "[", true),
        ("?", "é", true),
        ("", "", true),
        ("x", "x", true),
        ("x", "y", false),
        ("$nothing", "", true),
        ("/*", "/a/b", true),
        (".*", ".a", true),
        ("*", ".a", true),
    ] {
        assert_eq!(desk().matches(pattern, text), expected, "{pattern} {text}");
    }
    // A backslash that comes out of a variable quotes in a pattern.
    let mut desk = desk();
    desk.set("escaped", r"\*");
    assert!(desk.matches("$escaped", "*"));
    assert!(!desk.matches("$escaped", "x"));
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn whatever_can_be_parsed_is_expanded_or_refused(
        text in r#"([a-z01]|\$|\{|\}|\(|\)|"|'|`|\\|\*|\?|\[|\]|:|-|\+|=|#|%|@|!|~| |\n){0,40}"#,
    ) {
        let script = format!("command {text}");
        let Ok(list) = shell::syntax::parse(script.as_bytes()) else {
            return Ok(());
        };
        for item in &list {
            let Some(simple) = item.simple() else {
                continue;
            };
            for word in &simple.words {
                let _ = desk().expand(word);
                let _ = desk().try_text(word);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(512))]

    /// An expression is compiled with its `$name`s in it; it has to come to what the text comes to when
    /// they are replaced first, as POSIX says.
    #[test]
    fn a_compiled_expression_is_what_its_text_would_be(
        v in "-?[0-9]{1,2}|0x1f|010|08|1 \\+ 2| 7 |w||x",
        w in "-?[0-9]{1,2}|1 \\?",
        expression in "(\\$\\{v\\}|\\$\\{w\\}|[0-9]|w| |\\+|-|\\*|<|=|!|\\(|\\)|\\?|:|,|&&|\\|\\|){1,12}",
    ) {
        let text = expression.replace("${v}", &v).replace("${w}", &w);
        let fresh = || {
            let mut desk = Desk::new(&[]);
            desk.set("v", &v);
            desk.set("w", &w);
            desk
        };
        let script = format!("command \"$(({expression}))\"");
        let Ok(list) = shell::syntax::parse(script.as_bytes()) else {
            return Ok(());
        };
        let Some(word) = list.first().and_then(|item| item.simple()?.words.get(1)) else {
            return Ok(());
        };
        if !matches!(&word.parts[..], [Part::DoubleQuoted(parts)] if matches!(parts[..], [Part::Arithmetic(_)])) {
            return Ok(());
        }
        let expected = fresh().compute(&text).ok().map(|number| vec![number.to_string()]);
        // The second time, the program is there already.
        for _ in 0..2 {
            prop_assert_eq!(fresh().expand(word).ok(), expected.clone(), "{}", text);
        }
    }
}
