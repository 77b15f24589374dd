//! The rules for exercises. Each failure says how to mend it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A chapter has at least so many, and so many of them look at system calls.
const AT_LEAST: usize = 5;
const WITH_CALLS: usize = 2;

#[test]
fn every_exercise_has_its_four_files() {
    for exercise in exercises() {
        for file in ["starter.rs", "check.rs", "solution.rs", "hints.md"] {
            assert!(
                exercise.folder.join(file).is_file(),
                "{exercise} lacks {file}"
            );
        }
        let hints = exercise.read("hints.md");
        let count = hints.split("\n---\n").count();
        assert!(
            (2..=4).contains(&count),
            "{exercise} has {count} hints; two to four, with a line `---` between them"
        );
    }
}

#[test]
fn headers_say_what_is_to_be_done() {
    for exercise in exercises() {
        let starter = exercise.header("starter.rs");
        let goal = starter.first().cloned().unwrap_or_default();
        assert!(
            goal.ends_with('.') && goal.chars().count() <= 100,
            "{exercise}: the starter's first line has to be the goal, one sentence of at most 100 \
             characters with a full stop; it is {goal:?}"
        );
        let lesson = starter
            .iter()
            .find_map(|line| line.strip_prefix("Lesson: "))
            .unwrap_or_else(|| panic!("{exercise}: the starter names no `Lesson: CHAPTER/NAME`"));
        let (chapter, name) = lesson.split_once('/').unwrap_or_default();
        let file = format!("crates/{chapter}/examples/{}.rs", name.replace('-', "_"));
        assert!(
            root().join(&file).is_file(),
            "{exercise} points to {lesson}, but there is no {file}"
        );
        for file in ["check.rs", "solution.rs"] {
            assert!(
                !exercise.header(file).is_empty(),
                "{exercise}: {file} has to open with `//!`"
            );
        }
        let check = exercise.header("check.rs");
        let decide = check
            .iter()
            .any(|line| line.starts_with("The calls decide: "));
        assert!(
            !decide || exercise.looks_at_calls(),
            "{exercise}: the calls are to decide, and check.rs has no block of them"
        );
    }
}

#[test]
fn names_are_unique_and_no_lessons_names() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for exercise in exercises() {
        for chapter in folders(&root().join("crates")) {
            let lesson = chapter.join("examples").join(&exercise.name);
            assert!(
                !lesson.with_extension("rs").exists(),
                "{exercise} has the name of a lesson, and cargo puts both into one folder: rename it"
            );
        }
        if let Some(other) = seen.insert(exercise.name.clone(), exercise.to_string()) {
            panic!("{exercise} and {other} have one name: rename one");
        }
    }
}

#[test]
fn chapters_prove_and_list_their_exercises() {
    let mut chapters: BTreeMap<String, Vec<Exercise>> = BTreeMap::new();
    for exercise in exercises() {
        let chapter = exercise.chapter.clone();
        chapters.entry(chapter).or_default().push(exercise);
    }
    for (chapter, exercises) in chapters {
        let (count, of_calls) = (
            exercises.len(),
            exercises.iter().filter(|e| e.looks_at_calls()).count(),
        );
        assert!(
            count >= AT_LEAST,
            "{chapter} has {count} exercises; {AT_LEAST} are the least"
        );
        assert!(
            of_calls >= WITH_CALLS,
            "{of_calls} of {chapter}'s exercises look at system calls; {WITH_CALLS} are the least"
        );
        let folder = root().join("crates").join(&chapter);
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(
            manifest.contains(&format!("name = \"{chapter}-exercises\"")),
            "crates/{chapter}/Cargo.toml lacks the [[test]] {chapter}-exercises"
        );
        let program = fs::read_to_string(folder.join("exercises/main.rs")).unwrap();
        let page = fs::read_to_string(root().join(format!("book/src/{chapter}.md"))).unwrap();
        for exercise in exercises {
            let name = &exercise.name;
            assert!(
                program.contains(&format!("mod {name} {{"))
                    && program.contains(&format!(" {name},")),
                "crates/{chapter}/exercises/main.rs does not prove {name}"
            );
            let line = format!("- {{{{#exercise {chapter}/{}}}}}", name.replace('_', "-"));
            assert!(
                page.lines().filter(|other| **other == *line).count() == 1,
                "book/src/{chapter}.md has to have one line `{line}`"
            );
        }
    }
}

struct Exercise {
    chapter: String,
    /// The folder's.
    name: String,
    folder: PathBuf,
}

impl std::fmt::Display for Exercise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "crates/{}/exercises/{}", self.chapter, self.name)
    }
}

impl Exercise {
    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap()
    }

    /// The lines of `//!` that open it.
    fn header(&self, file: &str) -> Vec<String> {
        let text = self.read(file);
        let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(|line| line.trim().to_owned()).collect()
    }

    fn looks_at_calls(&self) -> bool {
        self.header("check.rs").contains(&"```syscalls".to_owned())
    }
}

fn exercises() -> Vec<Exercise> {
    let mut exercises = Vec::new();
    for chapter in folders(&root().join("crates")) {
        for folder in folders(&chapter.join("exercises")) {
            exercises.push(Exercise {
                chapter: name(&chapter),
                name: name(&folder),
                folder,
            });
        }
    }
    assert!(!exercises.is_empty(), "no chapter has an exercise");
    exercises
}

/// None when there is no such folder.
fn folders(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.unwrap().to_path_buf()
}
