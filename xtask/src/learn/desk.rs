//! The reader's folder: copies of starters, and the progress file.
//!
//! What the reader has written is overwritten by nothing: a copy is made where no file is, and a reset
//! renames the old file first.

use std::env;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::course::{Course, Exercise};
use super::progress::Progress;

pub(crate) struct Desk {
    folder: PathBuf,
    pub(crate) progress: Progress,
}

impl Desk {
    /// The folder need not be there.
    pub(crate) fn open(folder: PathBuf, course: &Course) -> Result<Self> {
        let mut desk = Self {
            folder,
            progress: Progress::new(),
        };
        desk.read(course)?;
        Ok(desk)
    }

    /// Changes the progress as it stands in the file now: `hint` in another window may have changed it
    /// since `watch` began in this one.
    pub(crate) fn note(
        &mut self,
        course: &Course,
        change: impl FnOnce(&mut Progress),
    ) -> Result<()> {
        self.read(course)?;
        change(&mut self.progress);
        self.write()
    }

    /// A progress file that cannot be read is an error that names the line: it was perhaps edited by
    /// hand, and is not thrown away.
    fn read(&mut self, course: &Course) -> Result<()> {
        let path = self.folder.join("progress");
        self.progress = match fs::read_to_string(&path) {
            Ok(text) => Progress::parse(&text, |id| known(course, id)).map_err(|error| {
                let (path, line) = (path.display(), error.line);
                anyhow!("{path}:{line}: {}", error.problem)
            })?,
            Err(error) if error.kind() == ErrorKind::NotFound => Progress::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        Ok(())
    }

    /// Writes the progress file: whole, or not at all.
    fn write(&self) -> Result<()> {
        let (new, path) = (
            self.folder.join("progress.new"),
            self.folder.join("progress"),
        );
        fs::create_dir_all(&self.folder)
            .and_then(|()| fs::write(&new, self.progress.to_string()))
            .and_then(|()| fs::rename(&new, &path))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// The file that the reader edits.
    pub(crate) fn copy(&self, exercise: &Exercise) -> PathBuf {
        self.folder
            .join(&exercise.chapter)
            .join(exercise.stem())
            .with_extension("rs")
    }

    pub(crate) fn has(&self, exercise: &Exercise) -> bool {
        self.copy(exercise).exists()
    }

    /// Makes the copy, if it is not there.
    pub(crate) fn prepare(&self, exercise: &Exercise) -> Result<()> {
        let copy = self.copy(exercise);
        match create(&copy, &exercise.starter()?) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            result => result.with_context(|| format!("cannot write {}", copy.display())),
        }
    }

    /// Whether the reader has not begun.
    pub(crate) fn is_untouched(&self, exercise: &Exercise) -> Result<bool> {
        let starter = exercise.starter()?;
        Ok(fs::read_to_string(self.copy(exercise)).is_ok_and(|text| text == starter))
    }

    /// The starter again. What was there has a new name, which is the result.
    pub(crate) fn reset(&self, exercise: &Exercise) -> Result<Option<PathBuf>> {
        let copy = self.copy(exercise);
        if !copy.exists() || self.is_untouched(exercise)? {
            return Ok(None);
        }
        let old =
            fs::read_to_string(&copy).with_context(|| format!("cannot read {}", copy.display()))?;
        let backup = (1..)
            .map(|number| copy.with_extension(format!("rs.backup-{number}")))
            .find_map(|path| match create(&path, &old) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => None,
                result => Some(result.map(|()| path)),
            })
            .context("there are numbers enough")?
            .with_context(|| format!("cannot keep a copy of {}", copy.display()))?;
        fs::write(&copy, exercise.starter()?)
            .with_context(|| format!("cannot write {}", copy.display()))?;
        Ok(Some(backup))
    }
}

/// A file as one would type it: from the working directory, when it is below.
pub(crate) fn shown(path: &Path) -> String {
    let below = env::current_dir().ok();
    below
        .and_then(|folder| path.strip_prefix(folder).ok())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Fails when the file is there.
fn create(path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    io::Write::write_all(&mut File::create_new(path)?, text.as_bytes())
}

fn known(course: &Course, id: &str) -> Result<(), String> {
    if course.exercises.iter().any(|exercise| exercise.id() == id) {
        return Ok(());
    }
    Err(match course.find(id) {
        Ok(number) => format!("`{id}` is written {}", course.exercises[number].id()),
        Err(error) => error.to_string(),
    })
}
