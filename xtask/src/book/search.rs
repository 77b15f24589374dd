//! The book's own search: an index that a page of the book can load from a disk, and that knows
//! Japanese.
//!
//! Latin text is cut into words, Japanese (which writes no blanks) into *bigrams*: each two characters in
//! a row are a term, so that a query finds every place where its characters stand together. `search.js`
//! cuts a query in the same way; the two have to agree. The index is a script, because a page that was
//! opened as a file may load scripts and nothing else.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::markup::{Piece, attribute, pieces, unescape};

/// A part of a page with an anchor: what a result leads to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Document {
    /// `uds.html#the-file`
    url: String,
    /// The headings that lead to it: `uds › The file`.
    title: String,
    text: String,
}

/// A term in a title says more than one in the text.
const TITLE_WEIGHT: u32 = 8;

/// More of the same term in a text says no more.
const MOST_WEIGHT: u32 = 8;

/// The parts of a rendered page.
pub(super) fn documents(url: &str, html: &str) -> Vec<Document> {
    let mut reader = Reader {
        url,
        headings: Vec::new(),
        documents: Vec::new(),
        title: None,
        skipped: 0,
    };
    let inside = html.split_once("<main>").map_or(html, |(_, main)| main);
    let inside = inside
        .split_once("</main>")
        .map_or(inside, |(main, _)| main);
    for piece in pieces(inside) {
        reader.read(piece);
    }
    let mut documents = reader.documents;
    for document in &mut documents {
        document.text = single_spaced(&document.text);
    }
    documents.retain(|document| !document.text.is_empty());
    documents
}

struct Reader<'a> {
    url: &'a str,
    /// Level and title of the headings that we are below.
    headings: Vec<(u8, String)>,
    documents: Vec<Document>,
    /// The heading that is being read.
    title: Option<(u8, String, String)>,
    /// How deep inside of what is not searched: line numbers, the head of a lesson, the
    /// titles of folds.
    skipped: usize,
}

impl Reader<'_> {
    fn read(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Open(name, attributes) => self.open(name, attributes),
            Piece::Close(name) => self.close(name),
            Piece::Text(text) if self.skipped == 0 => {
                let text = unescape(text);
                if let Some((_, _, title)) = &mut self.title {
                    title.push_str(&text);
                } else if let Some(document) = self.documents.last_mut() {
                    document.text.push_str(&text);
                }
            }
            Piece::Text(_) => {}
        }
    }

    fn open(&mut self, name: &str, attributes: &str) {
        let class = attribute(attributes, "class").unwrap_or_default();
        let unsearched = class == "number" || matches!(name, "header" | "summary");
        if self.skipped > 0 || unsearched {
            // Void elements have no end to wait for; there are none in these.
            self.skipped += 1;
            return;
        }
        let id = attribute(attributes, "id").unwrap_or_default();
        if let Some(level) = level(name) {
            self.title = Some((level, id, String::new()));
        } else if class == "lesson" {
            let name = attribute(attributes, "data-lesson").unwrap_or_default();
            self.begin(&id, &name);
        } else if class == "call"
            && let Some(name) = id.strip_prefix("call-")
        {
            self.begin(&id, name);
        } else if is_block(name)
            && let Some(document) = self.documents.last_mut()
        {
            document.text.push(' ');
        }
    }

    fn close(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        if level(name).is_some()
            && let Some((level, id, title)) = self.title.take()
        {
            self.headings.retain(|(above, _)| *above < level);
            self.begin(&id, &title);
            self.headings.push((level, title));
        } else if name == "section" {
            // What follows a lesson belongs to the heading again.
            let title = self.headings.last().map(|(_, title)| title.clone());
            let id = title.as_deref().map(|title| self.id_of(title));
            if let (Some(title), Some(id)) = (title, id) {
                let last = self.headings.pop();
                self.begin(&id, &title);
                self.headings.extend(last);
            }
        }
    }

    fn begin(&mut self, id: &str, title: &str) {
        let mut titles: Vec<_> = self.headings.iter().map(|(_, title)| &**title).collect();
        // A lesson mostly has a heading of its name.
        if titles.last() != Some(&title) {
            titles.push(title);
        }
        self.documents.push(Document {
            url: format!("{}#{id}", self.url),
            title: titles.join(" › "),
            text: String::new(),
        });
    }

    /// The anchor of the last part that has this title.
    fn id_of(&self, title: &str) -> String {
        let document = self
            .documents
            .iter()
            .rfind(|document| document.title.ends_with(title));
        let url = document.map_or("", |document| document.url.as_str());
        url.split_once('#').map_or("", |(_, id)| id).to_owned()
    }
}

fn level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "li" | "td" | "th" | "tr" | "pre" | "details" | "div" | "br"
    )
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A script that hands the index to `search.js`.
pub(super) fn script(documents: &[Document]) -> String {
    let mut terms: BTreeMap<String, BTreeMap<usize, u32>> = BTreeMap::new();
    for (number, document) in documents.iter().enumerate() {
        let mut add = |text: &str, weight: u32, most: u32| {
            for term in self::terms(text) {
                let total = terms.entry(term).or_default().entry(number).or_default();
                *total = (*total + weight).min(most.max(*total));
            }
        };
        add(&document.text, 1, MOST_WEIGHT);
        add(
            &document.title,
            TITLE_WEIGHT,
            MOST_WEIGHT + 4 * TITLE_WEIGHT,
        );
    }
    let documents: Vec<_> = documents
        .iter()
        .map(|document| json!([document.url, document.title, document.text]))
        .collect();
    // A flat list of numbers: document, weight, document, weight.
    let terms: serde_json::Map<String, Value> = terms
        .into_iter()
        .map(|(term, found)| {
            let found: Vec<_> = found
                .into_iter()
                .flat_map(|(document, weight)| [u32::try_from(document).unwrap_or(0), weight])
                .collect();
            (term, json!(found))
        })
        .collect();
    let index = json!({ "documents": documents, "terms": terms });
    format!("window.courseSearchIndex = {index};\n")
}

/// The terms of a text, in order: words of Latin text in lower case, bigrams of Japanese. A single
/// Japanese character is a term by itself.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let mut run: Vec<char> = Vec::new();
    let mut kind = Script::Other;
    for c in text.chars().flat_map(char::to_lowercase).chain([' ']) {
        let now = Script::of(c);
        if now != kind {
            flush(kind, &mut run, &mut terms);
            kind = now;
        }
        run.push(c);
    }
    terms
}

fn flush(kind: Script, run: &mut Vec<char>, terms: &mut Vec<String>) {
    match kind {
        Script::Word => terms.push(run.iter().collect()),
        Script::Japanese if run.len() == 1 => terms.push(run.iter().collect()),
        Script::Japanese => terms.extend(run.windows(2).map(|pair| pair.iter().collect())),
        Script::Other => {}
    }
    run.clear();
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    /// Letters and digits of any script that writes blanks, and `_`.
    Word,
    /// Kana and kanji, which are not separated from each other.
    Japanese,
    Other,
}

impl Script {
    fn of(c: char) -> Self {
        match c {
            '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ff9f}' => Self::Japanese,
            '_' => Self::Word,
            c if c.is_alphanumeric() => Self::Word,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_text_is_cut_into_words_and_japanese_into_bigrams() {
        assert_eq!(
            terms("Open(2), O_CREAT: fd-lowest naïve"),
            ["open", "2", "o_creat", "fd", "lowest", "naïve"]
        );
        assert_eq!(terms("ファイル"), ["ファ", "ァイ", "イル"]);
        assert_eq!(terms("readで読む。字"), ["read", "で読", "読む", "字"]);
    }

    const PAGE: &str = "<nav>menu</nav><main><h1 id=\"uds\"><a href=\"#uds\">uds</a></h1><p>Intro \
        &lt;x&gt;</p><h2 id=\"a\">A</h2><p>one</p><section class=\"lesson\" id=\"lesson-l\" \
        data-lesson=\"l\"><header>uds/l</header><span class=\"number\">17</span>let</section><p>two</p><h2 id=\"b\">B</h2>\
        <div class=\"call\" id=\"call-bind\">bind <a>uds/echo</a></div></main><p>footer</p>";

    #[test]
    fn a_page_is_cut_at_headings_lessons_and_calls() {
        let documents = documents("uds.html", PAGE);
        let found: Vec<_> = documents
            .iter()
            .map(|d| (d.url.as_str(), d.title.as_str(), d.text.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("uds.html#uds", "uds", "Intro <x>"),
                ("uds.html#a", "uds › A", "one"),
                ("uds.html#lesson-l", "uds › A › l", "let"),
                ("uds.html#a", "uds › A", "two"),
                ("uds.html#call-bind", "uds › B › bind", "bind uds/echo"),
            ]
        );
    }

    #[test]
    fn titles_weigh_more() {
        let document = |title: &str, text: &str| Document {
            url: "x".to_owned(),
            title: title.to_owned(),
            text: text.to_owned(),
        };
        let script = script(&[document("read", "no"), document("no", "read read")]);
        let json = script
            .trim_end()
            .trim_start_matches("window.courseSearchIndex = ")
            .trim_end_matches(';');
        let index: Value = serde_json::from_str(json).unwrap();
        assert_eq!(index["terms"]["read"], json!([0, 8, 1, 2]));
        assert_eq!(index["documents"][1], json!(["x", "no", "read read"]));
    }
}
