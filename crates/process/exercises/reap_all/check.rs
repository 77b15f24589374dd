//! Five children end, a sixth runs: which of them are collected, and whether anybody waits.
//!
//! ```syscalls
//! wait4(-1, *, WNOHANG*, *) = $one
//! wait4(-1, *, WNOHANG*, *) = $another
//! wait4(-1, *, WNOHANG*, *) = 0
//! wait4(-1, *, WNOHANG*, *) = 0
//! wait4(-1, *, WNOHANG*, *) = -1 ECHILD *
//! ```

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::Pid;
use process::table::{Fields, State, Table};

use super::exercise;

#[expect(
    clippy::zombie_processes,
    reason = "that somebody waits is the exercise, and what is checked"
)]
pub fn main() {
    let mut running = Command::new("cat")
        .stdin(Stdio::piped())
        .spawn()
        .expect("cat starts");
    let scripts = ["exit 0", "exit 1", "exit 2", "exit 3", "kill -9 $$"];
    let mut expected: Vec<(Pid, i32)> = scripts
        .iter()
        .zip([0, 1, 2, 3, 128 + 9])
        .map(|(script, code)| {
            let child = Command::new("sh").args(["-c", script]).spawn();
            let pid = child.expect("sh starts").id();
            (Pid::from_raw(pid as i32), code)
        })
        .collect();
    for (pid, _) in &expected {
        wait_until_it_is_a_zombie(*pid);
    }

    let mut collected = exercise::reap().expect("nothing is wrong with the children");
    collected.sort_unstable_by_key(|(pid, _)| *pid);
    expected.sort_unstable_by_key(|(pid, _)| *pid);
    assert_eq!(
        collected, expected,
        "five children have ended before one call of reap: it returns all five, and not the one that runs"
    );
    println!("✓ five that ended together are collected together");

    let nobody = exercise::reap().expect("it is no error that all children run");
    assert_eq!(nobody, [], "the one child that is left still runs");
    println!("✓ a child that runs is not waited for");

    drop(running.stdin.take());
    let cat = Pid::from_raw(running.id() as i32);
    wait_until_it_is_a_zombie(cat);
    let last = exercise::reap().expect("nothing is wrong with the last child");
    assert_eq!(last, [(cat, 0)], "cat has come to the end of its input");
    let nobody = exercise::reap().expect("that there are no children (ECHILD) is no error here");
    assert_eq!(nobody, [], "there are no children any more");
    println!("✓ having no children is no error");
}

fn wait_until_it_is_a_zombie(pid: Pid) {
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut table = Table::open().expect("the table of processes can be read");
    while table
        .process(pid.as_raw(), Fields::NONE)
        .expect("nobody has collected it")
        .state
        != State::Zombie
    {
        assert!(Instant::now() < deadline, "{pid} does not end");
        thread::sleep(Duration::from_millis(1));
    }
}
