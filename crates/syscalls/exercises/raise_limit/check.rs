//! The soft limit goes up, at most to the hard one, which stays.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::exercise::raise_open_files;

/// Few enough that every system lets a process start with more.
const SOFT: u64 = 64;
const HARD: u64 = 200;

pub fn main() {
    setrlimit(Resource::RLIMIT_NOFILE, SOFT, HARD).expect("limits may be lowered");

    let now = raise_open_files(100).expect("100 is below the hard limit");
    assert_eq!(now, 100, "the limit that was asked for");
    assert_eq!(
        limits(),
        (100, HARD),
        "the soft limit is raised, the hard one stays"
    );
    println!("✓ the soft limit is raised, the hard one stays");

    let now = raise_open_files(80).expect("there is more than that already");
    assert_eq!(now, 100, "the limit was 100 and has to stay so");
    assert_eq!(limits(), (100, HARD), "who needs less takes nothing away");
    println!("✓ who needs less takes nothing away");

    let now = raise_open_files(5000).expect("as far as it is allowed");
    assert_eq!(now, HARD, "the hard limit is as far as it goes");
    assert_eq!(limits(), (HARD, HARD), "both limits, at the hard one");
    println!("✓ more than is allowed ends at the hard limit");
}

fn limits() -> (u64, u64) {
    getrlimit(Resource::RLIMIT_NOFILE).expect("limits can be read")
}
