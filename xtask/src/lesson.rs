//! What a lesson says about itself: the `//!` lines that open its file.
//!
//! The first line is the claim. Some more kinds of line mean something to the runner:
//!
//! ```text
//! Covers: fd-numbers, std-fds-012       names of the book's topics that it shows beside its own
//! Linux only: /proc shows the table.    elsewhere the runner skips it, with this reason
//! macOS only: Linux has no kqueue.      the same the other way round
//! Needs: gdb or lldb                    programs that it cannot do without
//! ```

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::programs;

/// One file of a chapter's `examples/`.
pub(crate) struct Lesson {
    /// Kebab-case, as on the command line and in lists.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// The first line of its documentation; empty when there is none.
    pub(crate) claim: String,
    pub(crate) covers: Vec<String>,
    /// The one system that it runs on, and why, if it does not run on all.
    pub(crate) only: Option<Only>,
    /// Groups of programs: one of each group has to be there.
    pub(crate) needs: Vec<Vec<String>>,
}

/// One system alone.
#[derive(Debug, PartialEq)]
pub(crate) struct Only {
    /// As people write it; the header line starts with it.
    system: &'static str,
    reason: String,
}

/// The systems that a lesson can be for, as people write them, and whether this is the one.
const SYSTEMS: [(&str, bool); 2] = [
    ("Linux", cfg!(target_os = "linux")),
    ("macOS", cfg!(target_os = "macos")),
];

impl Only {
    fn parse(line: &str) -> Option<Self> {
        SYSTEMS.iter().find_map(|&(system, _)| {
            let rest = line.strip_prefix(system)?;
            let reason = rest.strip_prefix(" only: ")?.to_owned();
            Some(Self { system, reason })
        })
    }

    fn is_here(&self) -> bool {
        SYSTEMS.contains(&(self.system, true))
    }
}

impl fmt::Display for Only {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} only: {}", self.system, self.reason)
    }
}

impl Lesson {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let source = fs::read_to_string(path)
            .with_context(|| format!("cannot read the lesson {}", path.display()))?;
        Ok(Self::parse(path, &source))
    }

    pub(crate) fn parse(path: &Path, source: &str) -> Self {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut lesson = Self {
            name: stem.replace('_', "-"),
            path: path.to_path_buf(),
            claim: String::new(),
            covers: Vec::new(),
            only: None,
            needs: Vec::new(),
        };
        lesson.read_header(source);
        lesson
    }

    fn read_header(&mut self, source: &str) {
        let mut header = source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(str::trim);
        self.claim = header.next().unwrap_or_default().to_owned();
        for line in header {
            if let Some(rows) = line.strip_prefix("Covers: ") {
                self.covers.extend(names(rows, ", "));
            } else if let Some(only) = Only::parse(line) {
                self.only = Some(only);
            } else if let Some(programs) = line.strip_prefix("Needs: ") {
                self.needs
                    .extend(programs.split(", ").map(|group| names(group, " or ")));
            }
        }
    }

    /// The cargo example's name.
    pub(crate) fn target(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The file as one would type it: from the working directory, when it is below.
    pub(crate) fn place(&self) -> &Path {
        let below = env::current_dir().ok();
        below
            .and_then(|folder| self.path.strip_prefix(folder).ok())
            .unwrap_or(&self.path)
    }

    /// Whether it is for this system alone.
    #[cfg_attr(not(feature = "book"), allow(dead_code, reason = "pages say so"))]
    pub(crate) fn only_on(&self, system: &str) -> bool {
        self.only.as_ref().is_some_and(|only| only.system == system)
    }

    /// Why it cannot run here, if it cannot.
    pub(crate) fn obstacle(&self) -> Option<Obstacle> {
        if let Some(only) = self.only.as_ref().filter(|only| !only.is_here()) {
            return Some(Obstacle::Platform(only.to_string()));
        }
        let missing = self
            .needs
            .iter()
            .find(|group| !group.iter().any(|p| programs::found(p)))?;
        Some(Obstacle::Program(format!("needs {}", missing.join(" or "))))
    }

    pub(crate) fn to_json(&self, root: &Path) -> Value {
        json!({
            "name": self.name,
            "claim": self.claim,
            "file": self.path.strip_prefix(root).unwrap_or(&self.path),
            "covers": self.covers,
            "only": self.only.as_ref().map(ToString::to_string),
            "needs": self.needs,
        })
    }
}

/// What keeps a lesson from running.
pub(crate) enum Obstacle {
    /// Nothing can be done about it on this system.
    Platform(String),
    /// Installing a program mends it, so in CI it is a failure.
    Program(String),
}

fn names(list: &str, separator: &str) -> Vec<String> {
    list.trim_end_matches('.')
        .split(separator)
        .map(|name| name.trim_matches('`').to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(source: &str) -> Lesson {
        Lesson::parse(Path::new("examples/a_lesson.rs"), source)
    }

    #[test]
    fn header_lines_are_read_and_code_is_not() {
        let lesson = lesson(
            "//! The claim.\n//!\n//! Covers: `one-row`, other-row.\n//! Linux only: /proc is there.\n\
             //! Needs: gdb or lldb, unzip\n\nfn main() {}\n//! Covers: not-this\n",
        );
        assert_eq!(lesson.name, "a-lesson");
        assert_eq!(lesson.target(), "a_lesson");
        assert_eq!(lesson.claim, "The claim.");
        assert_eq!(lesson.covers, ["one-row", "other-row"]);
        let only = lesson.only.as_ref().map(ToString::to_string);
        assert_eq!(only.as_deref(), Some("Linux only: /proc is there."));
        assert_eq!(lesson.needs, [vec!["gdb", "lldb"], vec!["unzip"]]);
    }

    #[test]
    fn a_lesson_for_one_system_is_skipped_on_the_other() {
        let obstacles = ["Linux", "macOS"].map(|system| {
            lesson(&format!("//! Claim.\n//! {system} only: it is so.\n")).obstacle()
        });
        let skipped = obstacles
            .iter()
            .filter(|obstacle| matches!(obstacle, Some(Obstacle::Platform(_))))
            .count();
        assert_eq!(skipped, 1);
    }

    #[test]
    fn a_program_that_nobody_has_is_an_obstacle() {
        let lesson = lesson("//! Claim.\n//! Needs: no-such-program-anywhere or nor-this-one\n");
        let Some(Obstacle::Program(text)) = lesson.obstacle() else {
            panic!("no obstacle found")
        };
        assert_eq!(text, "needs no-such-program-anywhere or nor-this-one");
    }
}
