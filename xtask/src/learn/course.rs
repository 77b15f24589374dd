//! The exercises as the crates and the pages have them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use syscalls::witness::Block;

use super::nearest;
use crate::lesson::{Lesson, Obstacle};
use crate::workspace::{Chapter, Workspace};

/// Every exercise: chapters in the book's order, a chapter's as its page names them.
pub(crate) struct Course {
    pub(crate) exercises: Vec<Exercise>,
}

/// One folder of a chapter's `exercises/`.
pub(crate) struct Exercise {
    pub(crate) chapter: String,
    /// Kebab-case, as on the command line.
    pub(crate) name: String,
    folder: PathBuf,
    /// What the starter says about itself; it has the lines of a lesson.
    header: Lesson,
}

impl Course {
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        let mut exercises = Vec::new();
        for chapter in &workspace.chapters {
            exercises.extend(of_chapter(&workspace.root, chapter)?);
        }
        Ok(Self { exercises })
    }

    /// The exercises of a chapter; none if no chapter has that name.
    pub(crate) fn numbers_of(&self, chapter: &str) -> Vec<usize> {
        let numbers = (0..self.exercises.len()).filter(|n| self.exercises[*n].chapter == chapter);
        numbers.collect()
    }

    /// By name, by `CHAPTER/NAME`, or by the reader's file.
    pub(crate) fn find(&self, wanted: &str) -> Result<usize> {
        let name = wanted.trim_end_matches(".rs").replace('_', "-");
        let short = name.rsplit('/').next().unwrap_or_default();
        let found = self.exercises.iter().position(|exercise| {
            exercise.name == short && (short == name || name.ends_with(&exercise.id()))
        });
        if let Some(number) = found {
            return Ok(number);
        }
        let names: Vec<&str> = self.exercises.iter().map(|e| e.name.as_str()).collect();
        match nearest::names(short, &names).as_slice() {
            [] => bail!("no exercise is called {wanted}; `cargo xtask learn list` names all"),
            near => bail!(
                "no exercise is called {wanted}; is it {}?",
                near.join(" or ")
            ),
        }
    }
}

fn of_chapter(root: &Path, chapter: &Chapter) -> Result<Vec<Exercise>> {
    let folder = root.join("crates").join(&chapter.name).join("exercises");
    let page = fs::read_to_string(root.join(&chapter.page)).unwrap_or_default();
    // A chapter without exercises is one that will have some.
    let Ok(entries) = fs::read_dir(&folder) else {
        return Ok(Vec::new());
    };
    let mut exercises = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.join("starter.rs").is_file() {
            exercises.push(Exercise::read(&chapter.name, path)?);
        }
    }
    exercises.sort_by_key(|exercise| {
        let named = page.find(&format!("{{{{#exercise {}}}}}", exercise.id()));
        (named.unwrap_or(usize::MAX), exercise.name.clone())
    });
    Ok(exercises)
}

impl Exercise {
    fn read(chapter: &str, folder: PathBuf) -> Result<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            chapter: chapter.to_owned(),
            name: name.replace('_', "-"),
            header: Lesson::read(&folder.join("starter.rs"))?,
            folder,
        })
    }

    /// `CHAPTER/NAME`.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.chapter, self.name)
    }

    /// The folder's name, which is also the file's that the reader edits.
    pub(crate) fn stem(&self) -> String {
        self.name.replace('-', "_")
    }

    pub(crate) fn goal(&self) -> &str {
        &self.header.claim
    }

    /// Why it cannot be done here, if it cannot.
    pub(crate) fn obstacle(&self) -> Option<String> {
        self.header.obstacle().map(|obstacle| match obstacle {
            Obstacle::Platform(reason) | Obstacle::Program(reason) => reason,
        })
    }

    /// The goal and what is asked, as the starter's header tells it.
    pub(crate) fn task(&self) -> Result<String> {
        let starter = self.starter()?;
        let header = starter.lines().map_while(|line| line.strip_prefix("//!"));
        let lines: Vec<&str> = header
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        Ok(lines.join("\n"))
    }

    /// The chapter and the name of the lesson that shows what is needed.
    pub(crate) fn lesson(&self) -> Result<Option<(String, String)>> {
        let task = self.task()?;
        let lesson = task.lines().find_map(|line| line.strip_prefix("Lesson: "));
        Ok(lesson.and_then(|lesson| {
            let (chapter, name) = lesson.trim_end_matches('.').split_once('/')?;
            Some((chapter.to_owned(), name.to_owned()))
        }))
    }

    pub(crate) fn starter(&self) -> Result<String> {
        self.text("starter.rs")
    }

    pub(crate) fn solution(&self) -> Result<String> {
        self.text("solution.rs")
    }

    pub(crate) fn check(&self) -> PathBuf {
        self.folder.join("check.rs")
    }

    /// From a nudge to nearly the answer.
    pub(crate) fn hints(&self) -> Result<Vec<String>> {
        let text = self.text("hints.md")?;
        let hints = text.split("\n---\n").map(|hint| hint.trim().to_owned());
        Ok(hints.filter(|hint| !hint.is_empty()).collect())
    }

    /// The calls that the check asks for.
    pub(crate) fn block(&self) -> Result<Option<Block>> {
        let check = self.text("check.rs")?;
        Block::find_in(&check).with_context(|| format!("{}", self.check().display()))
    }

    /// Whether the starter does the right thing, and makes the wrong calls for it.
    pub(crate) fn calls_decide(&self) -> Result<bool> {
        let check = self.text("check.rs")?;
        let mut header = check
            .lines()
            .map_while(|line| line.strip_prefix("//!").map(str::trim));
        Ok(header.any(|line| line.starts_with("The calls decide: ")))
    }

    fn text(&self, file: &str) -> Result<String> {
        let path = self.folder.join(file);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}
