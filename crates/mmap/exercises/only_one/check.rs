//! One at a time, and nobody is shut out by a dead one.
//!
//! ```syscalls
//! flock($first, LOCK_EX|LOCK_NB) = 0
//! flock($second, LOCK_EX|LOCK_NB) = -1 EAGAIN (*)
//! ```

use std::env;
use std::io::{Read, Write, stdin, stdout};
use std::path::Path;
use std::process::{Command, Stdio};

use super::exercise::only_one;

/// Tells another process that it is the instance to be killed, and where the file is.
const INSTANCE: &str = "EXERCISE_INSTANCE";

pub fn main() {
    if let Some(path) = env::var_os(INSTANCE) {
        return hold(Path::new(&path));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("instance");

    let first = only_one(&path).expect("a file can be made");
    assert!(first.is_some(), "the first instance runs");
    let second = only_one(&path).expect("that there is another one is no error");
    assert!(
        second.is_none(),
        "the second instance must not run beside the first"
    );
    println!("✓ the second does not run beside the first");

    drop(first);
    let third = only_one(&path).expect("a file can be opened");
    assert!(
        third.is_some(),
        "the first has ended, and left at most its file"
    );
    drop(third);
    println!("✓ the next runs after the first has ended");

    let mut other = Command::new(env::current_exe().expect("a name"))
        .args(env::args_os().skip(1))
        .env(INSTANCE, &path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts");
    let mut told = [0; 1];
    let output = other.stdout.as_mut().expect("piped");
    output
        .read_exact(&mut told)
        .expect("another process may run now");
    let beside = only_one(&path).expect("that there is another one is no error");
    other.kill().expect("it is our child");
    other.wait().expect("it is our child");
    assert!(beside.is_none(), "another process has the right to run");
    println!("✓ it holds between processes");

    let after = only_one(&path).expect("a file can be opened");
    assert!(
        after.is_some(),
        "the other process was killed, and its right ended with it"
    );
    println!("✓ a killed instance shuts nobody out");

    assert!(
        only_one(&folder.path().join("no/instance")).is_err(),
        "there is no such folder"
    );
    println!("✓ other failures are errors");
}

/// The other instance: says when it runs, and waits for its end.
fn hold(path: &Path) {
    let right = only_one(path).expect("a file can be opened");
    assert!(right.is_some(), "nobody else runs");
    stdout()
        .write_all(b"!")
        .and_then(|()| stdout().flush())
        .expect("a reader");
    let _ = stdin().read(&mut [0]);
}
