//! A page of `serve` in a real browser, with each engine: what the browser shows, and what the access
//! log says of how it came.
//!
//! One Chromium for all, since it is slow to start, and so one test.
#![cfg(target_os = "linux")]

mod chromium;
mod common;
mod serve_kit;

use std::collections::HashSet;
use std::fs;
use std::io::Read;

use chromium::Browser;
use common::{have, tool, wait};
use nix::sys::signal::Signal;
use serde::Deserialize;
use serve_kit::{ENGINES, Tool, engine_name, eventually};
use tempfile::TempDir;

const PAGE: &str = "<!DOCTYPE html>
<title>page</title>
<link rel=stylesheet href=style.css>
<script src=page.js defer></script>
<img src=picture.svg>
<audio src=sound.wav preload=metadata></audio>
<a href=numbers download>numbers</a>
";

/// The length of the download: more than a socket's buffers hold.
const NUMBERS: usize = 3_000_000;

/// The length of the sound, of a byte for each of 8000 samples a second.
const SAMPLES: u32 = 16_000_000;

#[test]
fn a_browser_shows_a_page_and_all_that_belongs_to_it() {
    if !have("chromium") {
        return;
    }
    let folder = folder();
    let root = folder.path().to_str().expect("UTF-8");
    let mut browser = Browser::start();
    for engine in ENGINES {
        let engine = engine_name(engine);
        let mut tool = Tool::start(tool(&["serve", "--json", "--root", root]).args([
            "--addr",
            "127.0.0.1:0",
            "--engine",
            engine,
        ]));
        browser.go(&tool.url("/"));
        what_belongs_to_the_page_is_there(&mut browser);
        what_the_browser_has_is_not_sent_again(&mut browser);
        parts_are_had_alone(&mut browser);
        what_is_posted_comes_back(&mut browser);
        a_download_arrives_whole(&mut browser);
        browser.go("about:blank");
        tool.signal(Signal::SIGTERM);
        assert!(wait(&mut tool.child).success());
        check_log(&mut tool, engine);
    }
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = "img { border-left: 7px solid }\n".repeat(200);
    let picture = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'></svg>";
    let files = [
        ("index.html", PAGE.as_bytes().to_vec()),
        ("style.css", rules.into_bytes()),
        ("page.js", b"document.title = 'ran'".to_vec()),
        ("picture.svg", picture.as_bytes().to_vec()),
        ("sound.wav", silence()),
        ("numbers", numbers()),
    ];
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}

fn numbers() -> Vec<u8> {
    (0..NUMBERS).map(|index| (index / 3) as u8).collect()
}

/// A RIFF file of PCM with one channel, 8 bits a sample.
fn silence() -> Vec<u8> {
    let mut bytes = Vec::new();
    let number = |number: u32| number.to_le_bytes();
    for part in [
        [
            *b"RIFF",
            number(36 + SAMPLES),
            *b"WAVE",
            *b"fmt ",
            number(16),
        ],
        // PCM and one channel; samples and bytes a second; a byte a sample, of 8 bits.
        [
            [1, 0, 1, 0],
            number(8000),
            number(8000),
            [1, 0, 8, 0],
            *b"data",
        ],
    ] {
        bytes.extend(part.concat());
    }
    bytes.extend(number(SAMPLES));
    bytes.resize(bytes.len() + SAMPLES as usize, 0x80);
    bytes
}

fn what_belongs_to_the_page_is_there(browser: &mut Browser) {
    assert_eq!(browser.value("document.title"), "ran");
    let border = "getComputedStyle(document.images[0]).borderLeftWidth";
    assert_eq!(browser.value(border), "7px");
    assert_eq!(browser.value("document.images[0].naturalWidth"), 40);
    // Text that is long enough comes compressed.
    let style = browser.value(
        "(() => { const style = performance.getEntriesByType('resource')
             .find(entry => entry.name.endsWith('style.css'));
           return [style.responseStatus, style.decodedBodySize, style.encodedBodySize]; })()",
    );
    assert_eq!(style[0], 200);
    assert_eq!(style[1], 31 * 200);
    assert!(style[2].as_u64() < Some(1000), "{style}");
}

/// The script sees 200 and the body; what the server said of it is in the log.
fn what_the_browser_has_is_not_sent_again(browser: &mut Browser) {
    let again = browser.value(
        "fetch('picture.svg', { cache: 'no-cache' }).then(async answer =>
             [answer.status, (await answer.text()).length])",
    );
    assert_eq!(again[0], 200);
    assert!(again[1].as_u64() > Some(50), "{again}");
}

fn parts_are_had_alone(browser: &mut Browser) {
    let part = browser.value(
        "fetch('picture.svg', { headers: { Range: 'bytes=1-3' }, cache: 'no-store' }).then(async answer =>
             [answer.status, answer.headers.get('Content-Range'), await answer.text()])",
    );
    assert_eq!(part[0], 206);
    assert!(
        part[1]
            .as_str()
            .is_some_and(|range| range.starts_with("bytes 1-3/")),
        "{part}"
    );
    assert_eq!(part[2], "svg");
    // A player asks for where it is told to go.
    let time = browser.value(
        "new Promise((resolve, reject) => {
             const sound = document.querySelector('audio');
             sound.onerror = () => reject(sound.error.message);
             sound.onseeked = () => resolve([sound.duration, sound.currentTime]);
             const seek = () => { sound.currentTime = 1900; };
             sound.readyState > 0 ? seek() : sound.onloadedmetadata = seek; })",
    );
    assert_eq!(time[0], SAMPLES / 8000);
    assert_eq!(time[1], 1900);
}

fn what_is_posted_comes_back(browser: &mut Browser) {
    let echo = browser.value(
        "fetch('/echo', { method: 'POST', body: 'abc'.repeat(100000) }).then(async answer =>
             await answer.text() === 'abc'.repeat(100000))",
    );
    assert_eq!(echo, true);
}

fn a_download_arrives_whole(browser: &mut Browser) {
    let file = browser.downloads().join("numbers");
    browser.value("document.links[0].click()");
    let expected = numbers();
    // It is there at once, empty, to keep the name for what is on its way.
    eventually("the download is there, and whole", || {
        fs::read(&file).is_ok_and(|bytes| bytes == expected)
    });
    fs::remove_file(file).expect("it is there");
}

/// A line of the access log.
#[derive(Deserialize)]
struct Entry {
    peer: String,
    method: String,
    target: String,
    status: u16,
    bytes: u64,
}

/// All that the server said, after its end.
fn check_log(tool: &mut Tool, engine: &str) {
    let mut log = String::new();
    tool.stdout.read_to_string(&mut log).expect("UTF-8");
    let entry = |line| serde_json::from_str(line).expect("a line is JSON");
    let entries: Vec<Entry> = log.lines().map(entry).collect();
    let of = |target: &str| -> Vec<(&str, u16, u64)> {
        let those = entries.iter().filter(|entry| entry.target == target);
        those
            .map(|entry| (entry.method.as_str(), entry.status, entry.bytes))
            .collect()
    };
    let context = || format!("{engine}: {log}");
    assert_eq!(of("/"), [("GET", 200, PAGE.len() as u64)], "{}", context());
    assert_eq!(of("/page.js"), [("GET", 200, 22)], "{}", context());
    let styles = of("/style.css");
    assert!(
        matches!(styles[..], [("GET", 200, ..1000)]),
        "{}",
        context()
    );
    let pictures = of("/picture.svg");
    let expected = matches!(
        pictures[..],
        [("GET", 200, _), ("GET", 304, 0), ("GET", 206, 3)]
    );
    assert!(expected, "{}", context());
    let sounds = of("/sound.wav");
    let are_parts = sounds.iter().all(|&(_, status, _)| status == 206);
    assert!(sounds.len() > 1 && are_parts, "{}", context());
    assert_eq!(of("/echo"), [("POST", 200, 300_000)], "{}", context());
    let numbers = ("GET", 200, NUMBERS as u64);
    assert_eq!(of("/numbers"), [numbers], "{}", context());
    // It keeps its connections.
    let peers: HashSet<&str> = entries.iter().map(|entry| entry.peer.as_str()).collect();
    assert!(peers.len() < entries.len(), "{}", context());
}
