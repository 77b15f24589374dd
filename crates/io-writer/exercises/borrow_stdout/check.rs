//! What is printed inside is captured, what is printed outside is not, and no number stays open.
//!
//! ```syscalls
//! fcntl(1, F_DUPFD_CLOEXEC, *) = $before
//! dup*($file, 1*) = 1
//! write(1, "inside", 6) = 6
//! dup*($before, 1*) = 1
//! close($before) = 0
//! ```

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd};

use nix::sys::stat::fstat;

use super::exercise::captured;

pub fn main() {
    let before = identity();
    let free = lowest_free();
    print!("✓ printing before");
    let text = captured(|| print!("inside")).expect("a temporary file takes the text");
    // To standard error, which works also when standard output does not.
    assert_eq!(
        identity(),
        before,
        "afterwards descriptor 1 has to stand for what it was before"
    );
    println!(", and after");
    assert_eq!(
        text, "inside",
        "captured has to be what was printed inside, and nothing of what was before"
    );

    let text = captured(|| println!("a line\nand the beginning of another: {}", 1 + 1));
    assert_eq!(
        text.expect("once more"),
        "a line\nand the beginning of another: 2\n"
    );
    assert_eq!(identity(), before);
    println!("✓ printing inside is captured, and only that");

    assert_eq!(
        lowest_free(),
        free,
        "the lowest free number was {free} before: something stays open"
    );
    println!("✓ every number that was taken is free again");
}

/// Which open file number 1 stands for.
fn identity() -> (u64, u64) {
    let stat = fstat(io::stdout().as_fd()).expect("it is open");
    #[allow(
        clippy::unnecessary_cast,
        reason = "the types differ from system to system"
    )]
    (stat.st_dev as u64, stat.st_ino as u64)
}

fn lowest_free() -> i32 {
    File::open("/dev/null").expect("it is there").as_raw_fd()
}
