//! Text that becomes HTML in the middle of Markdown.
//!
//! A block of HTML ends at the first blank line, so there must be none inside: where a text may have
//! one, its line ends are written as `&#10;`. And `{{` would be taken for a directive, so a brace is
//! written as `&#123;`.

/// For the inside of an element or an attribute, on one line or several.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '{' => escaped.push_str("&#123;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_ascii_control() => escaped.push(picture(c)),
            c => escaped.push(c),
        }
    }
    escaped
}

/// What a program printed, for the inside of a `<pre>`. Colours of a terminal are left out.
pub(super) fn escape_output(text: &str) -> String {
    escape(without_colours(text).trim_end()).replace('\n', "&#10;")
}

/// The sign for a control character: `␀` for NUL.
fn picture(control: char) -> char {
    match control {
        '\x7f' => '␡',
        c => char::from_u32(0x2400 + u32::from(c)).unwrap_or('�'),
    }
}

/// Without `ESC [ … m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let parameters = part.find(|c: char| !c.is_ascii_digit() && c != ';');
        match parameters {
            Some(end) if part[end..].starts_with('m') => plain.push_str(&part[end + 1..]),
            _ => {
                plain.push_str("\x1b[");
                plain.push_str(part);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_for_markup_or_for_a_directive() {
        assert_eq!(
            escape("if a < b && c[\"{{#x}}\"]"),
            "if a &lt; b &amp;&amp; c[&quot;&#123;&#123;#x}}&quot;]"
        );
    }

    #[test]
    fn output_has_no_blank_line_and_no_control_character() {
        assert_eq!(
            escape_output("one\n\ntwo\0\x1b[1;31mred\x1b[0m \x1b[2K\n\n"),
            "one&#10;&#10;two␀red ␛[2K"
        );
    }
}
