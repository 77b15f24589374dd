//! The tool: signals, sockets that are handed over, logs, and other people's clients.

mod common;
mod serve_kit;

use std::fs;
use std::io::BufRead;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{have, output_of, tool, wait};
use nix::sys::signal::Signal;
use serve_kit::{Client, ENGINES, Tool, engine_name, eventually};
use tcp_http::http::Status;
use tempfile::TempDir;

const SIZE: usize = 300_000;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("hello.txt"), "hello, world\n").expect("a file");
    let bytes: Vec<u8> = (0..SIZE).map(|index| (index / 3) as u8).collect();
    fs::write(folder.path().join("bytes"), bytes).expect("a file");
    folder
}

fn serve(root: &Path, engine: &str, more: &[&str]) -> Command {
    let root = root.to_str().expect("UTF-8");
    let mut command = tool(&["serve", "--root", root, "--engine", engine]);
    command.args(["--addr", "127.0.0.1:0"]).args(more);
    command
}

/// A tool for each engine.
fn each(more: &[&str], test: impl Fn(&mut Tool, &Path)) {
    for engine in ENGINES {
        let folder = folder();
        let mut tool = Tool::start(&mut serve(folder.path(), engine_name(engine), more));
        test(&mut tool, folder.path());
    }
}

#[test]
fn a_signal_lets_answers_finish_and_a_second_does_not() {
    each(&["--quiet"], |tool, _| {
        let (mut idle, mut busy) = (tool.client(), tool.client());
        idle.get("/hello.txt", "");
        busy.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n",
        );
        assert_eq!(busy.response().status, Status::CONTINUE);
        tool.signal(Signal::SIGTERM);
        idle.closed();
        assert_eq!(busy.send("abc").ask("def").body, b"abcdef");
        busy.closed();
        assert!(wait(&mut tool.child).success());
    });
    each(&["--quiet"], |tool, _| {
        let mut busy = tool.client();
        busy.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n",
        );
        assert_eq!(busy.response().status, Status::CONTINUE);
        let mut idle = tool.client();
        idle.get("/hello.txt", "");
        tool.signal(Signal::SIGINT);
        idle.closed();
        tool.signal(Signal::SIGINT);
        assert_eq!(wait(&mut tool.child).code(), Some(128 + 2));
    });
}

#[test]
fn a_line_for_each_request() {
    each(&[], |tool, _| {
        tool.client().get("/hello.txt", "");
        let mut line = String::new();
        tool.stdout.read_line(&mut line).expect("a line");
        assert!(line.starts_with("127.0.0.1 - - ["), "{line}");
        assert!(
            line.contains("] \"GET /hello.txt HTTP/1.1\" 200 13 "),
            "{line}"
        );
    });
    each(&["--json"], |tool, _| {
        let mut client = tool.client();
        // The request is over when its body is.
        client.send("POST /echo?\" HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n");
        client.send("Expect: 100-continue\r\n\r\n");
        assert_eq!(client.response().status, Status::CONTINUE);
        client.ask("abc");
        let mut line = String::new();
        tool.stdout.read_line(&mut line).expect("a line");
        let json: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(
            (&json["target"], &json["status"], &json["bytes"]),
            (&"/echo?\"".into(), &200.into(), &3.into())
        );
        assert!(json["microseconds"].is_u64());
    });
}

/// Nobody reads the log here: the pipe is full after 64 KiB.
#[test]
fn a_log_that_nobody_reads_stops_nobody() {
    each(&[], |tool, _| {
        let mut client = tool.client();
        for _ in 0..50 {
            client.send("GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n".repeat(40));
            for _ in 0..40 {
                assert_eq!(client.response().status, Status::OK);
            }
        }
    });
}

/// Starts the tool with `listener` as its descriptor 3, as the shell `script` says.
fn handed(listener: &TcpListener, folder: &Path, script: &str) -> Tool {
    let tool = env!("CARGO_BIN_EXE_tcp-http");
    let root = folder.to_str().expect("UTF-8");
    let mut command = Command::new("sh");
    let script = format!("{script} exec {tool} serve --quiet --root {root} 3<&0 0</dev/null");
    command
        .args(["-c", &script])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let listener = listener.try_clone().expect("a duplicate");
    command.stdin(OwnedFd::from(listener));
    Tool::start(&mut command)
}

#[test]
fn sockets_are_taken_from_a_supervisor() {
    for script in [
        "export LISTEN_FDS=1 LISTEN_PID=$$;",
        "export SERVER_STARTER_PORT='127.0.0.1:1=3';",
    ] {
        let folder = folder();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("it is bound");
        // It waits in the queue before there is a server.
        let mut early = Client::connect(address);
        early.send("GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        let tool = handed(&listener, folder.path(), script);
        assert_eq!(tool.address, address);
        assert_eq!(early.response().body, b"hello, world\n");
    }
}

#[test]
fn what_is_handed_over_has_to_listen() {
    let folder = folder();
    let root = folder.path().to_str().expect("UTF-8");
    for (value, message) in [
        (
            "80=0",
            "SERVER_STARTER_PORT is \"80=0\", which names no descriptors",
        ),
        (
            "80=77",
            "descriptor 77 of SERVER_STARTER_PORT is no TCP socket that listens",
        ),
    ] {
        let output = tool(&["serve", "--root", root])
            .env("SERVER_STARTER_PORT", value)
            .output()
            .expect("the tool runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(errors, format!("tcp-http: {message}\n"));
        assert_eq!(output.status.code(), Some(1));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_connection_leaves_a_descriptor() {
    each(&["--quiet"], |tool, _| {
        tool.client().get("/bytes", "");
        eventually("only what was open", || tool.descriptors() < 40);
        let settled = |tool: &Tool| {
            let mut last = usize::MAX;
            eventually("as many as before", || {
                std::mem::replace(&mut last, tool.descriptors()) == last
            });
            last
        };
        let before = settled(tool);
        for round in 0..1000 {
            let mut client = tool.client();
            match round % 4 {
                0 => drop(client.get("/bytes", "")),
                1 => {
                    client.send("GET /bytes HTTP/1.1\r\nHost: x\r\n\r\n");
                }
                2 => {
                    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
                }
                _ => {}
            }
        }
        eventually("no more descriptors than before", || {
            tool.descriptors() <= before
        });
    });
}

#[test]
fn without_descriptors_it_waits_and_does_not_spin() {
    each(&["--quiet"], |tool, _| {
        let limit = 40;
        let pid = tool.child.id().to_string();
        if !have("prlimit") {
            return;
        }
        output_of(Command::new("prlimit").args(["--pid", &pid, &format!("--nofile={limit}")]));
        let mut clients: Vec<Client> = (0..60).map(|_| tool.client()).collect();
        clients[0].get("/hello.txt", "");
        // They wait in the kernel's queue; when others have gone, it is their turn.
        let last = clients.split_off(50);
        drop(clients);
        for mut client in last {
            assert_eq!(client.get("/hello.txt", "").body, b"hello, world\n");
        }
    });
}

#[test]
fn two_hundred_slow_clients_slow_nobody_down() {
    each(&["--quiet"], |tool, _| {
        let mut slow: Vec<Client> = (0..200).map(|_| tool.client()).collect();
        let request = b"GET /hello.txt HTTP/1.1\r\nHost: slow\r\n\r\n";
        let mut fast = tool.client();
        for byte in request {
            for client in &mut slow {
                client.send([*byte]);
            }
            assert_eq!(fast.get("/hello.txt", "").status, Status::OK);
        }
        for client in &mut slow {
            assert_eq!(client.response().body, b"hello, world\n");
        }
    });
}

#[test]
fn curl_gets_files_and_echoes() {
    if !have("curl") {
        return;
    }
    each(&["--quiet"], |tool, folder| {
        let curl = |arguments: &[&str]| {
            output_of(Command::new("curl").args(["-sS", "--fail"]).args(arguments))
        };
        let file = folder.join("bytes");
        let bytes = fs::read(&file).expect("the file");
        assert!(curl(&[&tool.url("/bytes")]) == bytes);
        assert_eq!(curl(&["-r", "5-9", &tool.url("/hello.txt")]), b", wor");
        let data = format!("@{}", file.display());
        assert!(curl(&["--data-binary", &data, &tool.url("/echo")]) == bytes);
        let chunked = ["-H", "Transfer-Encoding: chunked", "--data-binary", &data];
        assert!(curl(&[&chunked[..], &[&tool.url("/echo")]].concat()) == bytes);
        assert!(curl(&["--http1.0", &tool.url("/bytes")]) == bytes);
    });
}

#[test]
fn pythons_client_keeps_a_connection() {
    const SCRIPT: &str = "
import http.client, sys
c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
for _ in range(3):
    c.request('GET', '/bytes'); r = c.getresponse(); assert len(r.read()) == 300000, r.status
    c.request('POST', '/echo', b'x' * 100000); r = c.getresponse(); assert r.read() == b'x' * 100000
    c.request('POST', '/echo', iter([b'a', b'b' * 5000]), encode_chunked=True,
              headers={'Transfer-Encoding': 'chunked'})
    r = c.getresponse(); assert r.read() == b'a' + b'b' * 5000
    c.request('HEAD', '/bytes'); r = c.getresponse(); assert r.getheader('Content-Length') == '300000'
    r.read()
print('whole')
";
    if !have("python3") {
        return;
    }
    each(&["--quiet"], |tool, _| {
        let port = tool.address.port().to_string();
        let said = output_of(Command::new("python3").args(["-c", SCRIPT, &port]));
        assert_eq!(said, b"whole\n");
    });
}

#[test]
fn ab_and_wrk_find_no_failure() {
    each(&["--quiet"], |tool, _| {
        let url = tool.url("/hello.txt");
        for keep in [&["-k"][..], &[]] {
            if have("ab") {
                let mut ab = Command::new("ab");
                let report = output_of(ab.args(keep).args(["-q", "-n", "500", "-c", "20", &url]));
                let report = String::from_utf8_lossy(&report);
                assert!(report.contains("Complete requests:      500"), "{report}");
                assert!(report.contains("Failed requests:        0"), "{report}");
                assert!(!report.contains("Non-2xx"), "{report}");
            }
        }
        if have("wrk") {
            let report = output_of(Command::new("wrk").args(["-t1", "-c20", "-d1s", &url]));
            let report = String::from_utf8_lossy(&report);
            assert!(
                !report.contains("Non-2xx") && !report.contains("Socket errors"),
                "{report}"
            );
        }
    });
}

#[test]
fn nginx_stands_in_front() {
    if !have("nginx") {
        return;
    }
    each(&["--quiet"], |tool, _| {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().display().to_string();
        let port = free_port();
        let config = format!(
            "daemon off; master_process off; pid {place}/pid; error_log {place}/error.log;\n\
             events {{}} http {{ access_log off; client_max_body_size 0;\n\
             client_body_temp_path {place}/b; proxy_temp_path {place}/p; fastcgi_temp_path {place}/f;\n\
             uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;\n\
             upstream ours {{ server {}; keepalive 4; }}\n\
             server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://ours;\n\
             proxy_http_version 1.1; proxy_set_header Connection ''; proxy_request_buffering off; }} }} }}",
            tool.address
        );
        fs::write(folder.path().join("nginx.conf"), config).expect("a file");
        let mut nginx = Command::new("nginx")
            .args(["-c", "nginx.conf", "-e", "error.log", "-p", &place])
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let address = (Ipv4Addr::LOCALHOST, port).into();
        eventually("nginx listens", || {
            std::net::TcpStream::connect(address).is_ok()
        });
        for _ in 0..3 {
            let mut client = Client::connect(address);
            assert_eq!(client.get("/bytes", "").body.len(), SIZE);
            let chunked = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n";
            assert_eq!(client.ask(chunked).body, b"abcd");
        }
        nginx.kill().expect("it runs");
        nginx.wait().expect("it has ended");
    });
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("it is bound").port()
}

/// Ten thousand held and a hundred thousand that pass when `PROPTEST_CASES` asks for a thorough search,
/// which takes minutes; fewer otherwise. What others then wait for an answer is printed beside what they
/// wait when they are alone.
#[test]
fn many_are_held_while_others_come_and_go() {
    let is_thorough = std::env::var_os("PROPTEST_CASES").is_some();
    let (held, passing) = if is_thorough {
        (10_000, 100_000)
    } else {
        (500, 500)
    };
    let limit = mmap::poller::raise_open_files(held + 1000).expect("a limit of open files");
    let held = held.min(limit.saturating_sub(300));
    each(&["--quiet", "--max-connections", "11000"], |tool, _| {
        let mut other = tool.client();
        let alone = usual_time(&mut other);
        let before = tool.descriptors();
        let mut held: Vec<Client> = (0..held).map(|_| tool.client()).collect();
        for client in &mut held {
            assert_eq!(client.get("/hello.txt", "").status, Status::OK);
        }
        // Each of them sends another byte now and then.
        let (slow, _) = held.split_at_mut(200);
        let mut among_many = Vec::new();
        for byte in b"GET /hello.txt HTTP/1.1\r\nHost: slow\r\n\r\n" {
            for client in &mut *slow {
                client.send([*byte]);
            }
            among_many.push(usual_time(&mut other));
        }
        for client in slow {
            assert_eq!(client.response().body, b"hello, world\n");
        }
        among_many.sort();
        let among_many = among_many[among_many.len() / 2];
        println!(
            "an answer takes {alone:?}, and {among_many:?} beside {}",
            held.len()
        );
        drop(held);
        for _ in 0..passing {
            let answer = tool.client().get("/hello.txt", "Connection: close\r\n");
            assert_eq!(answer.status, Status::OK);
        }
        eventually("no more descriptors than before", || {
            tool.descriptors() <= before
        });
    });
}

/// The median of some.
fn usual_time(client: &mut Client) -> Duration {
    let mut times: Vec<Duration> = (0..25)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(client.get("/hello.txt", "").status, Status::OK);
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

/// The client's disk, and so the client's trouble.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_a_download_is_nothing_to_others() {
    const LARGE: u64 = 64 << 20;

    each(&["--quiet"], |serving, folder| {
        let large = fs::File::create(folder.join("large")).expect("a file");
        large.set_len(LARGE).expect("a length");
        let mut other = serving.client();
        other.get("/hello.txt", "");
        let before = serving.descriptors();
        for _ in 0..5 {
            let url = serving.url("/large");
            let mut get = tool(&["get", "-o", "/dev/full", &url]);
            let mut get = get.spawn().expect("the tool starts");
            assert_eq!(other.get("/hello.txt", "").status, Status::OK);
            assert_eq!(wait(&mut get).code(), Some(1));
            assert_eq!(other.get("/hello.txt", "").status, Status::OK);
        }
        // The file itself is kept open for a while.
        eventually("no connection is left", || {
            serving.descriptors() <= before + 1
        });
    });
}
