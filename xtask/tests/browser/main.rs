//! The living book in a real browser: pages without errors and without a word to the outside, lessons
//! that run, lines that light their calls, search.
//!
//! All in one Chromium, which is slow to start, and so in one test.

#[path = "../common/mod.rs"]
mod common;

mod client;

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use client::Browser;
use common::{Folder, Server};

const CHAPTER: &str = "memory";
const LESSON: &str = "page-size";

#[test]
fn the_living_book_in_a_browser() {
    // Elsewhere nothing can be traced, and so there are no lines to light.
    if !cfg!(target_os = "linux") || !have("chromium") {
        return;
    }
    let book = whole_book();
    let mut browser = Browser::start();
    every_page_is_whole(&mut browser, &book);
    search_finds(&mut browser, &book);
    a_lesson_of_the_book_runs(&mut browser, &book);
    pictures(&mut browser);
    let server = Server::of_lesson(CHAPTER, LESSON, &["--edit"]);
    browser.go(&server.url("/"));
    a_lesson_runs(&mut browser);
    lines_and_calls_light_each_other(&mut browser);
    the_keyboard_does_it_too(&mut browser);
    an_edited_lesson_runs(&mut browser);
    only_the_server_was_asked(&mut browser, &server);
    another_site_is_refused(&mut browser, &server);
    a_page_from_a_file_is_quiet(&mut browser, &server);
}

/// The book as it is without a run: its pages are the same but for what runs leave.
fn whole_book() -> Server {
    let folder = Folder::new();
    let made = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["book", "--quick", "--into"])
        .arg(&folder.0)
        .stdout(Stdio::null())
        .status();
    assert!(made.expect("xtask starts").success());
    Server::start(folder, &[])
}

fn every_page_is_whole(browser: &mut Browser, book: &Server) {
    let mut pages = 0;
    for entry in fs::read_dir(book.folder()).expect("the book is there") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_str().expect("a name of ours");
        // Pages that only lead to others have nothing to look at.
        if !name.ends_with(".html") || name == "toc.html" {
            continue;
        }
        browser.go(&book.url(&format!("/{name}")));
        // Every lesson has its buttons.
        browser.wait_for(
            "document.querySelectorAll('section.lesson').length === \
             document.querySelectorAll('section.lesson [data-action=run]').length",
        );
        let (complaints, requests) = browser.complaints_and_requests();
        assert!(complaints.is_empty(), "{name}: {complaints:?}");
        assert!(!requests.is_empty(), "{name}");
        for request in requests {
            let own = request.starts_with(&book.url("/")) || request.starts_with("data:");
            assert!(own, "{name} asks for {request}");
        }
        pages += 1;
    }
    assert!(pages > 15, "{pages} pages");
}

fn search_finds(browser: &mut Browser, book: &Server) {
    browser.go(&book.url("/index.html"));
    // The lesson scan-words splits sentences of a Japanese novel.
    let wanted = [
        ("lowest free number", "io-writer.html"),
        ("名前がない", "io-reader.html"),
    ];
    for (words, page) in wanted {
        browser.key("s", Some("s"));
        browser.wait_for("document.activeElement.type === 'search'");
        browser.value("document.activeElement.select()");
        browser.type_text(words);
        browser.wait_for(&format!(
            "[...document.querySelectorAll('#course-search a')].some((link) => \
             link.getAttribute('href').includes('{page}'))"
        ));
        browser.key("Escape", None);
    }
    browser.complaints_and_requests();
}

fn a_lesson_of_the_book_runs(browser: &mut Browser, book: &Server) {
    browser.go(&book.url("/memory.html#lesson-page-size"));
    let section = "#lesson-page-size";
    browser.click(&format!("{section} [data-action=run]"));
    browser.wait_for(&format!(
        "document.querySelector('{section} .run-status').dataset.verdict === 'held'"
    ));
    let failed = browser.value(&format!(
        "document.querySelector('{section} .call.failed').textContent"
    ));
    assert!(
        failed.as_str().unwrap().starts_with("mprotect("),
        "{failed}"
    );
    let (complaints, _) = browser.complaints_and_requests();
    assert!(complaints.is_empty(), "{complaints:?}");
}

/// When the environment's PICTURES names a folder, the page as it is now is put there, light and dark.
fn pictures(browser: &mut Browser) {
    let Some(folder) = env::var_os("PICTURES") else {
        return;
    };
    browser.value("document.querySelector('#lesson-page-size').scrollIntoView()");
    for theme in ["light", "navy"] {
        browser.value(&format!(
            "document.documentElement.className = '{theme} js'"
        ));
        let file = Path::new(&folder).join(format!("living-{theme}.png"));
        fs::write(file, browser.picture()).expect("the folder is there");
    }
}

fn a_lesson_runs(browser: &mut Browser) {
    browser.wait_for("document.querySelector('[data-action=run]')");
    browser.click("[data-action=run]");
    browser.wait_for("document.querySelector('.run-status').dataset.verdict === 'held'");
    let printed = browser.value("document.querySelector('[role=log]').textContent");
    assert!(
        printed.as_str().unwrap().contains("a page has"),
        "{printed}"
    );
    // What was recorded is in the way, and comes back.
    assert_eq!(visible_outputs(browser), 1);
    let calls = browser.value("document.querySelectorAll('pre.source:not([hidden]) .call').length");
    assert!(calls.as_u64() > Some(2), "{calls} calls");
    let failed = browser.value("document.querySelector('.call.failed').textContent");
    assert!(
        failed.as_str().unwrap().starts_with("mprotect("),
        "{failed}"
    );
}

fn visible_outputs(browser: &mut Browser) -> u64 {
    let outputs = browser.value("document.querySelectorAll('details.output:not([hidden])').length");
    outputs.as_u64().unwrap()
}

fn lines_and_calls_light_each_other(browser: &mut Browser) {
    let line = browser.value("document.querySelector('.call.failed').dataset.line");
    let line = line.as_str().unwrap();
    let lit = "[...document.querySelectorAll('.lit')].map((part) => \
               [part.className.split(' ')[0], part.dataset.line])";
    let in_source = "pre.source:not([hidden])";
    browser.hover(&format!("{in_source} .line[data-line='{line}']"));
    let by_line = browser.value(lit);
    assert!(by_line.as_array().unwrap().len() >= 3, "{by_line}");
    assert!(
        by_line
            .as_array()
            .unwrap()
            .iter()
            .all(|part| part[1] == *line)
    );
    browser.hover("header a");
    assert_eq!(browser.value(lit).as_array().unwrap().len(), 0);
    browser.hover(".call.failed");
    assert_eq!(browser.value(lit), by_line);
    browser.hover("header a");
}

fn the_keyboard_does_it_too(browser: &mut Browser) {
    browser.key("j", Some("j"));
    assert_eq!(
        browser.value("document.activeElement.dataset.lesson"),
        LESSON
    );
    browser.value("document.querySelector('pre.source:not([hidden])').focus()");
    browser.key("ArrowDown", None);
    let first = browser.value("document.querySelector('.line.lit').dataset.line");
    browser.key("ArrowDown", None);
    let second = browser.value("document.querySelector('.line.lit').dataset.line");
    assert_ne!(first, second);
    browser.value("document.querySelector('.run-status').dataset.verdict = 'old'");
    browser.key("r", Some("r"));
    browser.wait_for("document.querySelector('.run-status').dataset.verdict === 'held'");
}

fn an_edited_lesson_runs(browser: &mut Browser) {
    browser.click("[data-action=edit]");
    browser.wait_for("document.activeElement.tagName === 'TEXTAREA'");
    let replace = |text: &str| format!("document.activeElement.select(); {text:?}.length");
    browser.value(&replace(""));
    browser.type_text("fn main() {\n    println!(\"my {}\", copi);\n}\n");
    browser.click("[data-action=run]");
    browser.wait_for("document.querySelector('.run-status').dataset.verdict === 'unbuilt'");
    let wrong = browser.value("document.querySelector('.line.wrong').dataset.line");
    assert_eq!(wrong, "2");
    let message = browser.value("document.querySelector('.diagnostic').textContent");
    assert!(
        message
            .as_str()
            .unwrap()
            .contains("cannot find value `copi`"),
        "{message}"
    );

    browser.click("[data-action=edit]");
    browser.wait_for("document.activeElement.tagName === 'TEXTAREA'");
    browser.value(&replace(""));
    browser.type_text("fn main() {\n    println!(\"my {}\", \"copy\");");
    browser.key("Enter", Some("\r"));
    browser.type_text("println!(\"and indented\");\n}\n");
    let text = browser.value("document.activeElement.value");
    assert!(
        text.as_str().unwrap().contains("\n    println!(\"and"),
        "{text}"
    );
    browser.click("[data-action=run]");
    browser.wait_for("document.querySelector('.run-status').dataset.verdict === 'held'");
    let printed = browser.value("document.querySelector('[role=log]').textContent");
    assert_eq!(printed, "my copy\nand indented\n");
    let call = browser.value(
        "document.querySelector('pre.source:not([hidden]) .calls[data-line=\"2\"]').textContent",
    );
    assert!(
        call.as_str().unwrap().starts_with("write(1, \"my copy"),
        "{call}"
    );
    browser.click("[data-action=back]");
    assert_eq!(visible_outputs(browser), 1);
    let recorded =
        browser.value("document.querySelector('details.output:not([hidden]) pre').textContent");
    assert_eq!(recorded, "recorded");
}

fn only_the_server_was_asked(browser: &mut Browser, server: &Server) {
    let (complaints, requests) = browser.complaints_and_requests();
    assert!(complaints.is_empty(), "{complaints:?}");
    assert!(!requests.is_empty());
    for request in requests {
        let own = request.starts_with(&server.url("/")) || request.starts_with("data:");
        assert!(own, "the page asks for {request}");
    }
}

/// A page of another origin, here of another port, gets neither an answer nor a run.
fn another_site_is_refused(browser: &mut Browser, server: &Server) {
    let other = Server::of_lesson(CHAPTER, LESSON, &[]);
    browser.go(&other.url("/"));
    let wish = format!(
        "fetch('{}', {{ method: 'POST', headers: {{ 'Content-Type': 'application/json' }}, \
         body: '{{\"chapter\":\"{CHAPTER}\",\"lesson\":\"{LESSON}\"}}' }}) \
         .then((answer) => answer.status, (error) => error.name)",
        server.url("/api/runs")
    );
    assert_eq!(browser.value(&wish), "TypeError");
    let simple = wish
        .replace("application/json", "text/plain")
        .replace("method: 'POST'", "method: 'POST', mode: 'no-cors'");
    assert_eq!(browser.value(&simple), 0, "opaque");
    // Nothing has begun: runs are numbered, and two copies and two lessons are all there were.
    assert_eq!(server.get("/api/runs/5").status, 404);
    browser.complaints_and_requests();
}

fn a_page_from_a_file_is_quiet(browser: &mut Browser, server: &Server) {
    let page = server.folder().join("index.html");
    browser.go(&format!("file://{}", page.display()));
    let (complaints, requests) = browser.complaints_and_requests();
    assert!(complaints.is_empty(), "{complaints:?}");
    assert!(
        requests
            .iter()
            .all(|request| request.starts_with("file:") || request.starts_with("data:")),
        "{requests:?}"
    );
    assert_eq!(
        browser.value("document.querySelectorAll('button').length"),
        0
    );
}

/// Whether `program` is on the PATH. In CI its absence is a failure: nothing is skipped there.
fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !found {
        assert!(
            std::env::var_os("CI").is_none(),
            "this needs {program}; run cargo xtask doctor --install"
        );
        println!("skipped: it needs {program}");
    }
    found
}
