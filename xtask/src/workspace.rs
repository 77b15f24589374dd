//! The workspace as its own files describe it.
//!
//! The book decides the order: chapters stand as `book/src/SUMMARY.md` lists their pages, and a
//! chapter's lessons as its page names them (`{{#lesson uds/stream-echo}}`). What is on no page comes
//! last, by name, so that it runs all the same (and a test of the repository complains).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::lesson::Lesson;

pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) chapters: Vec<Chapter>,
}

/// One crate of `crates/` and its page.
pub(crate) struct Chapter {
    /// The crate's name, which is also its tool's.
    pub(crate) name: String,
    /// The crate's description in its manifest.
    pub(crate) description: String,
    /// The page, relative to the root.
    pub(crate) page: PathBuf,
    /// In the page's order.
    pub(crate) lessons: Vec<Lesson>,
}

impl Workspace {
    pub(crate) fn open() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask stands alone")?;
        Self::at(root)
    }

    /// The workspace in the folder `root`.
    pub(crate) fn at(root: &Path) -> Result<Self> {
        let summary = read(&root.join("book/src/SUMMARY.md"))?;
        let mut names = folders(&root.join("crates"))?;
        names.sort_by_key(|name| position(&summary, &format!("({name}.md)")));
        let chapters = names
            .into_iter()
            .map(|name| Chapter::open(root, name))
            .collect::<Result<_>>()?;
        Ok(Self {
            root: root.to_path_buf(),
            chapters,
        })
    }

    /// The named chapter alone, or all of them.
    pub(crate) fn select(&self, name: Option<&str>) -> Result<Vec<&Chapter>> {
        match name {
            None => Ok(self.chapters.iter().collect()),
            Some(name) => Ok(vec![self.chapter(name)?]),
        }
    }

    pub(crate) fn chapter(&self, name: &str) -> Result<&Chapter> {
        let Some(chapter) = self.chapters.iter().find(|chapter| chapter.name == name) else {
            let names: Vec<_> = self
                .chapters
                .iter()
                .map(|chapter| chapter.name.as_str())
                .collect();
            bail!(
                "no chapter is called {name}; there are: {}",
                names.join(", ")
            );
        };
        Ok(chapter)
    }
}

impl Chapter {
    fn open(root: &Path, name: String) -> Result<Self> {
        let folder = root.join("crates").join(&name);
        let page = Path::new("book/src").join(format!("{name}.md"));
        let text = fs::read_to_string(root.join(&page)).unwrap_or_default();
        let mut lessons = examples(&folder)?;
        lessons.sort_by_key(|lesson| {
            let directive = format!("{{{{#lesson {name}/{}}}}}", lesson.name);
            (position(&text, &directive), lesson.name.clone())
        });
        let description = description(&read(&folder.join("Cargo.toml"))?);
        Ok(Self {
            name,
            description,
            page,
            lessons,
        })
    }

    pub(crate) fn lesson(&self, name: &str) -> Result<&Lesson> {
        let name = name.trim_end_matches(".rs").replace('_', "-");
        if let Some(lesson) = self.lessons.iter().find(|lesson| lesson.name == name) {
            return Ok(lesson);
        }
        let near: Vec<_> = self
            .lessons
            .iter()
            .map(|lesson| lesson.name.as_str())
            .collect();
        let shared = |candidate: &str| {
            name.split('-')
                .filter(|word| candidate.contains(word))
                .count()
        };
        match near
            .iter()
            .filter(|near| shared(near) > 0)
            .max_by_key(|near| shared(near))
        {
            Some(nearest) => bail!("{} has no lesson {name}; is it {nearest}?", self.name),
            None => bail!(
                "{} has no lesson {name}; `cargo xtask list {}` names them",
                self.name,
                self.name
            ),
        }
    }
}

/// Where `needle` first stands in `text`; after everything else when it does not.
fn position(text: &str, needle: &str) -> usize {
    text.find(needle).unwrap_or(usize::MAX)
}

fn examples(chapter: &Path) -> Result<Vec<Lesson>> {
    let folder = chapter.join("examples");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut lessons = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            lessons.push(Lesson::read(&path)?);
        }
    }
    Ok(lessons)
}

fn folders(parent: &Path) -> Result<Vec<String>> {
    let entries =
        fs::read_dir(parent).with_context(|| format!("cannot read {}", parent.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn description(manifest: &str) -> String {
    manifest
        .lines()
        .find_map(|line| line.strip_prefix("description = "))
        .unwrap_or_default()
        .trim_matches('"')
        .to_owned()
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
