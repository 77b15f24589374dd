//! Whether a parent is found when the process has a name that looks like the rest of the line.

use std::io::ErrorKind;
use std::process::Command;

use super::exercise;

pub fn main() {
    let (own, parent) = (std::process::id(), std::os::unix::process::parent_id());
    let found = exercise::parent(own).expect("this process has a line in /proc");
    assert_eq!(
        found, parent,
        "the parent of this process, with its usual name"
    );
    println!("✓ with an ordinary name");

    for name in [c"two words", c") R 0 (x", c"((((", c"a) S 0", c"\xff\xfe)"] {
        nix::sys::prctl::set_name(name).expect("a process may choose its name");
        let stat = std::fs::read(format!("/proc/{own}/stat")).expect("/proc");
        let line = String::from_utf8_lossy(&stat[..40]).into_owned();
        let found = exercise::parent(own);
        assert_eq!(
            found.map_err(|error| error.kind()),
            Ok(parent),
            "the parent of this process; it calls itself {name:?} now, and its line begins {line:?}"
        );
    }
    println!("✓ with blanks, brackets and bytes that are no text");

    let mut child = Command::new("true").spawn().expect("true starts");
    child.wait().expect("and ends");
    let error = exercise::parent(child.id()).expect_err("it has ended and was waited for");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    println!("✓ a process that is gone is NotFound");
}
