//! Two calls that wait become tasks; the waiting overlaps, and both take as long as the longer.
//!
//! A function that holds up its caller is made asynchronous by giving it to a task, and the result
//! is fetched later. Nothing in the function changes. The order in which the two end is open, and
//! neither is late because of the other.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use concurrency::runtime::{Runtime, spawn_blocking};

/// A slow disk: it reads a file after a while.
fn read(path: &std::path::Path, delay: Duration) -> String {
    thread::sleep(delay);
    std::fs::read_to_string(path).expect("it is there")
}

fn main() -> std::io::Result<()> {
    let [mut one, mut two] = [
        tempfile::NamedTempFile::new()?,
        tempfile::NamedTempFile::new()?,
    ];
    one.write_all(b"first")?;
    two.write_all(b"second")?;
    let paths = [one.path().to_owned(), two.path().to_owned()];
    let delays = [Duration::from_millis(80), Duration::from_millis(60)];

    let start = Instant::now();
    let contents = Runtime::new().block_on(async {
        let [one, two] = paths;
        let one = spawn_blocking(move || (read(&one, delays[0]), Instant::now()));
        let two = spawn_blocking(move || {
            let begun = Instant::now();
            (read(&two, delays[1]), begun)
        });
        (one.await.expect("no panic"), two.await.expect("no panic"))
    });
    let elapsed = start.elapsed();
    let ((first, first_ended), (second, second_began)) = contents;
    println!(
        "{first:?} and {second:?} after {elapsed:.0?}; one by one: {:?}",
        delays[0] + delays[1]
    );
    assert_eq!((first.as_str(), second.as_str()), ("first", "second"));
    assert!(elapsed >= delays[0], "not less than the longer");
    assert!(
        second_began < first_ended,
        "the second did not wait for the first"
    );
    Ok(())
}
