//! Rust source in colours: which characters are a comment, a string, a keyword.
//!
//! A lexer of the language as far as colours need it, and forgiving: what it does not know stays plain,
//! and what is not closed goes on to the end. The names of the classes are those of highlight.js, for
//! which mdBook's themes have colours.

use super::html::escape;

/// The HTML of each line. A comment or string of several lines is closed and opened again at each end.
pub(super) fn lines(source: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut add = |class: Option<&str>, text: &str| {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                lines.push(String::new());
            }
            let line = lines.last_mut().expect("there is always one");
            match class {
                _ if part.is_empty() => {}
                None => line.push_str(&escape(part)),
                Some(class) => {
                    let text = escape(part);
                    line.push_str(&format!("<span class=\"hljs-{class}\">{text}</span>"));
                }
            }
        }
    };
    let mut lexer = Lexer {
        rest: source,
        after_fn: false,
    };
    while let Some((class, text)) = lexer.next() {
        add(class, text);
    }
    if source.ends_with('\n') {
        lines.pop();
    }
    lines
}

const KEYWORDS: [&str; 41] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "raw", "ref", "return", "safe", "self", "Self", "static", "struct", "super", "trait", "true",
    "type", "union", "unsafe", "use", "where", "while",
];

/// Keywords only in a place where nobody would look for a name; elsewhere they are names.
const CONTEXTUAL: [&str; 3] = ["raw", "safe", "union"];

struct Lexer<'a> {
    rest: &'a str,
    /// The next name is that of a function.
    after_fn: bool,
}

impl<'a> Lexer<'a> {
    /// A class, or none, and the text that has it.
    fn next(&mut self) -> Option<(Option<&'static str>, &'a str)> {
        let first = self.rest.chars().next()?;
        let (class, length) = self.token(first);
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        if !text.trim().is_empty() {
            self.after_fn = text == "fn";
        }
        Some((class, text))
    }

    fn token(&self, first: char) -> (Option<&'static str>, usize) {
        let rest = self.rest;
        if rest.starts_with("//") {
            return (Some("comment"), rest.find('\n').unwrap_or(rest.len()));
        }
        if rest.starts_with("/*") {
            return (Some("comment"), block_comment(rest));
        }
        if rest.starts_with("#[") || rest.starts_with("#![") {
            return (Some("meta"), attribute(rest));
        }
        if let Some(length) = string(rest) {
            return (Some("string"), length);
        }
        if let Some(quoted) = rest.strip_prefix('\'') {
            return match character(quoted) {
                Some(length) => (Some("string"), 1 + length),
                None => (Some("symbol"), 1 + word(quoted)),
            };
        }
        if let Some(length) = rest.strip_prefix("b'").and_then(character) {
            return (Some("string"), 2 + length);
        }
        if first.is_ascii_digit() {
            return (Some("number"), number(rest));
        }
        if first == '_' || first.is_alphabetic() {
            return self.name();
        }
        (None, first.len_utf8())
    }

    fn name(&self) -> (Option<&'static str>, usize) {
        let rest = self.rest;
        if let Some(raw) = rest.strip_prefix("r#") {
            return (None, 2 + word(raw));
        }
        let length = word(rest);
        let (name, behind) = rest.split_at(length);
        if behind.starts_with('!') && !behind.starts_with("!=") {
            return (Some("built_in"), length + 1);
        }
        if self.after_fn {
            return (Some("title"), length);
        }
        let next_is_name = behind
            .strip_prefix(' ')
            .is_some_and(|next| next.starts_with(|c: char| c.is_alphabetic()));
        let keyword = KEYWORDS.contains(&name) && (!CONTEXTUAL.contains(&name) || next_is_name);
        (keyword.then_some("keyword"), length)
    }
}

fn word(text: &str) -> usize {
    text.find(|c: char| c != '_' && !c.is_alphanumeric())
        .unwrap_or(text.len())
}

/// They nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// From `#` to the bracket that closes it; brackets in strings do not count.
fn attribute(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some(length) = string(&text[at..]) {
            at += length;
            continue;
        }
        at += c.len_utf8();
        match c {
            '[' => depth += 1,
            ']' if depth == 1 => return at,
            ']' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a string literal of any kind that stands here.
fn string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let behind = &text[prefix.len()..];
    let hashes = behind.len() - behind.trim_start_matches('#').len();
    let raw = prefix.ends_with('r');
    if hashes > 0 && !raw {
        return None;
    }
    let start = prefix.len() + hashes + 1;
    let body = &text[start..];
    let end = if raw {
        let closing = format!("\"{}", "#".repeat(hashes));
        body.find(&closing).map(|at| at + closing.len())
    } else {
        unescaped(body, '"')
    };
    Some(end.map_or(text.len(), |end| start + end))
}

/// The length of a character literal behind its first quote; none for a lifetime.
fn character(quoted: &str) -> Option<usize> {
    let first = quoted.chars().next()?;
    if first == '\\' {
        return unescaped(quoted, '\'');
    }
    let end = first.len_utf8();
    (first != '\'' && quoted[end..].starts_with('\'')).then_some(end + 1)
}

/// The end of a text that `quote` closes, behind the quote.
fn unescaped(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == quote {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// `1_000u64`, `0xff`, `1.5e-3`, but only the `0` of `0..9` and of `0.max(1)`.
fn number(text: &str) -> usize {
    let mut length = word(text);
    let fraction = text[length..]
        .strip_prefix('.')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if let Some(fraction) = fraction {
        length += 1 + word(fraction);
    }
    let decimal = !text.starts_with("0x");
    let sign = text[length..].starts_with(['+', '-']);
    if decimal && sign && text[..length].ends_with(['e', 'E']) {
        length += 1 + word(&text[length + 1..]);
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each part that has a class, as `class:text`.
    fn classes(source: &str) -> Vec<String> {
        let mut lexer = Lexer {
            rest: source,
            after_fn: false,
        };
        let mut found = Vec::new();
        while let Some((class, text)) = lexer.next() {
            found.extend(class.map(|class| format!("{class}:{text}")));
        }
        found
    }

    #[test]
    fn comments_nest_and_end() {
        assert_eq!(
            classes("a // b\nc /* d /* e */ f */ g"),
            ["comment:// b", "comment:/* d /* e */ f */"]
        );
        assert_eq!(classes("/* open"), ["comment:/* open"]);
    }

    #[test]
    fn strings_of_every_kind() {
        assert_eq!(
            classes(r####"s("a\"b", b"c", c"d", r"e\", br#"f"g"#, r##"h"#i"##)"####),
            [
                r#"string:"a\"b""#,
                r#"string:b"c""#,
                r#"string:c"d""#,
                r#"string:r"e\""#,
                r##"string:br#"f"g"#"##,
                r###"string:r##"h"#i"##"###,
            ]
        );
    }

    #[test]
    fn a_quote_opens_a_character_or_a_lifetime() {
        assert_eq!(
            classes(r"'a' '\'' '\u{1f980}' b'\n' '語' &'a x, 'static 'outer: {"),
            [
                "string:'a'",
                r"string:'\''",
                r"string:'\u{1f980}'",
                r"string:b'\n'",
                "string:'語'",
                "symbol:'a",
                "symbol:'static",
                "symbol:'outer"
            ]
        );
    }

    #[test]
    fn numbers_end_where_a_range_or_a_method_begins() {
        assert_eq!(
            classes("1_000u64 0xffE-1 1.5e-3 0..9 0.max(1) x.0"),
            [
                "number:1_000u64",
                "number:0xffE",
                "number:1",
                "number:1.5e-3",
                "number:0",
                "number:9",
                "number:0",
                "number:1",
                "number:0"
            ]
        );
    }

    #[test]
    fn keywords_names_and_macros() {
        assert_eq!(
            classes("pub fn r#match(raw: &raw const T) { union != assert!(x) }"),
            [
                "keyword:pub",
                "keyword:fn",
                "keyword:raw",
                "keyword:const",
                "built_in:assert!"
            ]
        );
        assert_eq!(
            classes("fn main() { matches!(a, b) }"),
            ["keyword:fn", "title:main", "built_in:matches!"]
        );
    }

    #[test]
    fn attributes_go_to_their_own_bracket() {
        assert_eq!(
            classes("#![warn(unused)]\n#[doc = \"a]b\"] x[1]"),
            ["meta:#![warn(unused)]", "meta:#[doc = \"a]b\"]", "number:1"]
        );
    }

    #[test]
    fn each_line_is_whole_by_itself() {
        assert_eq!(
            lines("let a = \"b\n\nc\";\n}\n"),
            [
                "<span class=\"hljs-keyword\">let</span> a = <span class=\"hljs-string\">&quot;b</span>",
                "",
                "<span class=\"hljs-string\">c&quot;</span>;",
                "}"
            ]
        );
    }

    #[test]
    fn no_character_is_lost() {
        for source in [
            "", "'", "b'", "r#", "\"", "#[", "/*", "0.", "1e-", "'\\", "é'ß'",
        ] {
            let mut lexer = Lexer {
                rest: source,
                after_fn: false,
            };
            let mut all = String::new();
            while let Some((_, text)) = lexer.next() {
                assert!(!text.is_empty());
                all.push_str(text);
            }
            assert_eq!(all, source);
        }
    }
}
