//! Reads rendered HTML again: tags, attributes, text. Enough for what mdBook writes, which is regular.

/// A piece of a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// `<a href="x">`: the name, and what stands behind it.
    Open(&'a str, &'a str),
    /// `</a>`
    Close(&'a str),
    /// Between tags, entities as they are written.
    Text(&'a str),
}

/// The pieces of a document in order. Comments are left out, and so is what scripts and styles contain.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let Some(tag) = rest.strip_prefix('<') else {
                let (text, behind) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
                rest = behind;
                return Some(Piece::Text(text));
            };
            if let Some(comment) = tag.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
                continue;
            }
            let end = end_of_tag(tag);
            let inside = tag[..end].trim_end_matches('/');
            rest = tag.get(end + 1..).unwrap_or("");
            if let Some(name) = inside.strip_prefix('/') {
                return Some(Piece::Close(name.trim()));
            }
            let (name, attributes) = inside
                .split_once(|c: char| c.is_whitespace())
                .unwrap_or((inside, ""));
            if matches!(name, "script" | "style") {
                let closing = format!("</{name}");
                rest = rest.find(&closing).map_or("", |at| &rest[at..]);
            }
            return Some(Piece::Open(name, attributes));
        }
    })
}

/// The `>` that is in no quotes.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// The value of an attribute, entities resolved.
pub(super) fn attribute(attributes: &str, name: &str) -> Option<String> {
    let opening = format!("{name}=\"");
    let mut from = 0;
    loop {
        let at = from + attributes[from..].find(&opening)?;
        let whole = at == 0 || attributes.as_bytes()[at - 1].is_ascii_whitespace();
        if whole {
            let value = attributes[at + opening.len()..].split('"').next()?;
            return Some(unescape(value));
        }
        from = at + opening.len();
    }
}

/// The characters that serializers write as entities.
pub(super) fn unescape(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, character)| {
        text.replace(entity, character)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_order() {
        let html = "<!-- a > b --><p class=\"x>y\">1 &lt; 2<br/><script>if (a<b) {}</script></p>";
        assert_eq!(
            pieces(html).collect::<Vec<_>>(),
            [
                Piece::Open("p", "class=\"x>y\""),
                Piece::Text("1 &lt; 2"),
                Piece::Open("br", ""),
                Piece::Open("script", ""),
                Piece::Close("script"),
                Piece::Close("p"),
            ]
        );
    }

    #[test]
    fn attributes_have_whole_names() {
        let attributes = "data-id=\"1\" id=\"a&amp;b\"";
        assert_eq!(attribute(attributes, "id").as_deref(), Some("a&b"));
        assert_eq!(attribute(attributes, "href"), None);
    }
}
