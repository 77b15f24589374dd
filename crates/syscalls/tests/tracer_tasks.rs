//! Threads, vfork, execve by a thread, sudden death: what is told of each task, and in which order.
#![cfg(target_os = "linux")]

mod tracer_common;

use nix::libc;
use syscalls::event::{Kind, Outcome};
use syscalls::trace::{Command, Ending, Options, Recording};
use tracer_common::{calls_of, compile, count, follow, numbers_of, record, root};

#[test]
fn each_thread_is_a_task_of_its_process() {
    let source = r#"
        #include <pthread.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static void *run(void *n) {
            for (long i = 0; i < 100; i++) syscall(SYS_getuid);
            return 0;
        }
        int main(void) {
            pthread_t threads[8];
            for (int i = 0; i < 8; i++) pthread_create(&threads[i], 0, run, 0);
            for (int i = 0; i < 8; i++) pthread_join(threads[i], 0);
            return 0;
        }"#;
    let Some(program) = compile("threads", source) else {
        return;
    };
    let recording = record(&Command::new(&program.path), follow());
    let process = root(&recording);
    assert!(recording.events.iter().all(|event| event.pid == process));
    let threads: Vec<_> = recording
        .events
        .iter()
        .filter(|event| event.kind == Kind::Attached)
        .map(|event| event.tid)
        .collect();
    assert_eq!(threads.len(), 8);
    for tid in threads {
        let numbers = numbers_of(&recording, tid);
        let getuid = numbers.iter().filter(|n| **n == libc::SYS_getuid);
        assert_eq!(getuid.count(), 100, "of thread {tid}");
        assert_eq!(numbers.last(), Some(&libc::SYS_exit), "of thread {tid}");
    }
    assert_eq!(count(&recording, |e| e.kind == Kind::Exited(0)), 9);
}

#[test]
fn without_follow_only_the_first_task_is_told() {
    let script = "getconf PAGESIZE > /dev/null & wait; exit 5";
    let recording = record(&Command::new("sh").args(["-c", script]), Options::default());
    let first = root(&recording);
    assert!(recording.events.iter().all(|event| event.tid == first));
    assert_eq!(recording.ending, Ending::Exited(5));
}

#[test]
fn a_child_of_vfork_is_followed() {
    let source = r#"
        #include <sys/wait.h>
        #include <unistd.h>
        int main(void) {
            if (vfork() == 0) { execl("/bin/sh", "sh", "-c", "exit 9", (char *)0); _exit(1); }
            int status; wait(&status);
            return WEXITSTATUS(status);
        }"#;
    let Some(program) = compile("vfork", source) else {
        return;
    };
    let recording = record(&Command::new(&program.path), follow());
    assert_eq!(recording.ending, Ending::Exited(9));
    let first = root(&recording);
    let child = recording.events.iter().find(|event| event.tid != first);
    let numbers = numbers_of(&recording, child.expect("a child").tid);
    assert_eq!(numbers[0], libc::SYS_execve);
    assert_eq!(numbers.last(), Some(&libc::SYS_exit_group));
    let every_process_ended = count(&recording, |e| matches!(e.kind, Kind::Exited(9)));
    assert_eq!(every_process_ended, 2);
}

#[test]
fn a_thread_that_executes_takes_the_place_of_the_first() {
    let source = r#"
        #include <pthread.h>
        #include <unistd.h>
        static void *sleeper(void *n) { pause(); return 0; }
        static void *run(void *n) {
            execl("/bin/sh", "sh", "-c", "exit 4", (char *)0);
            return 0;
        }
        int main(void) {
            pthread_t thread;
            pthread_create(&thread, 0, sleeper, 0);
            pthread_create(&thread, 0, run, 0);
            pthread_join(thread, 0);
            return 1;
        }"#;
    let Some(program) = compile("exec_from_thread", source) else {
        return;
    };
    for _ in 0..10 {
        let recording = record(&Command::new(&program.path), follow());
        let first = root(&recording);
        assert_eq!(recording.ending, Ending::Exited(4));
        let mut events = recording.events.iter();
        let superseded = events
            .position(|event| matches!(event.kind, Kind::Superseded { .. }))
            .expect("the first thread is superseded");
        let by = recording.events[superseded].tid;
        assert_eq!(by, first);
        // The call that began as another thread's ends as the first's.
        let next = events.find(|event| matches!(event.kind, Kind::Call(_)));
        let Some(Kind::Call(call)) = next.map(|event| &event.kind) else {
            panic!("no call after {superseded}");
        };
        assert_eq!(call.number as i64, libc::SYS_execve);
        assert!(matches!(call.outcome, Outcome::Value { value: 0, .. }));
        assert_eq!(count(&recording, |e| e.kind == Kind::Exited(0)), 1);
        assert_every_entry_is_answered(&recording);
    }
}

#[test]
fn a_thread_executes_while_the_others_are_busy() {
    let source = r#"
        #include <pthread.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static void *busy(void *n) { for (;;) syscall(SYS_getuid); }
        static void *run(void *n) {
            for (int i = 0; i < 50; i++) syscall(SYS_getppid);
            execl("/bin/sh", "sh", "-c", "exit 4", (char *)0);
            return 0;
        }
        int main(void) {
            pthread_t thread;
            for (int i = 0; i < 3; i++) pthread_create(&thread, 0, busy, 0);
            pthread_create(&thread, 0, run, 0);
            busy(0);
        }"#;
    let Some(program) = compile("exec_while_busy", source) else {
        return;
    };
    for _ in 0..10 {
        let recording = record(&Command::new(&program.path), follow());
        assert_eq!(recording.ending, Ending::Exited(4));
        let superseded = |kind: &Kind| matches!(kind, Kind::Superseded { .. });
        assert_eq!(count(&recording, |e| superseded(&e.kind)), 1);
        let ends = count(&recording, |e| matches!(e.kind, Kind::Exited(_)));
        assert_eq!(ends, 4, "three threads and the shell");
        assert_every_entry_is_answered(&recording);
    }
}

#[test]
fn a_process_that_is_killed_loses_no_task() {
    // Threads and children are busy when the first process kills all of its group.
    let source = r#"
        #include <pthread.h>
        #include <signal.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static void *busy(void *n) { for (;;) syscall(SYS_getuid); }
        int main(void) {
            pthread_t thread;
            setpgid(0, 0);
            for (int i = 0; i < 3; i++) {
                if (fork() == 0) for (;;) if (fork() == 0) _exit(0);
                pthread_create(&thread, 0, busy, 0);
            }
            for (int i = 0; i < 100; i++) syscall(SYS_getppid);
            kill(0, SIGKILL);
        }"#;
    let Some(program) = compile("killed_group", source) else {
        return;
    };
    for _ in 0..5 {
        let recording = record(&Command::new(&program.path), follow());
        assert_eq!(recording.ending, Ending::Killed(libc::SIGKILL));
        let born = count(&recording, |e| e.kind == Kind::Attached);
        let ended = |kind: &Kind| matches!(kind, Kind::Exited(_) | Kind::Killed { .. });
        assert_eq!(count(&recording, |e| ended(&e.kind)), born + 1);
        assert_every_entry_is_answered(&recording);
    }
}

#[test]
fn a_task_that_is_killed_in_a_call_never_leaves_it() {
    let source = r#"
        #include <unistd.h>
        int main(void) {
            if (fork() == 0) execl("/bin/sh", "sh", "-c", "kill -KILL $PPID", (char *)0);
            for (;;) pause();
        }"#;
    let Some(program) = compile("killed", source) else {
        return;
    };
    let recording = record(&Command::new(&program.path), follow());
    assert_eq!(recording.ending, Ending::Killed(libc::SIGKILL));
    let first = root(&recording);
    let last = calls_of(&recording, first).last().expect("a call");
    assert_eq!(last.outcome, Outcome::Never);
    let killed =
        |number| move |kind: &Kind| matches!(kind, Kind::Killed { number: n, .. } if *n == number);
    assert_eq!(count(&recording, |e| killed(libc::SIGKILL)(&e.kind)), 1);
    assert_every_entry_is_answered(&recording);
}

#[test]
fn a_crash_says_by_which_signal() {
    let script = "kill -SEGV $$";
    let recording = record(&Command::new("sh").args(["-c", script]), follow());
    assert_eq!(recording.ending, Ending::Killed(libc::SIGSEGV));
    let last = recording.events.last().expect("an event");
    assert!(matches!(&last.kind, Kind::Killed { signal, .. } if signal == "SIGSEGV"));
}

/// Each entry is followed by a call of the same task, or of the task that took its place.
fn assert_every_entry_is_answered(recording: &Recording) {
    let entries = count(recording, |e| matches!(e.kind, Kind::Enter(_)));
    let calls = count(recording, |e| matches!(e.kind, Kind::Call(_)));
    assert_eq!(entries, calls);
}
