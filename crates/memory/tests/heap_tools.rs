//! `memory alloc` and `memory gc` as a user calls them.

mod common;

use std::fs;

use common::{output_of, tool};

fn text_of(arguments: &[&str]) -> String {
    String::from_utf8(output_of(&mut tool(arguments))).expect("text")
}

#[test]
fn alloc_draws_every_stage() {
    let text = text_of(&["alloc", "--steps", "500"]);
    for name in ["bump", "free-list", "buddy", "slab", "thread-caching"] {
        assert!(text.contains(&format!("{name}: ")), "{name} in {text}");
    }
    assert!(text.contains("###"));
}

#[test]
fn alloc_draws_one_stage_and_another_seed_differently() {
    let first = text_of(&["alloc", "--allocator", "buddy", "--seed", "1"]);
    let second = text_of(&["alloc", "--allocator", "buddy", "--seed", "2"]);
    let picture = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert!(!first.contains("slab") && first.starts_with("buddy: "));
    assert_ne!(picture(&first), picture(&second));
    let again = text_of(&["alloc", "--allocator", "buddy", "--seed", "1"]);
    assert_eq!(picture(&first), picture(&again), "one seed, one heap");
}

#[test]
fn gc_shows_colours_and_pauses_of_each_collector() {
    for (collector, kind) in [
        ("stop", "whole"),
        ("incremental", "step"),
        ("concurrent", "begin"),
    ] {
        let text = text_of(&[
            "gc",
            "--collector",
            collector,
            "--live",
            "20",
            "--millis",
            "200",
        ]);
        for part in ["ooo", "+", "###", "cycles with 20 thousand", kind, "p99"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn gc_draws_an_svg() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pauses.svg");
    let path = file.to_str().unwrap();
    text_of(&["gc", "--live", "20", "--millis", "200", "--svg", path]);
    let svg = fs::read_to_string(file).unwrap();
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("<circle "));
}

#[test]
fn wrong_usage_is_status_two_and_failure_is_one() {
    for (arguments, status) in [
        (&["alloc", "--allocator", "magic"][..], 2),
        (&["alloc", "--steps", "0"], 2),
        (
            &[
                "gc",
                "--live",
                "1",
                "--millis",
                "1",
                "--svg",
                "/nowhere/pauses.svg",
            ],
            1,
        ),
    ] {
        let output = tool(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}
