//! Chromium, told what to do over its DevTools protocol: JSON with a zero byte behind each message,
//! through two pipes (`--remote-debugging-pipe`) that are its descriptors 3 and 4.
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::DEADLINE;
use crate::serve_kit::eventually;

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    /// The page's; empty before there is one.
    session: String,
    next: u64,
    /// Its files, removed with it.
    profile: TempDir,
}

impl Browser {
    /// Starts Chromium for which no name leads anywhere but this machine.
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        // A shell puts the pipes where Chromium looks for them.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#])
            .args(["sh", "chromium", "--headless", "--no-sandbox"])
            .args(["--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--disable-extensions"])
            .args(["--disable-background-networking"])
            .args(["--disable-component-update", "--remote-debugging-pipe"])
            .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("TMPDIR", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let commands = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        let (send, messages) = mpsc::channel();
        thread::spawn(move || {
            for message in answers.split(0).map_while(Result::ok) {
                let message = serde_json::from_slice(&message).expect("a message is JSON");
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Browser {
            child,
            commands,
            messages,
            session: String::new(),
            next: 0,
            profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", attach);
        browser.session = session["sessionId"].as_str().expect("a session").to_owned();
        browser
    }

    /// Where its downloads go.
    pub(crate) fn downloads(&mut self) -> &Path {
        let folder = self.profile.path().to_owned();
        let saved = json!({"behavior": "allow", "downloadPath": folder});
        self.call("Page.setDownloadBehavior", saved);
        self.profile.path()
    }

    /// Sends a command; its result. What happens without having been asked for is passed over.
    #[track_caller]
    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let bytes = message.to_string() + "\0";
        let written = self.commands.write_all(bytes.as_bytes());
        written.expect("Chromium reads");
        loop {
            let message = self.messages.recv_timeout(DEADLINE);
            let mut message = message.unwrap_or_else(|_| panic!("no answer to {method}"));
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
        }
    }

    /// Goes to a page and waits until it is there with all its parts.
    #[track_caller]
    pub(crate) fn go(&mut self, url: &str) {
        let went = self.call("Page.navigate", json!({"url": url}));
        assert!(went["errorText"].is_null(), "{url}: {}", went["errorText"]);
        eventually("the page is whole", || {
            self.value("document.readyState") == "complete"
        });
    }

    /// What an expression of the page's language gives, as JSON; a promise is waited for.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true,
        });
        let mut answer = self.call("Runtime.evaluate", parameters);
        let thrown = &answer["exceptionDetails"];
        assert!(thrown.is_null(), "{expression}: {thrown}");
        answer["result"]["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its children end with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
