//! The tool and Go's program, asked the same.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::common::{DEADLINE, have};

/// Go's side, built once. `None` without Go.
pub static ORACLE: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    if !have("go") {
        return None;
    }
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
    let status = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/go/path_oracle.go"
        ))
        .status()
        .expect("go starts");
    assert!(status.success(), "go build: {status}");
    Some(program)
});

/// A process that answers a line with a line.
struct Server {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Server {
    fn start(mut command: Command, directory: &Path) -> Self {
        let mut child = command
            .current_dir(directory)
            .env_clear()
            .envs([
                ("A", "1"),
                ("AB", "$A"),
                ("_", "under"),
                ("*", "star"),
                ("7", ""),
            ])
            .env("PWD", directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        Self {
            child,
            requests,
            answers,
        }
    }

    fn send(&mut self, requests: &str) {
        let pipe = self.requests.as_mut().expect("it is open");
        pipe.write_all(requests.as_bytes())
            .expect("the server reads");
    }

    fn receive(&mut self) -> Value {
        if self.answers.buffer().is_empty() {
            await_input(self.answers.get_ref());
        }
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("UTF-8");
        serde_json::from_str(&line).expect("JSON")
    }
}

/// Waits until there is something to read, and not for ever.
fn await_input(pipe: &impl AsFd) {
    let timeout = PollTimeout::try_from(DEADLINE).expect("it is short enough");
    let ready = poll(&mut [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)], timeout);
    assert_eq!(ready, Ok(1), "no answer came");
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}

/// Ours and Go's, in the same directory.
pub struct Pair {
    ours: Server,
    go: Server,
}

impl Pair {
    pub fn start(directory: &Path) -> Option<Self> {
        Self::start_as(directory, |path| Command::new(path))
    }

    pub fn start_as(directory: &Path, command: impl Fn(&Path) -> Command) -> Option<Self> {
        let mut ours = command(Path::new(env!("CARGO_BIN_EXE_fs")));
        ours.args(["path", "--batch"]);
        let go = command(ORACLE.as_ref()?);
        Some(Self {
            ours: Server::start(ours, directory),
            go: Server::start(go, directory),
        })
    }

    /// Both as base64, which tells all bytes, and as text, where U+FFFD stands for some.
    pub fn compare(
        &mut self,
        Request {
            operation,
            arguments,
        }: &Request,
    ) -> Result<(), TestCaseError> {
        let encoded: Vec<_> = arguments
            .iter()
            .map(|text| BASE64_STANDARD.encode(text))
            .collect();
        let mut requests = vec![json!({"op": operation, "args": encoded, "b64": true})];
        let texts: Result<Vec<_>, _> = arguments.iter().map(|text| str::from_utf8(text)).collect();
        if let Ok(texts) = texts {
            requests.push(json!({"op": operation, "args": texts}));
        }
        let lines: String = requests
            .iter()
            .map(|request| format!("{request}\n"))
            .collect();
        // Nothing more is sent before these are answered, so that the answers have to be flushed.
        self.ours.send(&lines);
        self.go.send(&lines);
        // All are read before any is judged, so that a difference does not shift the answers to come.
        let answers: Vec<_> = (requests.iter())
            .map(|_| (self.ours.receive(), self.go.receive()))
            .collect();
        for (request, (ours, go)) in requests.iter().zip(answers) {
            prop_assert_eq!(ours, go, "{}", request);
        }
        Ok(())
    }
}

#[derive(Clone)]
pub struct Request {
    pub operation: &'static str,
    pub arguments: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let arguments = self
            .arguments
            .iter()
            .map(|text| text.escape_ascii().to_string());
        write!(f, "{} {:?}", self.operation, arguments.collect::<Vec<_>>())
    }
}

/// How much more than usual is asked for; 0 for nothing.
pub fn thorough() -> u32 {
    std::env::var("PROPTEST_CASES").map_or(0, |cases| cases.parse().expect("a number"))
}

/// Up to `most` of `pieces`, one after the other.
pub fn text(
    pieces: &'static [&'static [u8]],
    most: usize,
) -> impl Strategy<Value = Vec<u8>> + Clone {
    vec(select(pieces), 0..=most).prop_map(|pieces| pieces.concat())
}
