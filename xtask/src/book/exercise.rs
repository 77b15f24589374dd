//! An exercise on its page: the goal, how to start, the task, and hints one by one.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The files of `crates/CHAPTER/exercises/NAME/` as far as a page shows them.
pub(super) struct Exercise {
    /// Kebab-case.
    name: String,
    /// The first line of the starter.
    goal: String,
    /// The rest of the starter's header, Markdown.
    task: String,
    /// From a nudge to nearly the answer, Markdown.
    hints: Vec<String>,
}

impl Exercise {
    /// The exercise that a page calls `CHAPTER/NAME`.
    pub(super) fn read(root: &Path, argument: &str) -> Result<Self> {
        let Some((chapter, name)) = argument.split_once('/') else {
            bail!("an exercise is named CHAPTER/NAME");
        };
        let folder = root
            .join("crates")
            .join(chapter)
            .join("exercises")
            .join(name.replace('-', "_"));
        let read = |file: &str| {
            let path = folder.join(file);
            fs::read_to_string(&path)
                .with_context(|| format!("there is no exercise {argument}: no {}", path.display()))
        };
        let exercise = Self::parse(name, &read("starter.rs")?, &read("hints.md")?);
        if exercise.goal.is_empty() {
            bail!("the starter of {argument} does not open with `//! ` and its goal");
        }
        Ok(exercise)
    }

    fn parse(name: &str, starter: &str, hints: &str) -> Self {
        let header = starter
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line));
        let mut header = header.map(|line| match line.strip_prefix("Lesson: ") {
            Some(lesson) => format!("Lesson: {}", link(lesson)),
            None => line.to_owned(),
        });
        let goal = header.next().unwrap_or_default();
        let task: Vec<_> = header.collect();
        let hints = hints.lines().collect::<Vec<_>>();
        let hints = hints.split(|line| line.trim() == "---");
        Self {
            name: name.replace('_', "-"),
            goal,
            task: task.join("\n").trim().to_owned(),
            hints: hints
                .map(|lines| lines.join("\n").trim().to_owned())
                .filter(|hint| !hint.is_empty())
                .collect(),
        }
    }

    /// Markdown for the place where the directive stood behind `before`: an item's mark is kept, and
    /// all that follows belongs to the item.
    pub(super) fn markdown(&self, before: &str) -> String {
        let name = &self.name;
        let mut text = format!(
            "<a class=\"exercise\" id=\"exercise-{name}\" href=\"#exercise-{name}\">{name}</a> {} \
             `cargo xtask learn {name}`\n",
            self.goal
        );
        text.push_str(&folded("The task", &self.task));
        for (number, hint) in (1..).zip(&self.hints) {
            text.push_str(&folded(&format!("Hint {number}"), hint));
        }
        let indentation = " ".repeat(before.chars().count());
        let mut lines = text.lines();
        let mut indented = format!("{before}{}\n", lines.next().unwrap_or_default());
        for line in lines {
            if !line.is_empty() {
                indented.push_str(&indentation);
                indented.push_str(line);
            }
            indented.push('\n');
        }
        indented
    }
}

fn folded(title: &str, text: &str) -> String {
    format!("\n<details class=\"exercise\"><summary>{title}</summary>\n\n{text}\n\n</details>\n")
}

/// `io-writer/fd-lowest-free` as a link to where it stands; other words behind it stay.
fn link(lesson: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_/".contains(c);
    let path = lesson.trim_start_matches('`');
    let end = path.find(|c| !is_name(c)).unwrap_or(path.len());
    let (path, rest) = path.split_at(end);
    let rest = rest.strip_prefix('`').unwrap_or(rest);
    match path.split_once('/') {
        Some((chapter, name)) => format!("[{path}]({chapter}.md#lesson-{name}){rest}"),
        None => lesson.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTER: &str = "//! Writes both in one call.\n//!\n//! Make it so.\n//!\n\
        //! Lesson: io-writer/fd-lowest-free\n\nfn x() {}\n";

    #[test]
    fn it_stays_in_its_item() {
        let exercise = Exercise::parse("one_write", STARTER, "Look.\n\n---\n\n`writev`\n");
        assert_eq!(
            exercise.markdown("- "),
            "- <a class=\"exercise\" id=\"exercise-one-write\" href=\"#exercise-one-write\">\
             one-write</a> Writes both in one call. `cargo xtask learn one-write`\n\
             \n  <details class=\"exercise\"><summary>The task</summary>\n\n  Make it so.\n\n  \
             Lesson: [io-writer/fd-lowest-free](io-writer.md#lesson-fd-lowest-free)\n\n  </details>\n\
             \n  <details class=\"exercise\"><summary>Hint 1</summary>\n\n  Look.\n\n  </details>\n\
             \n  <details class=\"exercise\"><summary>Hint 2</summary>\n\n  `writev`\n\n  </details>\n"
        );
    }

    #[test]
    fn lessons_are_linked_with_or_without_backquotes() {
        let expected = "[a/b-c](a.md#lesson-b-c)";
        assert_eq!(link("a/b-c"), expected);
        assert_eq!(
            link("`a/b-c`, the second half."),
            format!("{expected}, the second half.")
        );
        assert_eq!(link("none here"), "none here");
    }

    #[test]
    fn one_that_is_not_there_is_an_error() {
        let missing = Exercise::read(Path::new("/nowhere"), "uds/none")
            .err()
            .unwrap();
        assert!(
            missing
                .to_string()
                .starts_with("there is no exercise uds/none")
        );
        let unnamed = Exercise::read(Path::new("/nowhere"), "none").err().unwrap();
        assert_eq!(unnamed.to_string(), "an exercise is named CHAPTER/NAME");
    }
}
