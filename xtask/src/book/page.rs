//! A page of the book as it is written: Markdown, and directives that the build fills in.
//!
//! ```text
//! {{#lesson uds/stream-echo}}      on a line of its own: source, calls and output of a lesson
//! {{#diagram shell/pipeline}}      on a line of its own: who called what when
//! - {{#exercise uds/one-write}}    in an item of a list: goal, task and hints
//! {{#lessons}}, {{#calls}}         on a line of its own: the indexes
//! {{#include ../../file.rs:name}}  in a code block: mdBook's own
//! ```

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::problem::Problem;

/// A Markdown file of `book/src`.
pub(super) struct Page {
    /// `uds.md`
    pub(super) name: String,
    pub(super) text: String,
}

/// `{{#kind argument}}`
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Directive {
    /// From 1.
    pub(super) line: usize,
    pub(super) kind: Kind,
    /// `uds/stream-echo`; empty where there is none.
    pub(super) argument: String,
    /// What stands in front of it on its line: blanks, or the mark of a list's item.
    pub(super) before: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Lesson,
    Diagram,
    Exercise,
    Lessons,
    Calls,
    Include,
}

const KINDS: [(&str, Kind); 6] = [
    ("lesson", Kind::Lesson),
    ("diagram", Kind::Diagram),
    ("exercise", Kind::Exercise),
    ("lessons", Kind::Lessons),
    ("calls", Kind::Calls),
    ("include", Kind::Include),
];

impl Page {
    /// All pages of `book/src`, by name.
    pub(super) fn read_all(root: &Path) -> Result<Vec<Self>> {
        let folder = root.join("book/src");
        let mut pages = Vec::new();
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                pages.push(Self {
                    name: name.into_owned(),
                    text,
                });
            }
        }
        pages.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(pages)
    }

    /// A problem at a line of this page.
    pub(super) fn problem(&self, line: usize, text: impl Into<String>) -> Problem {
        Problem {
            place: format!("book/src/{}:{line}", self.name),
            text: text.into(),
        }
    }

    /// The directives, and what is wrong with those that are none.
    pub(super) fn directives(&self) -> (Vec<Directive>, Vec<Problem>) {
        let (mut directives, mut problems) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(self.text.lines()) {
            match directive(number, line) {
                Ok(found) => directives.extend(found),
                Err(text) => problems.push(self.problem(number, text)),
            }
        }
        (directives, problems)
    }

    /// The page with what `fill` gives for each directive. Includes are left to mdBook.
    pub(super) fn filled(&self, mut fill: impl FnMut(&Directive) -> String) -> String {
        let mut filled = String::new();
        for (number, line) in (1..).zip(self.text.lines()) {
            match directive(number, line) {
                Ok(Some(found)) if found.kind != Kind::Include => filled.push_str(&fill(&found)),
                _ => filled.push_str(line),
            }
            filled.push('\n');
        }
        filled
    }
}

/// The directive of a line, if it has one.
fn directive(number: usize, line: &str) -> Result<Option<Directive>, String> {
    let Some((before, rest)) = line.split_once("{{#") else {
        return Ok(None);
    };
    if before.contains('`') {
        return Ok(None);
    }
    let (inside, behind) = rest
        .split_once("}}")
        .ok_or("the directive is not closed: `}}` is missing")?;
    let (word, argument) = inside.split_once(' ').unwrap_or((inside, ""));
    let kind = KINDS.iter().find(|(name, _)| *name == word);
    let Some(&(_, kind)) = kind else {
        let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        return Err(format!("there is no directive {word}; there are: {names}"));
    };
    let alone = behind.trim().is_empty()
        && match kind {
            Kind::Exercise => matches!(before.trim(), "" | "-" | "*"),
            Kind::Include => true,
            _ => before.is_empty(),
        };
    if !alone {
        return Err(format!("{{{{#{word} …}}}} has to stand alone on its line"));
    }
    Ok(Some(Directive {
        line: number,
        kind,
        argument: argument.trim().to_owned(),
        before: before.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page {
            name: "uds.md".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn directives_are_found_and_filled() {
        let page = page(
            "# Uds\n\n{{#lesson uds/echo}}\n- {{#exercise uds/one}}\n\n```rust\n\
             {{#include ../../a.rs}}\n```\n`{{#lesson x/y}}` is how.\n",
        );
        let (directives, problems) = page.directives();
        assert_eq!(problems, []);
        let found: Vec<_> = directives
            .iter()
            .map(|d| (d.line, d.kind, d.argument.as_str(), d.before.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (3, Kind::Lesson, "uds/echo", ""),
                (4, Kind::Exercise, "uds/one", "- "),
                (7, Kind::Include, "../../a.rs", ""),
            ]
        );
        assert_eq!(
            page.filled(|d| format!("<{}>", d.argument)),
            "# Uds\n\n<uds/echo>\n<uds/one>\n\n```rust\n{{#include ../../a.rs}}\n```\n\
             `{{#lesson x/y}}` is how.\n"
        );
    }

    #[test]
    fn what_is_no_directive_is_told_with_its_line() {
        let problems = |text| {
            let (_, problems) = page(text).directives();
            problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            problems("\n{{#lesson uds/echo\n"),
            ["book/src/uds.md:2: the directive is not closed: `}}` is missing"]
        );
        assert_eq!(
            problems("see {{#lesson uds/echo}}"),
            ["book/src/uds.md:1: {{#lesson …}} has to stand alone on its line"]
        );
        assert!(problems("{{#lesion uds/echo}}")[0].contains("there is no directive lesion"));
    }
}
