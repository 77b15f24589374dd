//! From Markdown to pages, by mdBook as a library.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Write};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::problem::Problem;

/// Renders the book in `root` into `folder`, with the texts of `filled` for its pages. Returns what mdBook
/// warns of: an include that leads nowhere, a tag that is not closed.
pub(super) fn render(
    root: &Path,
    folder: &Path,
    filled: &BTreeMap<&str, String>,
) -> Result<Vec<Problem>> {
    let warnings = Warnings::default();
    let build = || -> Result<()> {
        let book = load(root, folder, filled)?;
        book.build()
    };
    tracing::subscriber::with_default(warnings.clone(), build)
        .with_context(|| format!("mdBook cannot build {}", root.display()))?;
    Ok(warnings.problems())
}

fn load(root: &Path, folder: &Path, filled: &BTreeMap<&str, String>) -> Result<MDBook> {
    let mut config = Config::from_disk(root.join("book.toml"))?;
    config.build.build_dir = folder.to_path_buf();
    config.build.create_missing = false;
    for (key, extension) in [("additional-css", "css"), ("additional-js", "js")] {
        config.set(format!("output.html.{key}"), theme_files(root, extension)?)?;
    }
    let mut book = MDBook::load_with_config(root, config)?;
    book.book.for_each_chapter_mut(|chapter| {
        let name = chapter
            .source_path
            .as_ref()
            .map(|path| path.display().to_string());
        if let Some(text) = name.and_then(|name| filled.get(name.as_str())) {
            chapter.content.clone_from(text);
        }
    });
    Ok(book)
}

/// `theme/course.css` and its like, in the alphabet's order.
fn theme_files(root: &Path, extension: &str) -> Result<Vec<String>> {
    let folder = root.join("theme");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.push(format!("theme/{name}"));
        }
    }
    files.sort();
    Ok(files)
}

/// Collects what mdBook logs as a warning or an error, and would only print.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    fn problems(&self) -> Vec<Problem> {
        let texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        texts
            .iter()
            .map(|text| Problem {
                place: "book".to_owned(),
                text: text.clone(),
            })
            .collect()
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let from_mdbook = metadata.target().starts_with("mdbook");
        from_mdbook && *metadata.level() <= Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        texts.push(message.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The text of a logged event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            let _: fmt::Result = write!(self.0, "{value:?}");
        }
    }
}
