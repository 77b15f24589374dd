//! `loader bootstrap` on programs of three languages.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{have, output_of, tool};

/// The names of functions in the order in which they were entered.
#[track_caller]
fn names(program: &Path) -> Vec<String> {
    let listing = output_of(&mut tool(&["bootstrap", program.to_str().unwrap()]));
    let listing = String::from_utf8(listing).unwrap();
    let name = |line: &str| {
        line.split_whitespace()
            .skip(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    listing.lines().map(name).collect()
}

#[track_caller]
fn assert_order(names: &[String], wanted: &[&str]) {
    let mut rest = names.iter();
    for name in wanted {
        assert!(
            rest.any(|found| found.starts_with(name)),
            "no {name} in its place: {names:#?}"
        );
    }
}

#[test]
fn a_c_program() {
    if !have("cc") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = "static int ready; __attribute__((constructor)) void prepare(void) { ready = 1; } int main(void) { return ready; }";
    fs::write(folder.path().join("a.c"), source).unwrap();
    for options in [&["-pie", "-fPIE"][..], &["-no-pie"], &["-static"]] {
        let program = folder.path().join("a");
        output_of(
            Command::new("cc")
                .args(options)
                .arg("-o")
                .arg(&program)
                .arg(folder.path().join("a.c")),
        );
        let names = names(&program);
        assert_order(&names, &["_start", "__libc_start_main", "prepare", "main"]);
        assert_eq!(names.last().unwrap(), "main");
    }
}

#[test]
fn a_rust_program() {
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (
        folder.path().join("sample.rs"),
        folder.path().join("sample"),
    );
    fs::write(&source, "fn main() { println!(\"never printed\"); }").unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    output_of(Command::new(rustc).arg("-o").arg(&program).arg(&source));
    let names = names(&program);
    assert_order(
        &names,
        &["_start", "__libc_start_main", "main", "sample::main"],
    );
    assert_eq!(names.last().unwrap(), "sample::main");
}

#[test]
fn a_go_program() {
    if !have("go") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.go"),
        "package main\nfunc main() { println(\"never printed\") }\n",
    )
    .unwrap();
    let mut go = Command::new("go");
    go.current_dir(folder.path()).env("GO111MODULE", "off");
    output_of(go.args(["build", "-o", "a", "a.go"]));
    let output = tool(&["bootstrap", folder.path().join("a").to_str().unwrap()])
        .output()
        .unwrap();
    let listing = String::from_utf8_lossy(&output.stdout);
    let names: Vec<_> = listing
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .map(str::to_owned)
        .collect();
    assert_order(
        &names,
        &[
            "_rt0_",
            "runtime.rt0_go",
            "runtime.osinit",
            "runtime.schedinit",
            "runtime.mstart",
        ],
    );
    // Go's own initialisation is stepped instruction by instruction, which a busy machine may not manage
    // within the tool's ten seconds.
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        names.last().unwrap() == "main.main" || error.contains("not reached within 10s"),
        "{error}"
    );
}

#[test]
fn what_has_no_main_is_said() {
    let output = tool(&["bootstrap", "/nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let output = tool(&["bootstrap", "/bin/true"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ended before a main"));
}
