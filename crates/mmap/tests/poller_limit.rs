//! The limit of open files is of the whole process: this is a process with one test.

use mmap::poller::raise_open_files;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

#[test]
fn the_soft_limit_is_raised_and_never_lowered() {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, 100, hard).unwrap();
    for (wanted, expected) in [(200, 200), (50, 200), (300, 300)] {
        assert_eq!(raise_open_files(wanted).unwrap(), expected);
        let now = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        assert_eq!(now, (expected, hard));
    }
    let most = raise_open_files(u64::MAX).unwrap();
    let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    assert_eq!(soft, most);
    assert!(most <= hard && most > 300);
    if cfg!(target_os = "linux") {
        assert_eq!(most, hard);
    }
}
