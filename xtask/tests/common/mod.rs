//! A living book for a test: the real server, a page made by hand, and requests byte by byte.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

/// No test waits longer for one event; the first build of a chapter's libraries is such an event.
pub const DEADLINE: Duration = Duration::from_secs(300);

/// A server that serves a folder, and ends with the test.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    folder: Folder,
}

/// A folder of one test, removed with it.
pub struct Folder(pub PathBuf);

/// What a server has answered.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("serve-{}-{count}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Server {
    /// Serves the pages of `folder`, with further options.
    pub fn start(folder: Folder, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["serve", "--port", "0", "--root"])
            .arg(&folder.0)
            .args(options)
            // What a server that is killed leaves behind goes with the folder.
            .env("TMPDIR", &folder.0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask starts");
        let mut first = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        lines.read_line(&mut first).expect("a first line");
        let url = first.split_whitespace().next().unwrap_or_default();
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let address = address
            .parse()
            .unwrap_or_else(|_| panic!("no address in {first:?}"));
        Self {
            child,
            address,
            folder,
        }
    }

    /// The hand-made page of a lesson, served.
    pub fn of_lesson(chapter: &str, lesson: &str, options: &[&str]) -> Self {
        let folder = Folder::new();
        fs::write(folder.0.join("index.html"), page(chapter, lesson)).expect("written");
        for file in ["lesson.js", "living.js", "living.css"] {
            let theme = root().join("book/theme").join(file);
            fs::copy(&theme, folder.0.join(file)).expect("the script is there");
        }
        Self::start(folder, options)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends a request with these lines for its head, beside Connection, and reads the answer.
    pub fn ask(&self, first: &str, head: &[(&str, &str)], body: &str) -> Answer {
        let mut request = format!("{first} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in head {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let mut stream = TcpStream::connect(self.address).expect("the server accepts");
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a whole head");
        Answer {
            status: head[9..12].parse().expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[("Host", &self.host())], "")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let json = ("Content-Type", "application/json");
        let head = [("Host", &*self.host()), json];
        self.ask(&format!("POST {path}"), &head, &body.to_string())
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Begins a run, which has to be allowed.
    #[track_caller]
    pub fn run(&self, chapter: &str, lesson: &str, source: Option<&str>) -> u64 {
        let wish = json!({"chapter": chapter, "lesson": lesson, "source": source});
        let answer = self.post("/api/runs", &wish);
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["id"].as_u64().expect("a number")
    }

    /// Follows a run until `enough` says that these events are enough, or it is done.
    #[track_caller]
    pub fn follow_until(&self, id: u64, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let start = Instant::now();
        let mut events = Vec::new();
        loop {
            let from = events.len();
            let news = self.get(&format!("/api/runs/{id}?from={from}")).json();
            events.extend_from_slice(news["events"].as_array().expect("a list"));
            assert_eq!(news["next"], events.len());
            if news["done"] == true || enough(&events) {
                return events;
            }
            assert!(
                start.elapsed() < DEADLINE,
                "the run does not end: {events:?}"
            );
        }
    }

    /// All events of a run.
    #[track_caller]
    pub fn follow(&self, id: u64) -> Vec<Value> {
        self.follow_until(id, |_| false)
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).expect("it is there");
    }

    pub fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            assert!(start.elapsed() < DEADLINE, "the server does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.signal(Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

/// The workspace's root.
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask has a parent")
}

/// The text of a lesson.
pub fn source(chapter: &str, lesson: &str) -> String {
    let file = format!("crates/{chapter}/examples/{}.rs", lesson.replace('-', "_"));
    fs::read_to_string(root().join(file)).expect("the lesson is there")
}

/// All that events of one kind say in `member`, one after the other.
pub fn texts(events: &[Value], kind: &str, member: &str) -> Vec<String> {
    let of_kind = events.iter().filter(|event| event["kind"] == kind);
    let texts = of_kind.map(|event| event[member].as_str().unwrap_or_default());
    texts.map(str::to_owned).collect()
}

/// All that was printed.
pub fn printed(events: &[Value]) -> String {
    texts(events, "output", "text").concat()
}

/// A page with one lesson, in the book's HTML.
fn page(chapter: &str, lesson: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let text = source(chapter, lesson);
    let lines = text.lines().zip(1..).map(|(line, number)| {
        let line = escape(line);
        format!(
            "<span class=\"line\" data-line=\"{number}\"><span class=\"number\">{number}</span>{line}\n</span>"
        )
    });
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>{lesson}</title>\
         <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"living.css\">\
         <section class=\"lesson\" id=\"lesson-{lesson}\" data-chapter=\"{chapter}\" data-lesson=\"{lesson}\">\
         <header><a href=\"#lesson-{lesson}\">{chapter}/{lesson}</a> <span class=\"verdict\">held</span>\
         <span class=\"actions\"></span></header>\
         <pre class=\"source\"><code>{}</code></pre>\
         <details class=\"output\" open><summary>What it printed</summary><pre>recorded</pre></details>\
         </section><script src=\"lesson.js\"></script><script src=\"living.js\"></script>",
        lines.collect::<String>()
    )
}
