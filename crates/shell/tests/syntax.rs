//! The grammar, case by case, after chapter 2 of POSIX.1-2024's shell language.

use std::rc::Rc;

use shell::syntax::ast::List;
use shell::syntax::error::ErrorKind;
use shell::syntax::{self, Host, Parser, dump, print};

mod syntax_common;

use syntax_common::{deep, reads_as, refused};

/// 2.2: what each kind of quotes keeps.
#[test]
fn quotes() {
    reads_as(r"echo \a\ \$x", r"echo 'a $'x");
    reads_as(r"echo 'a\b'", r"echo 'a\b'");
    reads_as(r#"echo "a\b\$\"\\""#, r#"echo "a\\b\$\"\\""#);
    reads_as("echo a\\\nb", "echo ab");
    reads_as("echo 'a\\\nb'", "echo 'a\\\nb'");
    reads_as("echo \"a\\\nb\"", "echo \"ab\"");
    reads_as(r#"echo "a'b'""#, r#"echo "a'b'""#);
    reads_as("echo a'b'\"c\"", "echo a'b'\"c\"");
    reads_as("echo ''", "echo ''");
    reads_as("echo \\", "echo '\\'");
}

/// 2.2.4: the escapes of `$'…'`.
#[test]
fn dollar_single_quotes() {
    reads_as(r"echo $'a\tb\'c\\d'", "echo 'a\tb'\\''c\\d'");
    reads_as(r"echo $'\x41\101\cA\e'", "echo 'AA\u{1}\u{1b}'");
    reads_as(r"echo $'\u20ac'", "echo '\u{20ac}'");
    reads_as(r"echo $'a\0b'", "echo 'a'");
    reads_as(r"echo $'\q'", r"echo '\q'");
    reads_as(r#"echo "$'a'""#, r#"echo "\$'a'""#);
}

/// 2.3: where tokens end, and what begins a comment.
#[test]
fn tokens() {
    reads_as("a>b;c&d", "a >b\nc &\nd");
    reads_as("a&&b||c|d", "a && b || c | d");
    reads_as("a#b #c\n#d", "a#b");
    reads_as("a 2>b 2 >c \\2>d", "a 2 '2' 2>b >c >d");
    reads_as(
        "a<<>b",
        "line 1, column 4: `>` is unexpected, a word is missing",
    );
    reads_as("a\r\n", "a\r");
    reads_as("a\0b\n", "a\0b");
    reads_as("i\\\nf a\\\n; th\\\nen b; f\\\ni", "if a; then\n    b\nfi");
}

/// 2.4: a reserved word is one only where the grammar looks for it.
#[test]
fn reserved_words() {
    reads_as("echo if then fi", "echo if then fi");
    reads_as("'if' a", "'if' a");
    reads_as("i\"f\" a", "i\"f\" a");
    reads_as("A=1 if", "A=1 if");
    reads_as(">x if", ">x if");
    reads_as("for in in in; do a; done", "for in in in; do\n    a\ndone");
    reads_as(
        "case in in in) a; esac",
        "case in in\n    in)\n        a\n    ;;\nesac",
    );
    reads_as("{ a; } | { b; }", "{\n    a\n} | {\n    b\n}");
    reads_as("{a; }", "line 1, column 5: `}` is unexpected");
    reads_as("}a", "}a");
    reads_as("!a", "!a");
}

/// 2.6.1
#[test]
fn tildes() {
    let tilde = |text: &str| {
        dump::text(&dump::tree(&parsed(text)))
            .matches("tilde")
            .count()
    };
    for (text, count) in [
        ("~ ~/a ~user/a", 3),
        ("a~ \\~ '~' \"~\" ~'user' ~\"\" ~$x ~u$x/", 0),
        ("A=~ B=a:~/b:~user:c~", 3),
        ("A=\\~ B='a:'~ C=\"\"~ D=a:~'b'", 0),
        ("echo A=~", 0),
        ("export A=~/a:~ B", 2),
        ("command readonly A=~", 1),
        ("echo ${a:-~/b} ${a#~}", 2),
        ("echo \"${a:-~}\"", 0),
        ("cat <~/a >~", 2),
        ("case ~ in ~/a) ;; esac", 2),
        ("for i in ~ ~/a; do :; done", 2),
    ] {
        assert_eq!(tilde(text), count, "{text}");
    }
}

/// 2.6.2
#[test]
fn parameters() {
    reads_as(
        "echo $a$1$10$#$?$-$$$!$0$@$*",
        "echo $a$1${1}0$#$?$-$$$!$0$@$*",
    );
    reads_as("echo ${a}b ${a} ${10}", "echo ${a}b $a ${10}");
    reads_as(
        "echo ${a-b} ${a:-b} ${a=b} ${a:=b}",
        "echo ${a-b} ${a:-b} ${a=b} ${a:=b}",
    );
    reads_as(
        "echo ${a?} ${a:?b c} ${a+b} ${a:+}",
        "echo ${a?} ${a:?b c} ${a+b} ${a:+}",
    );
    reads_as(
        "echo ${a#b} ${a##b} ${a%b} ${a%%b}",
        "echo ${a#b} ${a##b} ${a%b} ${a%%b}",
    );
    reads_as(
        "echo ${#a} ${#} ${##} ${#-} ${#:-a} ${#%a}",
        "echo ${#a} $# ${##} ${#-} ${#:-a} ${#%a}",
    );
    reads_as("echo ${a:-'}'\"}\"\\}${b}} c", "echo ${a:-'}'\"}\"'}'$b} c");
    reads_as(r#"echo "${a:-'b'"c"\}}""#, r#"echo "${a:-'b'"c"\}}""#);
    reads_as(r#"echo "${a%'*'}""#, r#"echo "${a%'*'}""#);
    reads_as("echo $ $/ \"$\" a$", "echo $ $/ \"\\$\" a$");
    reads_as("echo ${a!b} ${}", "echo ${a!b} ${}");
}

/// 2.6.3 and 2.6.4
#[test]
fn substitutions() {
    reads_as("echo $(a; b | c) `d`", "echo $(a; b | c) `d`");
    reads_as(
        "echo $(echo ')' \")\" \\) # )\n)",
        "echo $(echo ')' \")\" ')')",
    );
    reads_as(
        "echo $(case a in a) b;; esac)",
        "echo $(case a in a) b ;; esac)",
    );
    reads_as(r"echo `a \`b \\\`c\\\`\``", r"echo `a \`b \\\`c\\\`\``");
    reads_as(r#"echo "`a \"b\"`""#, "echo \"`a \"b\"`\"");
    reads_as("echo $((1 + (2 * $x)))", "echo $((1 + (2 * $x)))");
    reads_as("echo $((a); b)", "echo $( (a); b)");
    reads_as("echo $( (a) )", "echo $( (a))");
    reads_as("echo $((a) | (b))", "echo $( (a) | (b))");
    reads_as(
        "echo \"$(a \"b $(c \"d\")\")\"",
        "echo \"$(a \"b $(c \"d\")\")\"",
    );
    reads_as("echo $()``", "echo $()``");
}

/// 2.7
#[test]
fn redirections() {
    reads_as(
        "a <b >c >|d >>e <>f <&3 >&4 5<&- 2>&1",
        "a <b >c >|d >>e <>f <&3 >&4 5<&- 2>&1",
    );
    reads_as(">a b >c d", "b d >a >c");
    reads_as("(a) >b 2>c", "(\n    a\n) >b 2>c");
    reads_as("f() { a; } <b", "f() {\n    a\n} <b");
    reads_as("a > \"b c\"", "a >\"b c\"");
}

/// 2.7.4
#[test]
fn here_documents() {
    reads_as(
        "a <<E <<F; b\n$x\nE\n2\nF\nc",
        "a <<E <<F\n$x\nE\n2\nF\nb\nc",
    );
    reads_as("a <<'E'\n$x `y\nE\n", "a <<'E'\n$x `y\nE");
    reads_as("a <<\\E\n\\$x\nE\n", "a <<'E'\n\\$x\nE");
    reads_as(
        "a <<E\n\\$x \\a \"q\" 'r'\nE\n",
        "a <<E\n\\$x \\\\a \"q\" 'r'\nE",
    );
    reads_as("a <<-E\n\tb\n\t\tc\n\tE\nd", "a <<-E\n\tb\n\tc\n\tE\nd");
    reads_as("a <<E | b && c\nx\nE\nd", "a <<E | b && c\nx\nE\nd");
    reads_as("a <<E\nb\\\nE\nE\n", "a <<E\nbE\nE");
    reads_as(
        "a <<E\n$(b <<F\nx\nF\n)\nE\nc",
        "a <<E\n$(b <<F\nx\nF\n)\nE\nc",
    );
    reads_as("echo $(a <<E\nx\nE\n) b", "echo $(a <<E\nx\nE\n) b");
    reads_as("echo $(a <<E) b\nx\nE\nc", "echo $(a <<E\nx\nE\n) b\nc");
    reads_as("a <<\"E F\"\nx\nE F\n", "a <<'E F'\nx\nE F");
    reads_as("a <<$x\ny\n$x\n", "a <<$x\ny\n$x");
    reads_as(
        "if a <<E\nx\nE\nthen b; fi",
        "if a <<E; then\nx\nE\n    b\nfi",
    );
    reads_as("a <<E\nx", "a <<E\nx\nE");
    reads_as("a <<E\n\\\\\nE\n", "a <<E\n\\\\\nE");
}

/// 2.9.3
#[test]
fn lists() {
    reads_as("a; b & c\n\nd &", "a\nb &\nc\nd &");
    reads_as("a &&\n\n# c\nb", "a && b");
    reads_as("! a | b && ! c", "! a | b && ! c");
    refused("a ; ; b", "line 1, column 5: `;` is unexpected");
    refused(
        "a &&",
        "line 1, column 5: the end of the text is unexpected",
    );
    refused("a\n\n  | b", "line 3, column 3: `|` is unexpected");
}

/// 2.9.4
#[test]
fn compound_commands() {
    reads_as(
        "if a\nthen b\nelif c; then d\nelse e; fi",
        "if a; then\n    b\nelif c; then\n    d\nelse\n    e\nfi",
    );
    reads_as("while a; do b; done", "while a; do\n    b\ndone");
    reads_as("until a; b; do c; done", "until a; b; do\n    c\ndone");
    reads_as("for i do a; done", "for i; do\n    a\ndone");
    reads_as("for i in; do a; done", "for i in; do\n    a\ndone");
    reads_as("for i\nin a b\ndo c\ndone", "for i in a b; do\n    c\ndone");
    reads_as(
        "case a in (b|c) d;; e) f;& *) esac",
        "case a in\n    b | c)\n        d\n    ;;\n    e)\n        f\n    ;&\n    *) ;;\nesac",
    );
    refused(
        "if a; then b; done",
        "line 1, column 15: `done` is unexpected, `fi` is missing",
    );
    refused(
        "while a; do b",
        "line 1, column 14: the `while` of line 1, column 1 is never closed",
    );
    refused(
        "for 1 in a; do b; done",
        "line 1, column 5: \"1\" is not a name that is allowed here",
    );
}

/// 2.9.5
#[test]
fn functions() {
    reads_as("f ( )\n{ a; } >b", "f() {\n    a\n} >b");
    reads_as("f() (a)", "f() (\n    a\n)");
    reads_as("my-f.1() { a; }", "my-f.1() {\n    a\n}");
    refused(
        "export() { a; }",
        "line 1, column 1: \"export\" is not a name that is allowed here",
    );
    refused(
        "'f'() { a; }",
        "line 1, column 1: \"'f'\" is not a name that is allowed here",
    );
    refused(
        "f() a",
        "line 1, column 5: `a` is unexpected, a compound command is missing",
    );
}

#[test]
fn what_ends_too_early_is_incomplete() {
    for text in [
        "if a",
        "if a; then",
        "{",
        "(a",
        "a &&",
        "a |",
        "'",
        "\"",
        "`",
        "$(",
        "${a",
        "$((1",
        "case a in",
        "for i",
        "for i in a",
        "f()",
        "while a; do b; ",
        "$'",
        "echo $((a) ",
        "! ",
        "case a in a) b;;",
        "echo \"${a:-",
    ] {
        assert!(
            syntax::parse(text.as_bytes()).expect_err(text).incomplete,
            "{text}"
        );
    }
    for text in [
        "fi",
        "`if a`",
        "a <<E\n$(\nE\n",
        "a )",
        "a ;;",
        "for 1",
        "if a; fi",
        "f() a",
    ] {
        assert!(
            !syntax::parse(text.as_bytes()).expect_err(text).incomplete,
            "{text}"
        );
    }
}

struct Aliases(&'static [(&'static str, &'static str)]);

impl Host for Aliases {
    fn alias(&self, name: &[u8]) -> Option<Rc<[u8]>> {
        let found = self.0.iter().find(|(alias, _)| alias.as_bytes() == name)?;
        Some(found.1.as_bytes().into())
    }
}

/// 2.3.1
#[test]
fn aliases() {
    const ALIASES: Aliases = Aliases(&[
        ("ls", "ls -l"),
        ("ll", "ls"),
        ("a", "b"),
        ("b", "a c"),
        ("sudo", "sudo "),
        ("nothing", ""),
        ("begin", "if true; then"),
        ("end", "fi"),
        ("both", "x; ll"),
        ("open", "echo 'open"),
        ("comment", "echo #"),
        ("if", "never"),
    ]);
    for (text, expected) in [
        ("ls a", "ls -l a"),
        ("ll a", "ls -l a"),
        ("a", "a c"),
        ("\\ls; 'ls'; x ls", "'l's\n'ls'\nx ls"),
        ("sudo ll; sudo x ll", "sudo ls -l\nsudo x ll"),
        ("sudo sudo ll", "sudo sudo ls -l"),
        ("A=1 ll; >f ll", "A=1 ls -l\nls -l >f"),
        ("nothing; echo", "line 1, column 8: `;` is unexpected"),
        ("nothing\necho", "echo"),
        ("nothing echo", "echo"),
        ("begin ll; end", "if true; then\n    ls -l\nfi"),
        ("both y", "x\nls -l y"),
        ("open ' b", "echo 'open ' b"),
        ("comment a\nx", "echo\nx"),
        ("if ll; then ll; fi", "if ls -l; then\n    ls -l\nfi"),
        (
            "ll | ll && ! ll & (ll)",
            "ls -l | ls -l && ! ls -l &\n(\n    ls -l\n)",
        ),
        ("echo $(ll) `ll`", "echo $(ls -l) `ls -l`"),
        (
            "for i in ll; do ll; done",
            "for i in ll; do\n    ls -l\ndone",
        ),
        (
            "case ll in ll) ll; esac",
            "case ll in\n    ll)\n        ls -l\n    ;;\nesac",
        ),
    ] {
        assert_eq!(with_host(text, &mut { ALIASES }), expected, "{text}");
    }
}

struct Braces;

impl Host for Braces {
    fn braces(&self) -> bool {
        true
    }
}

#[test]
fn braces_on_request() {
    for (text, expected) in [
        ("echo a{b,c}d", "echo abd acd"),
        ("echo {a,b}{c,d}", "echo ac ad bc bd"),
        ("echo {a,b{c,d}}e", "echo ae bce bde"),
        (
            "echo {a} {} {a,b a,b} \\{a,b} '{a,b}'",
            "echo {a} {} {a,b a,b} '{'a,b} '{a,b}'",
        ),
        ("echo {a{b,c}", "echo {ab {ac"),
        ("echo $x{a,\"b c\"}", "echo ${x}a $x\"b c\""),
        ("A={a,b} echo ${x:-{a,b}}", "A={a,b} echo ${x:-{a,b}}"),
        (
            "for i in {a,b}; do c; done",
            "for i in a b; do\n    c\ndone",
        ),
        ("echo {~,a}/b", "echo ~/b a/b"),
    ] {
        assert_eq!(with_host(text, &mut Braces), expected, "{text}");
    }
    reads_as("echo {a,b}", "echo {a,b}");
    let many = format!("echo {}", "{a,b}".repeat(1000));
    assert!(with_host(&many, &mut Braces).contains("the braces make more than"));
}

/// A command is asked for only as many lines as it has: what comes after is left for whoever reads next.
#[test]
fn lines_are_taken_as_they_are_needed() {
    struct Lines(Vec<&'static str>);
    impl Host for Lines {
        fn next_line(&mut self) -> Option<Vec<u8>> {
            self.0.pop().map(|line| line.as_bytes().to_vec())
        }
    }
    let mut lines = vec![
        "read x\n",
        "data\n",
        "if a\n",
        "then b; fi\n",
        "cat <<E\n",
        "x\n",
        "E\n",
        "y\n",
    ];
    lines.reverse();
    let mut host = Lines(lines);
    let mut parser = Parser::new("");
    let mut next = |host: &mut Lines| {
        let list = parser.next_command(host).expect("right");
        list.map_or(0, |list: List| list.len())
    };
    assert_eq!(next(&mut host), 1);
    assert_eq!(host.0.pop(), Some("data\n"));
    assert_eq!(next(&mut host), 1);
    assert_eq!(host.0.last(), Some(&"cat <<E\n"));
    assert_eq!(next(&mut host), 1);
    assert_eq!(host.0.last(), Some(&"y\n"));
}

#[test]
fn after_an_error_the_next_line_is_read_as_if_nothing_had_been() {
    let mut parser = Parser::new("a; ) b\n");
    struct Next(Option<Vec<u8>>);
    impl Host for Next {
        fn next_line(&mut self) -> Option<Vec<u8>> {
            self.0.take()
        }
    }
    let mut host = Next(Some(b"c\n".to_vec()));
    assert!(parser.next_command(&mut host).is_err());
    let list = parser
        .next_command(&mut host)
        .expect("right")
        .expect("there is one");
    assert_eq!(print::script(&list), b"c\n");
    assert_eq!(parser.position().line, 3);
}

#[test]
fn positions_are_lines_and_columns() {
    let list = parsed("a\n  b 'x\ny' $c\nif d; then\n e; fi");
    let text = format!("{list:?}");
    for position in [
        "line: 2, column: 3",
        "line: 3, column: 4",
        "line: 4, column: 4",
        "line: 5, column: 2",
    ] {
        assert!(text.contains(position), "{position} in {text}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for (open, close) in [
        ("(", ")"),
        ("{ ", "; }"),
        ("if a; then ", "; fi"),
        ("while a; do ", "; done"),
        ("case a in a) ", ";; esac"),
        ("f() { ", "; }"),
        ("$(", ")"),
        ("\"$(", ")\""),
        ("$((", "))"),
        ("$((", ") )"),
        ("${a:-", "}"),
        ("\"${a:-", "}\""),
        ("for i in $(", "); do a; done"),
    ] {
        deep(open, close, 100).unwrap_or_else(|error| panic!("{open}: {error}"));
        let error = deep(open, close, 100_000).expect_err(open);
        assert!(
            matches!(error.kind, ErrorKind::TooDeep(_)),
            "{open}: {error}"
        );
    }
}

fn parsed(text: &str) -> List {
    syntax::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn with_host(text: &str, host: &mut dyn Host) -> String {
    let mut parser = Parser::new(text);
    let mut out = Vec::new();
    loop {
        match parser.next_command(host) {
            Ok(Some(list)) => out.extend(print::script(&list)),
            Ok(None) => return String::from_utf8(out).expect("text").trim_end().to_owned(),
            Err(error) => return error.to_string(),
        }
    }
}
