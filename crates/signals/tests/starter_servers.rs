//! Servers that know nothing of us, restarted under load: each speaks one of the two protocols, or is
//! brought to by a few lines around it.

mod common;
mod starting;

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use common::have;
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use starting::{Folder, Running, SetAtEnd, built, eventually};

/// Two restarts while somebody asks without a pause, and an end in which all have ended by themselves.
fn survives_restarts(
    options: &[&str],
    server: &[&str],
    ask: impl Fn(&str) -> io::Result<String> + Sync,
    is_answer: fn(&str) -> bool,
) {
    let common = ["--interval", "0.3", "--port", "127.0.0.1:0"];
    let mut starter = Running::start(&[&common[..], options, &["--"], server].concat());
    let address = starter.listening();
    let over = AtomicBool::new(false);
    let ask_on = || {
        let mut answers = 0;
        while !over.load(Ordering::Relaxed) {
            let answer = ask(&address).unwrap_or_else(|error| error.to_string());
            assert!(is_answer(&answer), "answer {answers}: {answer:?}");
            answers += 1;
        }
        answers
    };
    let answers = thread::scope(|scope| {
        let _over = SetAtEnd(&over);
        let client = scope.spawn(ask_on);
        let mut serving = starter.worker("serves, generation 1");
        for generation in [2, 3] {
            eventually("the server heeds its signal", || heeds(serving));
            starter.tell(Signal::SIGHUP);
            let next = starter.worker(&format!("serves, generation {generation}"));
            assert_eq!(starter.worker("telling old workers to end"), serving);
            starter.until(&format!("worker {serving} ended (exit status: 0)"));
            serving = next;
        }
        eventually("the server heeds its signal", || heeds(serving));
        over.store(true, Ordering::Relaxed);
        client.join().expect("the client ends")
    });
    assert!(answers > 10, "{answers} answers");
    let report = starter.stop();
    assert!(
        report
            .last()
            .is_some_and(|line| line.ends_with("ended (exit status: 0)")),
        "{report:?}"
    );
    assert!(
        !report.iter().any(|line| line.contains("unexpectedly")),
        "{report:?}"
    );
}

/// Whether it has come so far that TERM does not simply kill it. The C library blocks all signals for the
/// moment of a fork: that is none of the program's doing.
#[cfg(target_os = "linux")]
fn heeds(worker: Pid) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{worker}/status")).unwrap_or_default();
    let mask = |name: &str| {
        let mask = status.lines().find_map(|line| line.strip_prefix(name))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    };
    let has = |mask: Option<u64>, signal: Signal| {
        mask.is_some_and(|mask| mask & (1 << (signal as i32 - 1)) != 0)
    };
    let (caught, blocked) = (mask("SigCgt:"), mask("SigBlk:"));
    has(caught, Signal::SIGTERM) || has(blocked, Signal::SIGTERM) && !has(blocked, Signal::SIGSEGV)
}

#[cfg(not(target_os = "linux"))]
fn heeds(_worker: Pid) -> bool {
    thread::sleep(std::time::Duration::from_millis(500));
    true
}

fn get(address: &str) -> io::Result<String> {
    ask(address, "GET /hello.txt HTTP/1.0\r\n\r\n")
}

fn ask(address: &str, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn is_the_file(answer: &str) -> bool {
    answer.contains(" 200 ") && answer.ends_with("\r\n\r\nhello\n")
}

fn site() -> Folder {
    let folder = Folder::new();
    folder.write("hello.txt", "hello\n");
    folder
}

#[test]
fn tcp_http() {
    let tool = built("tcp-http", "--bin", "tcp-http");
    let tool = tool.to_str().expect("UTF-8");
    let site = site();
    for protocol in [
        &[][..],
        &[
            "env",
            "-u",
            "SERVER_STARTER_PORT",
            "-u",
            "SERVER_STARTER_GENERATION",
        ],
    ] {
        let serve = [tool, "serve", "--quiet", "--root", &site.at("")];
        // env(1) keeps its process number, so LISTEN_PID holds.
        survives_restarts(&[], &[protocol, &serve].concat(), get, is_the_file);
    }
}

/// The listening socket does not block: its flags are shared, and the other generation may be quicker.
const PYTHON: &str = r#"
import http.server, os, signal, socket, threading
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words): pass
class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False
fd = int(os.environ["SERVER_STARTER_PORT"].rsplit("=", 1)[1])
server = Server(("", 0), Quiet, bind_and_activate=False)
server.socket.close()
server.socket = socket.socket(fileno=fd)
server.socket.setblocking(False)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever(poll_interval=0.02)
server.server_close()
"#;

#[test]
fn python() {
    if !have("python3") {
        return;
    }
    // What is on the PATH may be a script that looks for it.
    let mut which = Command::new("python3");
    let python = common::output_of(which.args(["-c", "import sys; print(sys.executable)"]));
    let python = String::from_utf8(python).expect("UTF-8");
    let site = site();
    let options = ["--dir", &site.at("")];
    survives_restarts(
        &options,
        &[python.trim_end(), "-c", PYTHON],
        get,
        is_the_file,
    );
}

/// nginx hands its sockets to its own successor by a variable of its own; it looks which is which.
const NGINX: &str = r#"
folder=$1
address=${SERVER_STARTER_PORT%=*}
export NGINX="${SERVER_STARTER_PORT##*=};"
cat > "$folder/$$.conf" <<END
daemon off;
pid $folder/$$.pid;
error_log $folder/error.log;
events {}
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    server { listen $address; root $folder/site; }
}
END
exec nginx -e "$folder/error.log" -c "$folder/$$.conf"
"#;

#[test]
fn nginx() {
    use std::os::unix::fs::PermissionsExt;
    if !have("nginx") {
        return;
    }
    let folder = Folder::new();
    // Its workers may be another user.
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("the folder is ours");
    std::fs::create_dir(folder.at("site")).expect("a folder");
    folder.write("site/hello.txt", "hello\n");
    let options = ["--signal-on-hup", "QUIT", "--signal-on-term", "QUIT"];
    let path = folder.path().to_str().expect("UTF-8");
    survives_restarts(&options, &["sh", "-c", NGINX, "sh", path], get, is_the_file);
}

const GO: &str = r#"package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
)

func main() {
	if os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) || os.Getenv("LISTEN_FDS") != "1" {
		fmt.Fprintln(os.Stderr, "no socket was handed over")
		os.Exit(1)
	}
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		panic(err)
	}
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	go func() {
		<-term
		listener.Close()
	}()
	var answers sync.WaitGroup
	for {
		conn, err := listener.Accept()
		if err != nil {
			break
		}
		answers.Add(1)
		go func() {
			defer answers.Done()
			defer conn.Close()
			line, _ := bufio.NewReader(conn).ReadString('\n')
			fmt.Fprintf(conn, "go says %s", line)
		}()
	}
	answers.Wait()
}
"#;

#[test]
fn go() {
    if !have("go") {
        return;
    }
    let folder = Folder::new();
    folder.write("main.go", GO);
    folder.write("go.mod", "module server\n\ngo 1.21\n");
    let mut build = Command::new("go");
    build
        .args(["build", "-o", "server", "."])
        .current_dir(folder.path());
    build
        .env("GOFLAGS", "-mod=mod")
        .env("GOPROXY", "off")
        .env("CGO_ENABLED", "0");
    common::output_of(&mut build);
    let server = folder.at("server");
    let hello = |address: &str| ask(address, "hello\n");
    survives_restarts(&[], &[&server], hello, |answer| answer == "go says hello\n");
}
