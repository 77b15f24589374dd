//! serde_json writes pretty JSON into any `Write`, a token at a time, so give it a `BufWriter`.
//!
//! `to_writer_pretty` indents by two spaces; a `PrettyFormatter` takes any indentation. The encoder
//! never holds the document: it writes each bracket, each quote and each piece of text as it comes.
//! That is what lets it stream, and on a bare `File` each of those is a system call.
//!
//! Go's `json.Encoder` (`SetIndent("", "    ")`) writes the value at once and a newline after it;
//! serde_json writes no newline. Struct fields come in the order of their declaration, in both.
//!
//! ```syscalls
//! write(3, "{", 1) = 1
//! write(3, "\n", 1) = 1
//! write(3, "    ", 4) = 4
//! write(3, "\"", 1) = 1
//! write(3, "title", 5) = 5
//! write(3, "{\n    \"title\": *"*) x1
//! ```

use std::error::Error;
use std::io::{BufWriter, Write};

use io_writer::recorder::recorder;
use serde::{Deserialize, Serialize};
use serde_json::ser::{PrettyFormatter, Serializer};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Book {
    title: String,
    pages: u32,
    price: Option<f64>,
    tags: Vec<String>,
}

const GOLDEN: &str = r#"{
    "title": "Say \"hello\"",
    "pages": 320,
    "price": null,
    "tags": [
        "os",
        "日本語"
    ]
}"#;

fn encode(book: &Book, out: impl Write) -> serde_json::Result<()> {
    let indent = PrettyFormatter::with_indent(b"    ");
    book.serialize(&mut Serializer::with_formatter(out, indent))
}

fn main() -> Result<(), Box<dyn Error>> {
    let book = Book {
        title: "Say \"hello\"".into(),
        pages: 320,
        price: None,
        tags: vec!["os".into(), "日本語".into()],
    };

    let (file, calls) = recorder()?;
    encode(&book, file)?;
    let raw = calls.finish()?;

    let (file, calls) = recorder()?;
    let mut out = BufWriter::new(file);
    encode(&book, &mut out)?;
    out.flush()?;
    let buffered = calls.finish()?;

    let text = String::from_utf8(buffered.concat())?;
    println!("{text}");
    assert_eq!(text, GOLDEN);
    assert_eq!(raw.concat(), GOLDEN.as_bytes());
    assert_eq!(serde_json::from_str::<Book>(&text)?, book);

    println!(
        "{} writes to a bare file, {} through a BufWriter",
        raw.len(),
        buffered.len()
    );
    assert_eq!(buffered.len(), 1);
    assert!(
        raw.len() > GOLDEN.lines().count(),
        "more than one call for each line"
    );
    Ok(())
}
