//! What remains after `kill -9`, what is said about it, and how the next start mends it.

mod common;
mod starting;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Duration, SystemTime};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use starting::{Folder, Running, ask, ask_over, eventually, graceful, lives, say};

/// The options that name the files, and the quick interval.
struct Files {
    folder: Folder,
    options: Vec<String>,
}

impl Files {
    fn new() -> Files {
        let folder = Folder::new();
        let options = ["--pid-file", "pid", "--status-file", "status"].chunks(2);
        let options = options.flat_map(|pair| [pair[0].to_owned(), folder.at(pair[1])]);
        let options = options
            .chain(["--interval".to_owned(), "0.1".to_owned()])
            .collect();
        Files { folder, options }
    }

    fn start(&self, more: &[&str]) -> Running {
        let options = self.options.iter().map(String::as_str);
        Running::start(&options.chain(more.iter().copied()).collect::<Vec<_>>())
    }

    fn stop(&self, more: &[&str]) -> (Option<i32>, String) {
        let options = self.options.iter().map(String::as_str);
        let all = ["start", "--stop"].into_iter().chain(options);
        say(&all.chain(more.iter().copied()).collect::<Vec<_>>())
    }
}

#[test]
fn workers_go_on_and_the_next_start_takes_over() {
    let (files, server) = (Files::new(), graceful());
    let mut first = files.start(&["--port", "127.0.0.1:0", "--", &server, "serve"]);
    let address = first.listening();
    let orphan = first.worker("serves, generation 1");
    first.kill();
    assert_eq!(ask(&address).unwrap(), orphan, "the worker does not notice");
    assert!(files.folder.has("pid") && files.folder.has("status"));

    let mut second = files.start(&["--port", &address, "--", &server, "serve"]);
    assert_eq!(second.worker("of the pid file is gone"), first.pid());
    let line = second.until("outlived its supervisor");
    assert_eq!(
        line,
        format!(
            "signals: worker {orphan} of generation 1 outlived its supervisor and is told to end"
        )
    );
    second.until(&format!("worker {orphan} has ended"));
    assert_eq!(second.listening(), address);
    let worker = second.worker("serves, generation 1");
    assert!(!lives(orphan));
    assert_eq!(ask(&address).unwrap(), worker);
    assert_eq!(files.folder.read("pid"), format!("{}\n", second.pid()));
    second.stop();
    assert!(!files.folder.has("pid") && !files.folder.has("status"));
}

#[test]
fn stop_ends_what_a_killed_starter_left() {
    let files = Files::new();
    let socket = files.folder.at("socket");
    let script = "trap 'echo told > said; exit' USR1; trap '' TERM; while :; do sleep 0.02; done";
    let dir = files.folder.at("");
    let more = ["--path", &socket, "--signal-on-term", "USR1", "--dir", &dir];
    let worker = ["--", "sh", "-c", script];
    let mut starter = files.start(&[&more[..], &worker].concat());
    let orphan = starter.worker("serves, generation 1");
    starter.kill();
    assert!(
        UnixStream::connect(&socket).is_ok(),
        "the queue is the worker's now"
    );

    let (code, words) = files.stop(&more);
    assert_eq!(code, Some(0), "{words}");
    let expected = format!(
        "signals: the supervisor {} of the pid file is gone\n\
         signals: worker {orphan} of generation 1 outlived its supervisor and is told to end\n\
         signals: worker {orphan} has ended\n",
        starter.pid()
    );
    assert_eq!(words, expected);
    assert_eq!(files.folder.read("said"), "told\n");
    assert!(!lives(orphan));
    for name in ["pid", "status", "socket"] {
        assert!(!files.folder.has(name), "{name}");
    }
}

#[test]
fn both_killed_leave_files_that_are_taken_over() {
    let files = Files::new();
    let socket = files.folder.at("socket");
    let more = ["--path", &socket, "--", "sleep", "60"];
    let mut first = files.start(&more);
    let worker = first.worker("serves, generation 1");
    first.kill();
    kill(worker, Signal::SIGKILL).unwrap();
    eventually("the worker is gone", || !lives(worker));
    assert!(files.folder.has("socket"));

    // A restart has nobody to tell, and says so.
    let (code, words) = say(&[
        "start",
        "--restart",
        "--pid-file",
        &files.options[1],
        "--status-file",
        &files.options[3],
    ]);
    assert_eq!(code, Some(1));
    let gone = format!("the supervisor {} is gone", first.pid());
    assert!(words.contains(&gone), "{words}");

    let mut second = files.start(&more);
    second.until(&gone.replace("is gone", "of the pid file is gone"));
    second.until(&format!("removed {socket}: nobody answers at this socket"));
    second.until("serves, generation 1");
    let report = second.stop();
    assert!(
        !report.iter().any(|line| line.contains("outlived")),
        "{report:?}"
    );
    for name in ["pid", "status", "socket"] {
        assert!(!files.folder.has(name), "{name}");
    }
}

#[test]
fn two_generations_of_orphans_are_ended() {
    let files = Files::new();
    let script = "trap '' HUP WINCH; while :; do sleep 0.02; done";
    let more = ["--signal-on-hup", "WINCH", "--", "sh", "-c", script];
    let mut starter = files.start(&more);
    let first = starter.worker("serves, generation 1");
    starter.tell(Signal::SIGHUP);
    let second = starter.worker("serves, generation 2");
    starter.kill();
    assert!(lives(first) && lives(second));
    let mut next = files.start(&more);
    for worker in [first, second] {
        next.until(&format!("worker {worker} of generation"));
    }
    let third = next.worker("serves, generation 1");
    assert!(!lives(first) && !lives(second) && lives(third));
    next.stop();
}

/// Its number may be anybody's by then.
#[test]
fn a_stranger_with_the_number_of_a_worker_is_left_alone() {
    let files = Files::new();
    let mut stranger = Command::new("sleep").arg("60").spawn().unwrap();
    let pid = Pid::from_raw(stranger.id().cast_signed());
    files.folder.write("pid", &format!("{pid}\n"));
    files
        .folder
        .write("status", &format!("1:{pid}\nnonsense\n"));
    let status = File::options()
        .write(true)
        .open(files.folder.at("status"))
        .unwrap();
    status
        .set_modified(SystemTime::now() - Duration::from_secs(60))
        .unwrap();

    let mut starter = files.start(&["--", "sleep", "60"]);
    starter.until("serves, generation 1");
    let report = starter.stop();
    assert!(
        !report.iter().any(|line| line.contains("outlived")),
        "{report:?}"
    );
    assert!(lives(pid), "told to end: {report:?}");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

/// The status file does not name it yet; the system knows who has the socket's name in its environment.
#[cfg(target_os = "linux")]
#[test]
fn an_orphan_on_probation_is_named() {
    let files = Files::new();
    let server = graceful();
    let serve = ["--", &server, "serve"];
    let slow = ["--interval", "60", "--port", "127.0.0.1:0"];
    let mut arguments: Vec<&str> = files.options[..4].iter().map(String::as_str).collect();
    arguments.extend(slow.iter().chain(&serve));
    let mut starter = Running::start(&arguments);
    let address = starter.listening();
    let orphan = starter.worker("started, generation 1");
    assert_eq!(ask(&address).unwrap(), orphan);
    starter.kill();
    let mut next = files.start(&[&["--port", &address][..], &serve].concat());
    let (status, report) = next.end();
    assert_eq!(status.code(), Some(1));
    let line = report.last().expect("a line");
    let words = format!("cannot listen on {address} (a starter's worker has it: process {orphan})");
    assert!(line.contains(&words), "{report:?}");

    kill(orphan, Signal::SIGTERM).unwrap();
    eventually("the orphan has ended", || !lives(orphan));
    let mut last = files.start(&[&["--port", &address][..], &serve].concat());
    let worker = last.worker("serves, generation 1");
    assert_eq!(ask(&address).unwrap(), worker);
    last.stop();
}

/// A live server's socket file is not taken from it, whoever started it.
#[test]
fn a_socket_that_is_answered_is_left_alone() {
    let files = Files::new();
    let socket = files.folder.at("socket");
    let answering = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let mut starter = files.start(&["--path", &socket, "--", "sleep", "60"]);
    let (status, report) = starter.end();
    assert_eq!(status.code(), Some(1));
    assert!(
        report[0].contains(&format!("cannot listen on {socket}")),
        "{report:?}"
    );
    assert!(!files.folder.has("pid"));
    let waiting = UnixStream::connect(&socket).expect("the file is still the server's");
    std::thread::spawn(move || {
        for mut stream in answering.incoming().take(2).map_while(Result::ok) {
            let mut line = String::new();
            let _ = BufReader::new(&stream).read_line(&mut line);
            let _ = write!(stream, "{}\n{line}", std::process::id());
        }
    });
    assert_eq!(ask_over(waiting).unwrap(), Pid::this());
}
