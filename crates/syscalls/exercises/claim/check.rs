//! A name is looked for and taken in one call.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/name", *O_CREAT|O_EXCL*) = *
//! openat(AT_FDCWD, "*/name", *O_CREAT|O_EXCL*) = -1 EEXIST (*)
//! ```

use std::os::unix::fs::symlink;
use std::sync::Barrier;
use std::{fs, process, thread};

use super::exercise::claim;

const THREADS: usize = 16;
const ROUNDS: usize = 50;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();

    let name = folder.join("name");
    assert!(
        claim(&name).expect("the name is free"),
        "the first to come gets the name"
    );
    let number = fs::read_to_string(&name).expect("the file is there");
    assert_eq!(
        number,
        process::id().to_string(),
        "the file says who has it"
    );
    println!("✓ a free name is taken");

    fs::write(&name, "somebody else").expect("the file is there");
    assert!(
        !claim(&name).expect("that it is taken is no error"),
        "a taken name is taken"
    );
    let number = fs::read_to_string(&name).expect("the file is there");
    assert_eq!(number, "somebody else", "the owner's file stays as it is");
    println!("✓ a taken name is left alone");

    let (link, elsewhere) = (folder.join("link"), folder.join("elsewhere"));
    symlink(&elsewhere, &link).expect("a link");
    assert!(
        !claim(&link).expect("that it is taken is no error"),
        "a link has the name, although it leads to nowhere"
    );
    assert!(!elsewhere.exists(), "nothing is made where the link leads");
    println!("✓ a link to nowhere is in the way");

    assert!(
        claim(&folder.join("no/name")).is_err(),
        "without the folder it is an error"
    );
    println!("✓ other failures are errors");

    for round in 0..ROUNDS {
        let name = folder.join(format!("round-{round}"));
        let start = Barrier::new(THREADS);
        let winners = thread::scope(|scope| {
            let contender = || {
                start.wait();
                claim(&name).expect("that it is taken is no error")
            };
            let contenders: Vec<_> = (0..THREADS).map(|_| scope.spawn(contender)).collect();
            let won = contenders
                .into_iter()
                .map(|thread| thread.join().expect("no panic"));
            won.filter(|won| *won).count()
        });
        assert_eq!(
            winners, 1,
            "one of {THREADS} threads gets the name (round {round})"
        );
    }
    println!("✓ one of {THREADS} threads gets the name, {ROUNDS} times");
}
