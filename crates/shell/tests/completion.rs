//! What a half-typed word may become, without a terminal.

use std::fs;

use shell::interactive::completion::{Kind, Quote, Sources, complete, context, quoted};

#[test]
fn where_a_word_stands_says_what_it_may_be() {
    for (line, kind) in [
        ("", Kind::Command),
        ("ec", Kind::Command),
        ("A=1 ec", Kind::Command),
        ("a; b && c | d", Kind::Command),
        ("if tr", Kind::Command),
        ("! (ec", Kind::Command),
        ("echo $(da", Kind::Command),
        ("./pro", Kind::File),
        ("ls ", Kind::File),
        ("ls >out", Kind::File),
        (">out", Kind::File),
        ("'a; b' c", Kind::File),
        ("cd /u", Kind::Directory),
        ("echo $HO", Kind::Variable { braces: false }),
        ("echo \"${HO", Kind::Variable { braces: true }),
        ("echo '$HO", Kind::File),
        ("A=fi", Kind::File),
    ] {
        assert_eq!(context(line).kind, kind, "{line}");
    }
}

#[test]
fn only_the_last_part_of_a_word_is_replaced() {
    for (line, start, directory, typed, quote) in [
        ("ls a/b", 5, "a/", "b", Quote::None),
        ("ls 'a b/c d", 8, "'a b/", "c d", Quote::Single),
        ("ls \"c\\$d", 4, "", "c$d", Quote::Double),
        ("ls a\\ b", 3, "", "a b", Quote::None),
        ("ls ~/x", 5, "~/", "x", Quote::None),
    ] {
        let context = context(line);
        let found = (
            context.start,
            context.directory.as_str(),
            context.typed.as_str(),
            context.quote,
        );
        assert_eq!(found, (start, directory, typed, quote), "{line}");
    }
}

/// Whatever is put into a line reads as the one word that it stands for.
#[test]
fn names_are_quoted_so_that_they_stay_one_word() {
    for name in [
        "plain",
        "a b",
        "it's",
        "q\"d",
        "$x`y`",
        "a\\b",
        "*[?]",
        "~u",
        "#c",
        "a;b&c|d",
        "\u{e9}{a,b}!",
    ] {
        for (quote, line) in [
            (Quote::None, quoted(name.as_bytes(), Quote::None)),
            (
                Quote::Single,
                format!("'{}'", quoted(name.as_bytes(), Quote::Single)),
            ),
            (
                Quote::Double,
                format!("\"{}\"", quoted(name.as_bytes(), Quote::Double)),
            ),
        ] {
            assert_eq!(read_back(&line), name.as_bytes(), "{quote:?} {line}");
        }
    }
    for name in [&b"a\nb"[..], b"\xff\xfe", b"tab\t'"] {
        assert_eq!(read_back(&quoted(name, Quote::None)), name);
    }
}

/// The one argument that `echo text` has, quotes removed.
fn read_back(text: &str) -> Vec<u8> {
    use shell::syntax::ast::{Command, Part};
    let list = shell::syntax::parse(format!("echo {text}").as_bytes()).expect(text);
    let Command::Simple(simple) = &list[0].and_or.first.commands[0] else {
        panic!("{text}");
    };
    let [_, word] = &simple.words[..] else {
        panic!("{text}: {:?}", simple.words);
    };
    let mut bytes = Vec::new();
    let mut parts: Vec<&Part> = word.parts.iter().rev().collect();
    while let Some(part) = parts.pop() {
        match part {
            Part::Literal(text) | Part::Quoted(text) => bytes.extend(text),
            Part::DoubleQuoted(inner) => parts.extend(inner.iter().rev()),
            other => panic!("{text}: {other:?}"),
        }
    }
    bytes
}

#[test]
fn files_are_found_with_a_slash_behind_directories() {
    let folder = tempfile::tempdir().expect("a directory");
    fs::create_dir(folder.path().join("one dir")).expect("a directory");
    fs::write(folder.path().join("one file"), "").expect("a file");
    fs::write(folder.path().join(".hidden"), "").expect("a file");
    let sources = Sources::default();
    let found = |rest: &str| {
        let line = format!("cat {}/{rest}", folder.path().display());
        let (_, candidates) = complete(&line, &sources);
        let replacements = candidates
            .into_iter()
            .map(|candidate| candidate.replacement);
        replacements.collect::<Vec<_>>()
    };
    assert_eq!(found(""), ["one\\ dir/", "one\\ file "]);
    assert_eq!(found("one\\ f"), ["one\\ file "]);
    assert_eq!(found(".h"), [".hidden "]);
    assert_eq!(found("nothing"), [""; 0]);
}
