//! What is told of a run.

use serde_json::{Value, json};

use crate::common::{Server, printed, source, texts};

const CHAPTER: &str = "memory";

fn end(events: &[Value]) -> &Value {
    let end = events.last().expect("something is told");
    assert_eq!(end["kind"], "end", "{events:?}");
    end
}

/// The line of `text` in which `part` stands, from 1.
fn line_of(text: &str, part: &str) -> usize {
    1 + text
        .lines()
        .position(|line| line.contains(part))
        .expect("it is there")
}

#[test]
fn a_lesson_runs_and_its_calls_have_their_lines() {
    let lesson = "page-size";
    let server = Server::of_lesson(CHAPTER, lesson, &[]);
    let id = server.run(CHAPTER, lesson, None);
    let events = server.follow(id);
    assert_eq!(end(&events)["verdict"], "held", "{events:?}");
    assert!(printed(&events).contains("a page has"));
    if cfg!(target_os = "linux") {
        let text = source(CHAPTER, lesson);
        let refused = events.iter().find(|event| event["failed"] == true);
        let refused = refused.unwrap_or_else(|| panic!("{events:?}"));
        assert_eq!(refused["line"], line_of(&text, "mprotect(second"));
        assert!(refused["text"].as_str().unwrap().starts_with("mprotect("));
    }
    // Once more, from the beginning to the end: what is done can be asked for.
    assert_eq!(server.follow(id), events);
}

#[test]
fn a_copy_shows_its_errors_and_then_its_calls() {
    let (chapter, lesson) = (CHAPTER, "stack-frames");
    let server = Server::of_lesson(chapter, lesson, &["--edit"]);
    assert_eq!(server.get("/api/hello").json()["edit"], true);
    let answer = server.get(&format!("/api/lessons/{chapter}/{lesson}"));
    assert_eq!(answer.json()["source"], source(chapter, lesson));

    let broken = "fn main() {\n    let text: u8 = \"one\";\n    println!(\"{text}\");\n}\n";
    let events = server.follow(server.run(chapter, lesson, Some(broken)));
    assert_eq!(end(&events)["verdict"], "unbuilt");
    let diagnostic = events.iter().find(|event| event["kind"] == "diagnostic");
    let diagnostic = diagnostic.unwrap_or_else(|| panic!("{events:?}"));
    assert_eq!(diagnostic["lines"], json!([2]));
    assert_eq!(diagnostic["message"], "mismatched types");

    let copy = "fn main() {\n    println!(\"mine\");\n    let _ = std::fs::read(\"/no/such\");\n    assert!(std::env::temp_dir().read_dir().unwrap().next().is_none());\n}\n";
    let events = server.follow(server.run(chapter, lesson, Some(copy)));
    assert_eq!(end(&events)["verdict"], "held", "{events:?}");
    assert_eq!(printed(&events), "mine\n");
    if cfg!(target_os = "linux") {
        let call = |part: &str| {
            let found = events.iter().find(|event| {
                event["text"]
                    .as_str()
                    .is_some_and(|text| text.contains(part))
            });
            found.unwrap_or_else(|| panic!("no {part} in {events:?}"))
        };
        assert_eq!(call("write(1, \"mine\\n\"")["line"], 2);
        let open = call("/no/such");
        assert_eq!((&open["line"], &open["failed"]), (&json!(3), &json!(true)));
    }
}

#[test]
fn a_claim_that_falls_says_so() {
    let server = Server::of_lesson(CHAPTER, "init-forms", &["--edit"]);
    let copy = "fn main() {\n    assert_eq!(1 + 1, 3);\n}\n";
    let events = server.follow(server.run(CHAPTER, "init-forms", Some(copy)));
    assert_eq!(end(&events)["verdict"], "fell");
    assert_eq!(end(&events)["text"], "ended with status 101");
    assert!(printed(&events).contains("examples/copy_of_init_forms.rs:2"));
}

#[test]
fn neither_calls_nor_output_drown_the_page() {
    let server = Server::of_lesson(CHAPTER, "drop-time", &["--edit"]);
    let copy = "fn main() {\n    for n in 0..20_000 {\n        println!(\"{n:020}\");\n    }\n    for _ in 0..9 {\n        std::process::id();\n        std::thread::yield_now();\n    }\n}\n";
    let events = server.follow(server.run(CHAPTER, "drop-time", Some(copy)));
    assert_eq!(end(&events)["verdict"], "held", "{events:?}");
    let cut = 20_000 * 21 - (256 << 10);
    assert_eq!(
        texts(&events, "cut", "text"),
        [format!("… and {cut} bytes more")]
    );
    if cfg!(target_os = "linux") {
        let of_line = |line: u64| events.iter().filter(move |event| event["line"] == line);
        let shown = of_line(3).filter(|event| event["kind"] == "call").count();
        let more = of_line(3)
            .rfind(|event| event["kind"] == "more")
            .expect("there are more");
        assert_eq!(more["counts"], json!({"write": 20_000 - shown}));
        let yields = of_line(7)
            .find(|event| event["kind"] == "call")
            .expect("a call");
        let mut times = events.iter().filter(|event| event["kind"] == "again");
        let last = times
            .rfind(|event| event["slot"] == yields["slot"])
            .expect("a count");
        assert_eq!(last["times"], 9);
    }
}

/// The kernel has one tracer for a process: who traces cannot be traced.
#[test]
#[cfg(target_os = "linux")]
fn a_program_that_traces_runs_untraced_and_says_so() {
    let server = Server::of_lesson(CHAPTER, "mini-allocator", &["--edit"]);
    let copy = "use nix::libc;\nfn main() {\n    println!(\"before\");\n    let answer = unsafe { libc::ptrace(libc::PTRACE_SEIZE, 0, 0, 0) };\n    println!(\"after {answer}\");\n}\n";
    let events = server.follow(server.run(CHAPTER, "mini-allocator", Some(copy)));
    assert_eq!(end(&events)["verdict"], "held", "{events:?}");
    let restart = events.iter().position(|event| event["kind"] == "restart");
    let (before, after) = events.split_at(restart.expect("a restart"));
    assert!(!printed(before).contains("after"));
    assert_eq!(printed(after), "before\nafter -1\n");
    let start = after.iter().find(|event| event["kind"] == "start").unwrap();
    assert_eq!(start["traced"], false);
    assert!(texts(after, "call", "text").is_empty());
}
