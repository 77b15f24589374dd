//! Each write goes to where the end is by then.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/log", *O_APPEND*) = *
//! ```

use std::fs;
use std::io::Write;
use std::thread;

use super::exercise::open_log;

const THREADS: usize = 4;
const LINES: usize = 200;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("log");

    let mut log = open_log(&path).expect("a missing log is made");
    log.write_all(b"started\n").expect("it is open for writing");
    drop(log);
    println!("✓ a missing log is made");

    let one = open_log(&path).expect("the log is there");
    let two = open_log(&path).expect("the log is there");
    for (mut log, line) in [(&one, "one\n"), (&two, "two\n"), (&one, "three\n")] {
        log.write_all(line.as_bytes())
            .expect("it is open for writing");
    }
    let text = fs::read_to_string(&path).expect("the log is there");
    assert_eq!(
        text, "started\none\ntwo\nthree\n",
        "all lines, in the order of writing"
    );
    println!("✓ two handles take turns, and the old lines stay");

    fs::remove_file(&path).expect("the log is there");
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let mut log = open_log(&path).expect("the log is there");
            scope.spawn(move || {
                for line in 0..LINES {
                    let text = format!("{thread} says {line}\n");
                    log.write_all(text.as_bytes())
                        .expect("it is open for writing");
                }
            });
        }
    });
    let text = fs::read_to_string(&path).expect("the log is there");
    let lines = text.lines().count();
    assert_eq!(lines, THREADS * LINES, "the lines of all threads");
    for thread in 0..THREADS {
        let start = format!("{thread} says ");
        let own = text.lines().filter_map(|line| line.strip_prefix(&start));
        let order: Vec<String> = own.map(str::to_owned).collect();
        let expected: Vec<String> = (0..LINES).map(|line| line.to_string()).collect();
        assert_eq!(
            order, expected,
            "all lines of thread {thread}, in its order"
        );
    }
    println!("✓ {THREADS} threads write {LINES} lines each, and none is lost");
}
