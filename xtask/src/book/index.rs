//! The two indexes: every lesson by chapter, and every system call with the lessons that make it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use syscalls::witness::Block;

use super::html::escape;
use super::lesson_html::name_of;
use crate::record::Record;
use crate::workspace::Chapter;

/// Markdown: a heading for each chapter, a line for each lesson.
pub(super) fn lessons(chapters: &[Chapter]) -> String {
    let mut text = String::new();
    for chapter in chapters {
        let name = &chapter.name;
        let _ = writeln!(text, "## {name}\n\n[{}]({name}.md)\n", chapter.description);
        for lesson in &chapter.lessons {
            let _ = writeln!(
                text,
                "- [{}]({name}.md#lesson-{}): {}",
                lesson.name, lesson.name, lesson.claim
            );
        }
        text.push('\n');
    }
    text
}

/// Which lessons make a call, as `CHAPTER/NAME`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Makers {
    /// Those whose block names it: they are about it.
    claim: Vec<String>,
    /// Others in whose trace it is.
    make: Vec<String>,
}

/// What one lesson has to do with system calls.
pub(super) struct Source<'a> {
    pub(super) chapter: &'a str,
    pub(super) lesson: &'a str,
    pub(super) block: Option<&'a Block>,
    pub(super) record: &'a Record,
}

/// By the call's name. From the traces; what a block names is there without a trace too.
pub(super) fn makers<'a>(
    lessons: impl IntoIterator<Item = Source<'a>>,
) -> BTreeMap<String, Makers> {
    let mut calls: BTreeMap<String, Makers> = BTreeMap::new();
    for source in lessons {
        let lesson = format!("{}/{}", source.chapter, source.lesson);
        let claimed = source.block.map(claimed).unwrap_or_default();
        for name in &claimed {
            let makers = calls.entry(name.clone()).or_default();
            makers.claim.push(lesson.clone());
        }
        for name in made(source.record).difference(&claimed) {
            let makers = calls.entry(name.clone()).or_default();
            makers.make.push(lesson.clone());
        }
    }
    calls
}

/// A pattern such as `clone*` names no single call.
fn claimed(block: &Block) -> BTreeSet<String> {
    let patterns = block.patterns().iter().map(|pattern| pattern.name.as_str());
    patterns
        .filter(|name| !name.contains('*'))
        .map(str::to_owned)
        .collect()
}

/// The calls of the lesson's own lines, and those that bore its block out.
fn made(record: &Record) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, place) in record.trace.iter().flat_map(|trace| &trace.lines) {
        names.extend(
            place
                .shown
                .iter()
                .map(|call| name_of(&call.text).to_owned()),
        );
        names.extend(place.counted.iter().map(|(name, _)| name.clone()));
    }
    let testimony = record.testimony.iter().flatten();
    names.extend(testimony.map(|call| name_of(call).to_owned()));
    names
}

/// Markdown: a paragraph for each call, with an anchor `call-NAME`.
pub(super) fn calls(calls: &BTreeMap<String, Makers>) -> String {
    let mut text = String::new();
    for (name, makers) in calls {
        let shown = escape(name);
        let manual = format!("https://man7.org/linux/man-pages/man2/{shown}.2.html");
        let _ = write!(
            text,
            "<div class=\"call\" id=\"call-{shown}\"><a class=\"manual\" href=\"{manual}\"><code>{shown}</code></a> "
        );
        text.push_str(&links(&makers.claim));
        if !makers.make.is_empty() {
            let also = if makers.claim.is_empty() {
                "made by"
            } else {
                "also made by"
            };
            let count = makers.make.len();
            let _ = write!(
                text,
                "<details><summary>{also} {count} {}</summary>{}</details>",
                if count == 1 { "lesson" } else { "lessons" },
                links(&makers.make)
            );
        }
        text.push_str("</div>\n\n");
    }
    text
}

fn links(lessons: &[String]) -> String {
    let links = lessons.iter().map(|lesson| {
        let (chapter, name) = lesson.split_once('/').unwrap_or((lesson, ""));
        format!("<a href=\"{chapter}.html#lesson-{name}\">{lesson}</a>")
    });
    links.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Place, Repeated, Trace};

    #[test]
    fn a_call_leads_to_the_lessons_about_it_and_to_those_that_make_it() {
        let block = Block::parse("openat(*) = $fd\nclose($fd)\nclone*\n").unwrap();
        let place = Place {
            shown: vec![Repeated {
                text: "write(1, \"x\", 1) = 1".to_owned(),
                failed: false,
                times: 1,
            }],
            counted: vec![("close".to_owned(), 2)],
        };
        let record = Record {
            trace: Some(Trace {
                lines: vec![(3, place)],
                ..Trace::default()
            }),
            ..Record::default()
        };
        let calls = makers([
            Source {
                chapter: "fs",
                lesson: "open",
                block: Some(&block),
                record: &record,
            },
            Source {
                chapter: "uds",
                lesson: "echo",
                block: None,
                record: &record,
            },
        ]);
        let names: Vec<_> = calls.keys().map(String::as_str).collect();
        assert_eq!(names, ["close", "openat", "write"]);
        assert_eq!(calls["close"].claim, ["fs/open"]);
        assert_eq!(calls["close"].make, ["uds/echo"]);
        assert_eq!(calls["write"].make, ["fs/open", "uds/echo"]);
    }
}
