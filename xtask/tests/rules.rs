//! The rules of the repository. Each failure says how to mend it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Every chapter of the course, those to come among them.
const CHAPTERS: [&str; 15] = [
    "io-writer",
    "io-reader",
    "channels",
    "syscalls",
    "tcp-http",
    "udp-multicast",
    "uds",
    "fs",
    "mmap",
    "shell",
    "process",
    "signals",
    "concurrency",
    "memory",
    "loader",
];

#[test]
fn crates_are_chapters_with_all_their_rooms() {
    for chapter in chapters() {
        let name = text(&chapter["name"]);
        assert!(
            CHAPTERS.contains(&name),
            "crates/{name} is no chapter: put its code into the chapter that teaches it"
        );
        let folder = root().join("crates").join(name);
        for room in ["src/lib.rs", "src/main.rs", "examples", "tests", "benches"] {
            assert!(
                folder.join(room).exists(),
                "crates/{name} lacks {room}: every chapter has the same rooms"
            );
        }
        assert!(
            ["benches/peers.rs", "benches/peers/main.rs"]
                .iter()
                .any(|file| folder.join(file).exists()),
            "crates/{name} lacks the benchmark that `cargo xtask bench {name}` runs: benches/peers.rs"
        );
        let page = text(&chapter["page"]);
        assert!(
            root().join(page).is_file(),
            "{name} has no page: write {page}"
        );
        let link = format!("({name}.md)");
        assert!(
            read("book/src/SUMMARY.md").contains(&link),
            "link {page} in book/src/SUMMARY.md"
        );
        assert!(
            read("README.md").contains(page),
            "link {page} in README.md's table of chapters"
        );
    }
}

#[test]
fn lesson_names_are_unique() {
    let mut seen = BTreeMap::new();
    for lesson in lessons() {
        let (name, file) = (
            text(&lesson["name"]).to_owned(),
            text(&lesson["file"]).to_owned(),
        );
        if let Some(other) = seen.insert(name, file.clone()) {
            panic!(
                "{other} and {file} have one name, and cargo puts all examples into one folder: rename one"
            );
        }
    }
}

#[test]
fn lessons_open_with_their_claim() {
    for lesson in lessons() {
        let (file, claim) = (text(&lesson["file"]), text(&lesson["claim"]));
        assert!(
            claim.ends_with('.') && claim.chars().count() <= 100,
            "{file}: its first line has to be `//! ` and the claim, one sentence of at most 100 \
             characters with a full stop; it is {claim:?}"
        );
    }
}

#[test]
fn lessons_check_their_claim() {
    for file in lesson_files() {
        assert!(
            read(&file).contains("assert"),
            "{file} asserts nothing: check the claim against what really happened"
        );
    }
}

#[test]
fn lessons_do_not_sleep() {
    for file in lesson_files() {
        for (number, line) in read(&file).lines().enumerate() {
            let Some((_, call)) = line.split_once("sleep(") else {
                continue;
            };
            let seconds = [
                ("from_secs(", 1.0),
                ("from_millis(", 1e-3),
                ("from_micros(", 1e-6),
            ]
            .iter()
            .filter_map(|(unit, scale)| Some(leading_number(call.split_once(unit)?.1)? * scale))
            .fold(0.0, f64::max);
            assert!(
                seconds <= 1.0,
                "{file}:{}: a lesson sleeps for {seconds} s: wait for the event instead",
                number + 1
            );
        }
    }
}

#[test]
fn every_lesson_is_on_one_page_and_every_page_names_lessons_that_are_there() {
    let known: BTreeSet<String> = lesson_names().collect();
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for page in markdown("book/src") {
        for lesson in directives(&read(&page), "lesson") {
            assert!(
                known.contains(&lesson),
                "{page} names the lesson {lesson}, which is not there: `cargo xtask list` names all"
            );
            named.entry(lesson).or_default().push(page.clone());
        }
    }
    for lesson in known {
        match named.get(&lesson).map(Vec::as_slice) {
            Some([_]) => {}
            None => panic!(
                "{lesson} is on no page: write `{{{{#lesson {lesson}}}}}` where its chapter's page tells of it"
            ),
            Some(pages) => panic!(
                "{lesson} stands {} times ({}): once is enough",
                pages.len(),
                pages.join(", ")
            ),
        }
    }
}

#[test]
fn pages_include_what_is_there_and_lessons_by_name() {
    for page in markdown("book/src") {
        for target in directives(&read(&page), "include") {
            let (path, anchor) = target
                .split_once(':')
                .map_or((target.as_str(), None), |(p, a)| (p, Some(a)));
            let file = relative(&page, path);
            assert!(
                root().join(&file).is_file(),
                "{page} includes {file}, which is not there"
            );
            if let Some(anchor) = anchor {
                let wanted = format!("ANCHOR: {anchor}");
                assert!(
                    read(&file).contains(&wanted),
                    "{page} includes {file}:{anchor}; {file} lacks `{wanted}`"
                );
            }
            assert!(
                !file.contains("/examples/"),
                "{page} includes {file}: a lesson stands on its page as `{{{{#lesson CHAPTER/NAME}}}}`"
            );
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let mut pages = markdown("book/src");
    pages.extend(markdown("").into_iter().filter(|page| !page.contains('/')));
    for page in pages {
        for target in links(&read(&page)) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || target.contains("://") {
                continue;
            }
            let file = relative(&page, path);
            assert!(
                root().join(&file).exists(),
                "{page} links to {target}, but there is no {file}"
            );
        }
    }
}

#[test]
fn unsafe_says_why_and_public_items_are_documented() {
    // The lints do the work for every block and item; this watches that nobody turns them off.
    let manifest = read("Cargo.toml");
    for lint in [
        "missing_docs = ",
        "unsafe_code = \"deny\"",
        "undocumented_unsafe_blocks = \"deny\"",
    ] {
        assert!(
            manifest.contains(lint),
            "Cargo.toml's [workspace.lints] has to keep {lint}"
        );
    }
    for package in packages() {
        assert!(
            read(&format!("{package}/Cargo.toml")).contains("[lints]\nworkspace = true"),
            "{package}/Cargo.toml has to take the workspace's lints: `[lints] workspace = true`"
        );
        for file in sources(&package) {
            let source = read(&file);
            for lint in ["missing_docs", "clippy::undocumented_unsafe_blocks"] {
                assert!(
                    !source.contains(&format!("allow({lint}"))
                        && !source.contains(&format!("expect({lint}")),
                    "{file} turns {lint} off: write what it asks for"
                );
            }
            let allows =
                source.contains("allow(unsafe_code") || source.contains("expect(unsafe_code");
            // An unsafe trait or function without a block tells its callers what they promise.
            let says_why = source.contains("SAFETY:") || source.contains("# Safety");
            assert!(
                !allows || says_why,
                "{file} allows unsafe code and has no SAFETY comment"
            );
        }
    }
}

#[test]
fn nothing_is_left_lying_about() {
    // Spelt in two pieces, so that this file does not find itself.
    let leftovers = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
        concat!("to", "do!("),
    ];
    for package in packages() {
        for file in sources(&package) {
            let source = read(&file);
            for leftover in leftovers {
                assert!(
                    !source.contains(leftover),
                    "{file} has a {leftover}: finish it, or take it out"
                );
            }
        }
    }
}

#[test]
fn no_dependency_has_a_chapters_name() {
    let chapters: BTreeSet<_> = CHAPTERS.into_iter().collect();
    let lock = read("Cargo.lock");
    for package in lock.split("[[package]]").skip(1) {
        let name = package
            .lines()
            .find_map(|l| l.strip_prefix("name = "))
            .unwrap_or_default()
            .trim_matches('"');
        let foreign = package.contains("source = ");
        assert!(
            !(foreign && chapters.contains(name)),
            "a dependency is called {name}, which makes `cargo run -p {name}` ambiguous: find which \
             one brings it with `cargo tree --invert {name}`, and do without"
        );
    }
}

fn chapters() -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["list", "--json"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let chapters = list["chapters"].as_array().unwrap().clone();
    assert!(
        !chapters.is_empty(),
        "`cargo xtask list --json` names no chapter"
    );
    chapters
}

fn lessons() -> Vec<Value> {
    chapters()
        .iter()
        .flat_map(|chapter| chapter["lessons"].as_array().unwrap().clone())
        .collect()
}

/// `CHAPTER/NAME`.
fn lesson_names() -> impl Iterator<Item = String> {
    chapters().into_iter().flat_map(|chapter| {
        let lessons = chapter["lessons"].as_array().unwrap().clone();
        lessons
            .into_iter()
            .map(move |lesson| format!("{}/{}", text(&chapter["name"]), text(&lesson["name"])))
    })
}

/// From the root, with slashes.
fn lesson_files() -> Vec<String> {
    lessons()
        .iter()
        .map(|lesson| text(&lesson["file"]).to_owned())
        .collect()
}

fn packages() -> Vec<String> {
    let names = chapters();
    names
        .iter()
        .map(|chapter| format!("crates/{}", text(&chapter["name"])))
        .chain(["xtask".to_owned()])
        .collect()
}

/// The Rust files of a package.
fn sources(package: &str) -> Vec<String> {
    files(package, "rs")
}

fn markdown(folder: &str) -> Vec<String> {
    files(folder, "md")
}

fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = if folder.is_empty() {
            name.clone()
        } else {
            format!("{folder}/{name}")
        };
        if root().join(&path).is_dir() {
            if name != "target" && !name.starts_with('.') {
                found.extend(files(&path, extension));
            }
        } else if name.ends_with(&format!(".{extension}")) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What a page's `{{#KIND …}}` lines name.
fn directives(page: &str, kind: &str) -> Vec<String> {
    let opening = format!("{{{{#{kind} ");
    let found = page.split(&opening).skip(1);
    found
        .filter_map(|rest| Some(rest.split_once("}}")?.0.trim().to_owned()))
        .collect()
}

/// The targets of a page's links, those in code left out.
fn links(page: &str) -> Vec<String> {
    let mut in_code = false;
    let prose = page.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    });
    let mut targets = Vec::new();
    for line in prose {
        let outside_code: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
        for rest in outside_code.split("](").skip(1) {
            targets.extend(rest.split_once(')').map(|(target, _)| target.to_owned()));
        }
    }
    targets
}

/// A path that stands in `page`, from the root.
fn relative(page: &str, path: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => assert!(
                parts.pop().is_some(),
                "{page}: {path} leaves the repository"
            ),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn leading_number(text: &str) -> Option<f64> {
    let digits: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '_')
        .collect();
    digits.replace('_', "").parse().ok()
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no string"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}
