//! From `main` on, and who called.
#![cfg(target_os = "linux")]

mod tracer_common;

use nix::libc;
use syscalls::event::Kind;
use syscalls::trace::{Command, Ending, Error, Options, Tracer};
use tracer_common::{calls_of, compile, count, numbers_of, record, root};

fn from_main(follow: bool) -> Options {
    Options {
        from_main: true,
        follow,
        ..Options::default()
    }
}

#[test]
fn nothing_before_main_is_told() {
    let source = r#"
        #include <sys/syscall.h>
        #include <unistd.h>
        __attribute__((constructor)) static void before(void) { syscall(SYS_getuid); }
        int main(void) { syscall(SYS_getppid); return 2; }"#;
    let Some(program) = compile("from_main", source) else {
        return;
    };
    let recording = record(&Command::new(&program.path), from_main(false));
    let numbers = numbers_of(&recording, root(&recording));
    assert_eq!(numbers, [libc::SYS_getppid, libc::SYS_exit_group]);
    assert_eq!(recording.ending, Ending::Exited(2));
    assert_eq!(
        count(&recording, |e| matches!(e.kind, Kind::Signal { .. })),
        0
    );
}

#[test]
fn a_filter_holds_from_main_on() {
    let source = r#"
        #include <sys/syscall.h>
        #include <unistd.h>
        __attribute__((constructor)) static void before(void) { syscall(SYS_getuid); }
        int main(void) { syscall(SYS_getppid); syscall(SYS_getuid); return 0; }"#;
    let Some(program) = compile("filter_from_main", source) else {
        return;
    };
    let mut options = from_main(false);
    options.filter.add("trace=getuid,execve").expect("a filter");
    let recording = record(&Command::new(&program.path), options);
    let numbers = numbers_of(&recording, root(&recording));
    assert_eq!(numbers, [libc::SYS_getuid]);
}

#[test]
fn a_child_is_told_from_its_own_main_on() {
    let source = r#"
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/wait.h>
        #include <unistd.h>
        int main(int argc, char **argv) {
            syscall(SYS_getppid);
            if (argc > 1) return 3;
            if (fork() == 0) { execl(argv[0], argv[0], "again", (char *)0); _exit(1); }
            int status; wait(&status);
            return WEXITSTATUS(status);
        }"#;
    let Some(program) = compile("child_from_main", source) else {
        return;
    };
    let recording = record(&Command::new(&program.path), from_main(true));
    assert_eq!(recording.ending, Ending::Exited(3));
    let first = root(&recording);
    let child = recording.events.iter().find(|event| event.tid != first);
    let numbers = numbers_of(&recording, child.expect("a child").tid);
    let after_execve = numbers
        .iter()
        .skip_while(|number| **number != libc::SYS_execve);
    let expected = [libc::SYS_execve, libc::SYS_getppid, libc::SYS_exit_group];
    assert_eq!(after_execve.copied().collect::<Vec<_>>(), expected);
}

#[test]
fn a_program_without_main_cannot_be_told_from_there() {
    let Some(program) = compile("stripped", "int main(void) { return 0; }") else {
        return;
    };
    let strip = std::process::Command::new("strip")
        .arg(&program.path)
        .status();
    assert!(strip.expect("strip").success());
    match Tracer::spawn(&Command::new(&program.path), from_main(false)) {
        Err(Error::NoMain { program: named }) => {
            assert_eq!(named, program.path.display().to_string());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_call_has_the_stack_that_led_to_it() {
    let source = r#"
        #include <sys/syscall.h>
        #include <unistd.h>
        __attribute__((noinline)) long inner(void) { return syscall(SYS_getppid) + 1; }
        __attribute__((noinline)) long outer(void) { return inner() + 1; }
        int main(void) { return outer() == 0; }"#;
    let Some(program) = compile("stack", source) else {
        return;
    };
    let options = Options {
        stack: true,
        ..Options::default()
    };
    let recording = record(&Command::new(&program.path), options);
    let call = calls_of(&recording, root(&recording))
        .find(|call| call.number as i64 == libc::SYS_getppid)
        .expect("the call");
    let functions: Vec<_> = call
        .stack
        .iter()
        .filter_map(|frame| frame.function.as_deref())
        .filter(|name| ["inner", "outer", "main"].contains(name))
        .collect();
    assert_eq!(functions, ["inner", "outer", "main"]);
}
