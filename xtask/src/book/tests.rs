//! A small book in a folder of its own: one chapter, one lesson, and what happens when a name is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::build::{Built, build};
use crate::lesson::Lesson;
use crate::record::{Place, Records, Repeated, Trace};
use crate::trial::{Outcome, Trial};
use crate::workspace::Workspace;

const LESSON: &str = "//! Nothing is lost.\n//!\n//! ```syscalls\n//! close(3) = 0\n//! ```\n\n\
    fn main() {\n    close(\"{{#include x}}\");\n\n    assert!(true);\n}\n";

const PAGE: &str = "# One\n\nSee [below](#the-end) and [the index](lessons.md).\n\n\
    {{#lesson one/first}}\n\n## The end\n";

/// A workspace with a book, as small as can be.
struct Small {
    folder: TempDir,
}

impl Small {
    fn new() -> Self {
        let small = Self {
            folder: TempDir::new().unwrap(),
        };
        let write = |path: &str, text: &str| small.write(path, text);
        write(
            "crates/one/Cargo.toml",
            "[package]\nname = \"one\"\ndescription = \"The first\"\n",
        );
        write("crates/one/examples/first.rs", LESSON);
        write(
            "book/book.toml",
            "[book]\ntitle = \"Small\"\n[output.html]\nhash-files = false\ninput-404 = \"\"\n\
             [output.html.print]\nenable = false\n",
        );
        write("book/theme/own.css", "p {}\n");
        write(
            "book/src/SUMMARY.md",
            "# Summary\n\n- [One](one.md)\n\n[Lessons](lessons.md)\n[Calls](calls.md)\n",
        );
        write("book/src/one.md", PAGE);
        write("book/src/lessons.md", "# Lessons\n\n{{#lessons}}\n");
        write("book/src/calls.md", "# Calls\n\n{{#calls}}\n");
        small
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn workspace(&self) -> Workspace {
        Workspace::at(self.folder.path()).unwrap()
    }

    /// From the records alone.
    fn build(&self) -> Built {
        build(&self.workspace(), &self.path("out"), &[]).unwrap()
    }

    /// What is wrong when the page says `new` instead of `old`.
    fn problems_with(&self, old: &str, new: &str) -> Vec<String> {
        assert!(PAGE.contains(old));
        self.write("book/src/one.md", &PAGE.replace(old, new));
        let built = self.build();
        built.problems.iter().map(ToString::to_string).collect()
    }

    fn page(&self, name: &str) -> String {
        fs::read_to_string(self.path("out").join(name)).unwrap()
    }

    /// As if the lesson had run.
    fn record(&self, outcome: Outcome) {
        let (workspace, executable) = (self.workspace(), self.path("first"));
        let lesson: &Lesson = &workspace.chapters[0].lessons[0];
        let records = Records::of(&workspace);
        self.write("first", "machine code");
        let trial = Trial {
            outcome,
            output: "one\n\ntwo & {{#lesson x/y}}\n".to_owned(),
            elapsed: std::time::Duration::from_millis(5),
        };
        let call = Repeated {
            text: "close(3) = 0".to_owned(),
            failed: false,
            times: 1,
        };
        let place = Place {
            shown: vec![call],
            counted: Vec::new(),
        };
        let trace = Trace {
            lines: vec![(8, place)],
            ..Trace::default()
        };
        records.keep_run(lesson, &executable, &trial).unwrap();
        records.keep_trace(lesson, &executable, &trace).unwrap();
    }
}

#[test]
fn a_page_shows_the_lesson_with_its_calls_and_what_it_printed() {
    let small = Small::new();
    small.record(Outcome::Held);
    let built = small.build();
    assert_eq!(built.problems, []);
    assert_eq!((built.lessons, built.traced, built.not_run), (1, 1, 0));
    let page = small.page("one.html");
    for part in [
        "<section class=\"lesson\" id=\"lesson-first\" data-chapter=\"one\" data-lesson=\"first\"",
        "<span class=\"call\" data-line=\"8\">close(3) = 0",
        "{{#include x}}",
        "one\n\ntwo &amp; {{#lesson x/y}}",
        "held, 5 ms",
        "theme/own.css",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    let index = small.page("lessons.html");
    assert!(index.contains("href=\"one.html#lesson-first\""), "{index}");
    let calls = small.page("calls.html");
    assert!(calls.contains("id=\"call-close\""), "{calls}");
    assert!(
        small
            .page("search-index.js")
            .contains("one.html#lesson-first")
    );
}

#[test]
fn exercises_are_items_with_folds_in_them() {
    let small = Small::new();
    for name in ["first_one", "second"] {
        let folder = format!("crates/one/exercises/{name}");
        let starter =
            "//! Does it in `one` call.\n//!\n//! Make it so.\n//!\n//! Lesson: one/first\n";
        small.write(&format!("{folder}/starter.rs"), starter);
        small.write(
            &format!("{folder}/hints.md"),
            "Look at:\n\n- this\n\n---\n\n`writev`\n",
        );
    }
    let problems = small.problems_with(
        "## The end",
        "## The end\n\n- {{#exercise one/first-one}}\n- {{#exercise one/second}}\n\nFurther.",
    );
    assert!(problems.is_empty(), "{problems:?}");
    let page = small.page("one.html");
    let list = page.split_once("id=\"the-end\"").unwrap().1;
    let list = list.split_once("Further.").unwrap().0;
    assert_eq!(
        list.matches("<details class=\"exercise\">").count(),
        6,
        "{list}"
    );
    assert_eq!(list.matches("</details>").count(), 6, "{list}");
    // Two exercises in one list, and the item of a hint in each.
    let items = list.matches("<li>").count();
    assert_eq!((list.matches("<ul>").count(), items), (3, 4), "{list}");
    assert!(list.contains("href=\"one.html#lesson-first\""), "{list}");
    assert!(
        list.contains("<code>cargo xtask learn first-one</code>"),
        "{list}"
    );
}

#[test]
fn without_a_record_there_is_the_source_alone() {
    let small = Small::new();
    let built = small.build();
    assert_eq!(built.problems, []);
    assert_eq!((built.lessons, built.traced, built.not_run), (1, 0, 1));
    let page = small.page("one.html");
    assert!(
        page.contains("not run") && page.contains("assert!"),
        "{page}"
    );
    assert!(!page.contains("class=\"calls\""), "{page}");
    // The block names a call, so the index is not empty.
    assert!(small.page("calls.html").contains("call-close"));
}

#[test]
fn two_builds_are_the_same() {
    let small = Small::new();
    small.record(Outcome::Held);
    small.build();
    let first = everything(&small.path("out"));
    small.build();
    assert_eq!(first, everything(&small.path("out")));
}

#[test]
fn a_name_that_leads_nowhere_is_told_with_its_place() {
    let small = Small::new();
    let problems = small.problems_with("one/first", "one/frist");
    assert!(
        problems[0].starts_with("book/src/one.md:5: one has no lesson frist"),
        "{problems:?}"
    );
    assert!(
        problems[1].starts_with("crates/one/examples/first.rs:1: the lesson is on no page"),
        "{problems:?}"
    );
    let problems = small.problems_with("## The end", "{{#exercise one/none}}");
    assert!(problems[0].starts_with("book/src/one.md:7: there is no exercise one/none"));
    let problems = small.problems_with("## The end", "{{#include ../none.rs}}");
    assert_eq!(problems, ["book/src/one.md:7: there is no file ../none.rs"]);
    let problems = small.problems_with("## The end", "{{#lesson one/first}}");
    assert_eq!(
        problems,
        ["book/src/one.md:7: one/first stands at book/src/one.md:5 already"]
    );
}

#[test]
fn a_link_that_leads_nowhere_is_told_with_its_place() {
    let small = Small::new();
    assert_eq!(
        small.problems_with("(lessons.md)", "(leson.md)"),
        ["book/src/one.md:3: leson.html leads to nothing: there is no leson.html"]
    );
    assert_eq!(
        small.problems_with("(#the-end)", "(#the-begin)"),
        ["book/src/one.md:3: #the-begin leads to no place of one.html: it has no id the-begin"]
    );
    assert_eq!(
        small.problems_with("(lessons.md)", "(lessons.md#x)"),
        ["book/src/one.md:3: lessons.html#x leads to no place of lessons.html: it has no id x"]
    );
}

#[test]
fn a_lesson_that_fell_is_told_with_its_place() {
    let small = Small::new();
    small.record(Outcome::Fell("ended with exit status: 101".to_owned()));
    let built = small.build();
    assert_eq!(
        built
            .problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["book/src/one.md:5: one/first fell: ended with exit status: 101"]
    );
}

#[test]
fn what_mdbook_only_warns_of_is_a_problem() {
    let small = Small::new();
    let problems = small.problems_with("## The end", "- <b>not closed");
    assert!(
        problems
            .iter()
            .any(|text| text.contains("unclosed HTML tag")),
        "{problems:?}"
    );
}

/// Names and contents of all files, in order.
fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(everything(&path));
        } else {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}
