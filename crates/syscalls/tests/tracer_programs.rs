//! Programs traced from start to end: nothing is missing, nothing comes twice, all in order.
#![cfg(target_os = "linux")]

mod tracer_common;

use nix::libc;
use syscalls::event::Kind;
use syscalls::trace::{Command, Ending, Options};
use tracer_common::{compile, count, follow, numbers_of, record, root};

#[test]
fn a_program_starts_with_its_execve_and_ends_with_its_exit() {
    let recording = record(&Command::new("true"), Options::default());
    let numbers = numbers_of(&recording, root(&recording));
    assert_eq!(numbers.first(), Some(&libc::SYS_execve));
    assert_eq!(numbers.last(), Some(&libc::SYS_exit_group));
    assert_eq!(recording.ending, Ending::Exited(0));
    let last = recording.events.last().expect("an event");
    assert_eq!(last.kind, Kind::Exited(0));
}

#[test]
fn each_call_of_a_program_is_told_in_order() {
    let source = r#"
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(void) {
            syscall(SYS_getppid);
            for (int i = 0; i < 1000; i++) syscall(SYS_getuid);
            syscall(SYS_getppid);
            syscall(9999);
            return 7;
        }"#;
    let Some(program) = compile("each_call", source) else {
        return;
    };
    let recording = record(&Command::new(&program.path), Options::default());
    let numbers = numbers_of(&recording, root(&recording));
    let first = numbers.iter().position(|n| *n == libc::SYS_getppid);
    let main = &numbers[first.expect("main")..];
    let mut expected = vec![libc::SYS_getppid];
    expected.extend([libc::SYS_getuid; 1000]);
    expected.extend([libc::SYS_getppid, 9999, libc::SYS_exit_group]);
    assert_eq!(main, expected);
    assert_eq!(recording.ending, Ending::Exited(7));
}

#[test]
fn a_storm_of_forks_loses_nobody() {
    // 5 children have 6 each, who have 6 each: 5 + 30 + 180 = 215.
    let source = r#"
        #include <sys/wait.h>
        #include <unistd.h>
        static void storm(int depth, int children) {
            if (depth == 0) return;
            for (int i = 0; i < children; i++)
                if (fork() == 0) { storm(depth - 1, 6); _exit(3); }
            while (wait(0) > 0) {}
        }
        int main(void) { storm(3, 5); return 0; }"#;
    let Some(program) = compile("storm", source) else {
        return;
    };
    let recording = record(&Command::new(&program.path), follow());
    assert_eq!(count(&recording, |e| e.kind == Kind::Exited(3)), 215);
    assert_eq!(count(&recording, |e| e.kind == Kind::Attached), 215);
    let ends = |e: &syscalls::event::Event| matches!(&e.kind, Kind::Call(call) if call.number as i64 == libc::SYS_exit_group);
    assert_eq!(count(&recording, ends), 216);
    assert_eq!(recording.ending, Ending::Exited(0));
}
