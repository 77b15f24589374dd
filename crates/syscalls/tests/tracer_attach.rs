//! Attaching to processes that run, and leaving them as they were.
#![cfg(target_os = "linux")]

mod tracer_common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nix::libc;
use syscalls::event::{Kind, Outcome, Pid};
use syscalls::trace::{Command, Error, Options, Tracer};
use tracer_common::{compile, deadline, follow};

/// The field of a task's status.
fn field(tid: Pid, name: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).expect("its status");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.expect("the field").trim().to_owned()
}

fn threads(pid: Pid) -> Vec<Pid> {
    fs::read_dir(format!("/proc/{pid}/task"))
        .expect("its threads")
        .map(|entry| entry.expect("a thread").file_name())
        .map(|name| name.to_string_lossy().parse().expect("a number"))
        .collect()
}

/// No thread of the process is stopped or traced.
fn assert_left_alone(pid: Pid) {
    for tid in threads(pid) {
        assert_eq!(field(tid, "TracerPid:"), "0", "of {tid}");
        let state = field(tid, "State:");
        assert!(!state.starts_with(['T', 't']), "{tid} is {state}");
    }
}

fn pid_of(child: &Child) -> Pid {
    child.id() as Pid
}

/// A child of another thread than the tracer's, or the tracer would reap it.
fn start(mut command: std::process::Command) -> Child {
    thread::spawn(move || command.spawn().expect("a child"))
        .join()
        .expect("a child")
}

/// Takes all events that are left.
fn rest(tracer: &mut Tracer) -> Vec<Kind> {
    let mut kinds = Vec::new();
    while let Some(event) = tracer.next().expect("an event") {
        kinds.push(event.kind);
    }
    kinds
}

/// Four threads, each of which answers on a connection of its own.
const SERVER: &str = r#"
    #include <pthread.h>
    #include <string.h>
    #include <sys/socket.h>
    #include <sys/un.h>
    #include <unistd.h>
    static void *serve(void *path) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        strcpy(address.sun_path, path);
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof address)) _exit(1);
        char byte;
        while (read(fd, &byte, 1) == 1) { byte++; write(fd, &byte, 1); }
        return 0;
    }
    int main(int argc, char **argv) {
        pthread_t threads[4];
        for (long i = 0; i < 4; i++) pthread_create(&threads[i], 0, serve, argv[1]);
        for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
        return 0;
    }"#;

#[test]
fn a_server_answers_every_request_while_it_is_traced_and_after() {
    let Some(program) = compile("server", SERVER) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let address = folder.path().join("socket");
    let listener = UnixListener::bind(&address).expect("a listener");
    let mut command = std::process::Command::new(&program.path);
    command.arg(&address);
    let mut server = start(command);
    let pid = pid_of(&server);
    let ends: Vec<_> = (0..4)
        .map(|_| listener.accept().expect("a thread of the server").0)
        .collect();
    let stop = AtomicBool::new(false);
    let _deadline = deadline("a server under trace");
    thread::scope(|scope| {
        let stopper = StopAtLast(&stop);
        let clients: Vec<_> = ends
            .into_iter()
            .map(|end| scope.spawn(|| ask_until(&stop, end)))
            .collect();
        for _ in 0..5 {
            let mut tracer = Tracer::attach(&[pid], follow()).expect("a tracer");
            let (mut attached, mut calls) = (0, 0);
            while calls < 500 {
                match tracer.next().expect("an event").expect("it runs").kind {
                    Kind::Attached => attached += 1,
                    Kind::Call(call) => {
                        assert!(!call.failed(), "{call}");
                        calls += 1;
                    }
                    Kind::Enter(_) => {}
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(attached, 5);
            tracer.detach().expect("to detach");
            assert_left_alone(pid);
            let detached = rest(&mut tracer);
            let detached = detached.iter().filter(|kind| **kind == Kind::Detached);
            assert_eq!(detached.count(), 5);
        }
        drop(stopper);
        for client in clients {
            assert!(client.join().expect("a client") > 0);
        }
    });
    // Their connections are closed, so it ends by itself.
    assert_eq!(server.wait().expect("its status").code(), Some(0));
}

/// Also when the test fails, or the clients would go on for ever.
struct StopAtLast<'a>(&'a AtomicBool);

impl Drop for StopAtLast<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn ask(end: &mut UnixStream, question: u8) {
    end.write_all(&[question]).expect("a question");
    let mut answer = [0];
    end.read_exact(&mut answer).expect("an answer");
    assert_eq!(answer[0], question.wrapping_add(1));
}

/// Asks one question after the other, and returns how many were answered.
fn ask_until(stop: &AtomicBool, mut end: UnixStream) -> usize {
    let mut asked = 0;
    while !stop.load(Ordering::Relaxed) {
        let question = asked as u8;
        ask(&mut end, question);
        asked += 1;
    }
    asked
}

#[test]
fn a_task_that_waits_is_attached_to_and_left_waiting() {
    let mut command = std::process::Command::new("cat");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut cat = start(command);
    let pid = pid_of(&cat);
    let _deadline = deadline("cat");
    let mut input = cat.stdin.take().expect("its input");
    let mut output = BufReader::new(cat.stdout.take().expect("its output"));
    let mut echo = |text: &str| {
        input.write_all(text.as_bytes()).expect("to write");
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        assert_eq!(line, text);
    };
    echo("before\n");
    let mut tracer = Tracer::attach(&[pid], Options::default()).expect("a tracer");
    assert_eq!(next(&mut tracer), Kind::Attached);
    // The read in which it waits is taken up again.
    let Kind::Enter(_) = next(&mut tracer) else {
        panic!("not in a call");
    };
    tracer.detach().expect("to detach");
    assert_eq!(rest(&mut tracer), [Kind::Detached]);
    assert_left_alone(pid);
    echo("after\n");
    drop(input);
    assert_eq!(cat.wait().expect("its status").code(), Some(0));
}

#[test]
fn a_call_that_is_left_open_is_not_told() {
    let mut cat = std::process::Command::new("cat");
    cat.stdin(Stdio::piped());
    let mut yes = std::process::Command::new("yes");
    yes.stdout(Stdio::null());
    let (mut cat, mut yes) = (start(cat), start(yes));
    let _deadline = deadline("cat beside yes");
    let (waits, runs) = (pid_of(&cat), pid_of(&yes));
    let mut tracer = Tracer::attach(&[waits, runs], Options::default()).expect("a tracer");
    let (mut waiting, mut written) = (false, 0);
    while !waiting || written < 100 {
        let event = tracer.next().expect("an event").expect("both run");
        waiting |= event.pid == waits && matches!(event.kind, Kind::Enter(_));
        written += usize::from(event.pid == runs);
    }
    tracer.detach().expect("to detach");
    let mut last = Vec::new();
    while let Some(event) = tracer.next().expect("an event") {
        if event.pid == waits {
            last.push(event.kind);
        }
    }
    assert_eq!(last, [Kind::Detached]);
    assert_left_alone(waits);
    assert_left_alone(runs);
    yes.kill().expect("a signal");
    yes.wait().expect("its status");
    drop(cat.stdin.take());
    assert_eq!(cat.wait().expect("its status").code(), Some(0));
}

fn next(tracer: &mut Tracer) -> Kind {
    tracer.next().expect("an event").expect("it runs").kind
}

#[test]
fn a_process_goes_on_when_its_tracer_is_dropped() {
    let mut command = std::process::Command::new("cat");
    command.stdin(Stdio::piped());
    let mut cat = start(command);
    let tracer = Tracer::attach(&[pid_of(&cat)], Options::default()).expect("a tracer");
    drop(tracer);
    assert_left_alone(pid_of(&cat));
    drop(cat.stdin.take());
    assert_eq!(cat.wait().expect("its status").code(), Some(0));
}

#[test]
fn a_sleep_that_is_taken_up_again_says_so() {
    let mut command = std::process::Command::new("sleep");
    command.arg("1000");
    let mut sleep = start(command);
    let pid = pid_of(&sleep);
    let _deadline = deadline("sleep");
    let asleep = libc::SYS_clock_nanosleep.to_string();
    while !fs::read_to_string(format!("/proc/{pid}/syscall")).is_ok_and(|s| s.starts_with(&asleep))
    {
        thread::yield_now();
    }
    let mut tracer = Tracer::attach(&[pid], Options::default()).expect("a tracer");
    assert_eq!(next(&mut tracer), Kind::Attached);
    let Kind::Enter(entry) = next(&mut tracer) else {
        panic!("not in a call");
    };
    assert_eq!(entry.name, "restart_syscall");
    let resuming = "<... resuming interrupted clock_nanosleep ...>";
    assert_eq!(entry.arguments, resuming);
    sleep.kill().expect("a signal");
    let Kind::Call(call) = next(&mut tracer) else {
        panic!("the call is not told");
    };
    assert_eq!(
        (call.arguments.as_str(), call.outcome),
        (resuming, Outcome::Never)
    );
    assert!(matches!(
        next(&mut tracer),
        Kind::Killed {
            number: libc::SIGKILL,
            ..
        }
    ));
    assert!(rest(&mut tracer).is_empty());
    // It was a child of this program, so that its end was the tracer's to collect.
    assert!(sleep.wait().is_err());
}

#[test]
fn a_spawned_program_can_be_left_to_itself() {
    // Before its main, where a breakpoint is planted, and in the middle.
    for (from_main, events) in [(true, 0), (false, 20)] {
        let source = "#include <stdio.h>\nint main(void) { puts(\"done\"); return 0; }";
        let Some(program) = compile("left", source) else {
            return;
        };
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        let command = Command::new(&program.path).stdout(writer);
        let options = Options {
            from_main,
            ..Options::default()
        };
        let mut tracer = Tracer::spawn(&command, options).expect("a tracer");
        drop(command);
        for _ in 0..events {
            next(&mut tracer);
        }
        tracer.detach().expect("to detach");
        drop(tracer);
        let _deadline = deadline("a program that was left");
        let mut text = String::new();
        reader.read_to_string(&mut text).expect("its output");
        assert_eq!(text, "done\n", "from main: {from_main}");
    }
}

fn await_stopped(pid: Pid) {
    while !field(pid, "State:").starts_with('T') {
        thread::yield_now();
    }
}

#[test]
fn a_process_that_is_stopped_is_left_stopped() {
    use nix::sys::signal::{Signal, kill};
    let mut command = std::process::Command::new("cat");
    command.stdin(Stdio::piped());
    let mut cat = start(command);
    let pid = pid_of(&cat);
    let _deadline = deadline("a stopped process");
    kill(nix::unistd::Pid::from_raw(pid), Signal::SIGSTOP).expect("a signal");
    await_stopped(pid);
    let mut tracer = Tracer::attach(&[pid], Options::default()).expect("a tracer");
    assert_eq!(next(&mut tracer), Kind::Attached);
    assert!(matches!(next(&mut tracer), Kind::Stopped(_)));
    tracer.detach().expect("to detach");
    assert_eq!(field(pid, "TracerPid:"), "0");
    // Left by its tracer it goes to where job control has it, which takes it a moment.
    await_stopped(pid);
    kill(nix::unistd::Pid::from_raw(pid), Signal::SIGCONT).expect("a signal");
    drop(cat.stdin.take());
    assert_eq!(cat.wait().expect("its status").code(), Some(0));
}

#[test]
fn nobody_attaches_to_what_is_not_there() {
    let mut child = start(std::process::Command::new("true"));
    child.wait().expect("its status");
    match Tracer::attach(&[pid_of(&child)], Options::default()) {
        Err(Error::Attach { pid, source }) => {
            assert_eq!(pid, pid_of(&child));
            assert_eq!(source.raw_os_error(), Some(libc::ESRCH));
        }
        other => panic!("{other:?}"),
    }
}
