//! Libraries found without running anything, against ldd, which does.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{cases, have, output_of, tool};

/// Lines without addresses, sorted. The kernel's library has no file.
fn sorted(output: &[u8]) -> Vec<String> {
    let mut lines: Vec<String> = String::from_utf8_lossy(output)
        .lines()
        .map(|line| {
            line.split(" (")
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn programs_of_the_system_have_the_libraries_that_ldd_says() {
    if !have("ldd") {
        return;
    }
    let mut programs: Vec<PathBuf> = fs::read_dir("/usr/bin")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    programs.sort();
    let step = if cases(0).cases >= 5000 {
        1
    } else {
        programs.len().div_ceil(60).max(1)
    };
    let mut compared = 0;
    for program in programs.iter().step_by(step) {
        let theirs = Command::new("ldd").arg(program).output().unwrap();
        // Scripts, and programs for other machines.
        if !theirs.status.success() {
            continue;
        }
        let ours = tool(&["ldd", program.to_str().unwrap()]).output().unwrap();
        assert_eq!(
            sorted(&ours.stdout),
            sorted(&theirs.stdout),
            "{}",
            program.display()
        );
        compared += 1;
    }
    assert!(compared > 0);
}

struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    fn cc(&self, arguments: &[&str]) {
        let mut cc = Command::new("cc");
        output_of(cc.current_dir(self.folder.path()).args(arguments));
    }

    /// A program that needs `libone.so`, which needs `libtwo.so`, both in `lib`.
    fn new(options: &[&str], options_of_one: &[&str]) -> Self {
        let program = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let path = program.folder.path();
        fs::create_dir(path.join("lib")).unwrap();
        fs::write(path.join("two.c"), "int two(void) { return 2; }").unwrap();
        fs::write(
            path.join("one.c"),
            "int two(void); int one(void) { return two(); }",
        )
        .unwrap();
        fs::write(
            path.join("main.c"),
            "int one(void); int main(void) { return one() - 2; }",
        )
        .unwrap();
        program.cc(&["-shared", "-fPIC", "-o", "lib/libtwo.so", "two.c"]);
        let one = [
            "-shared",
            "-fPIC",
            "-o",
            "lib/libone.so",
            "one.c",
            "-Llib",
            "-ltwo",
        ];
        program.cc(&[&one, options_of_one].concat());
        let main = [
            "-o",
            "main",
            "main.c",
            "-Llib",
            "-lone",
            "-Wl,-rpath-link,lib",
        ];
        program.cc(&[&main, options].concat());
        program
    }

    fn main(&self) -> PathBuf {
        self.folder.path().join("main")
    }

    #[track_caller]
    fn agrees(&self, library_path: Option<&Path>) -> String {
        let main = self.main();
        let mut theirs = Command::new("ldd");
        theirs.arg(&main);
        let mut ours = tool(&["ldd", main.to_str().unwrap()]);
        for command in [&mut ours, &mut theirs] {
            command.env_remove("LD_LIBRARY_PATH");
            if let Some(path) = library_path {
                command.env("LD_LIBRARY_PATH", path);
            }
        }
        let (ours, theirs) = (ours.output().unwrap(), theirs.output().unwrap());
        assert_eq!(sorted(&ours.stdout), sorted(&theirs.stdout));
        String::from_utf8(ours.stdout).unwrap()
    }
}

const ORIGIN_RUNPATH: [&str; 2] = ["-Wl,-rpath,$ORIGIN/lib", "-Wl,--enable-new-dtags"];
const ORIGIN_RPATH: [&str; 2] = ["-Wl,-rpath,${ORIGIN}/lib", "-Wl,--disable-new-dtags"];

#[test]
fn a_runpath_is_for_the_file_alone_and_an_rpath_for_those_below() {
    if !have("cc") || !have("ldd") {
        return;
    }
    let runpath = Program::new(&ORIGIN_RUNPATH, &[]).agrees(None);
    assert!(runpath.contains("libtwo.so => not found"), "{runpath}");
    let rpath = Program::new(&ORIGIN_RPATH, &[]).agrees(None);
    assert!(!rpath.contains("not found"), "{rpath}");
    let own = Program::new(
        &ORIGIN_RPATH,
        &["-Wl,-rpath,/nowhere", "-Wl,--enable-new-dtags"],
    )
    .agrees(None);
    assert!(own.contains("libtwo.so => not found"), "{own}");
}

#[test]
fn the_environment_is_searched_before_the_system() {
    if !have("cc") || !have("ldd") {
        return;
    }
    let program = Program::new(&[], &[]);
    let nothing = program.agrees(None);
    assert!(nothing.contains("libone.so => not found"), "{nothing}");
    let status = tool(&["ldd", program.main().to_str().unwrap()])
        .output()
        .unwrap()
        .status;
    assert_eq!(status.code(), Some(1));
    let lib = program.folder.path().join("lib");
    assert!(!program.agrees(Some(&lib)).contains("not found"));
}

#[test]
fn a_library_for_another_machine_is_as_if_it_were_not_there() {
    if !have("cc") || !have("ldd") {
        return;
    }
    let program = Program::new(&ORIGIN_RUNPATH, &[]);
    let library = program.folder.path().join("lib/libone.so");
    let mut file = fs::read(&library).unwrap();
    file[18] = 40;
    fs::write(&library, file).unwrap();
    let found = program.agrees(None);
    assert!(found.contains("libone.so => not found"), "{found}");
}
