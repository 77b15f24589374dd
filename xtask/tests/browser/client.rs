//! Chromium, driven over its DevTools protocol: JSON with a zero byte behind each message, through two
//! pipes (`--remote-debugging-pipe`) that are its descriptors 3 and 4.
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long is waited for an answer of the browser, and for a page to become as it should, which may
/// take a build.
const PATIENCE: Duration = Duration::from_secs(300);

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    /// The page's; empty before there is one.
    session: String,
    next: u64,
    /// What happened and was not asked for so far.
    events: VecDeque<Value>,
    /// Its files, removed with it. One of them is a socket, whose path may not be long.
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium for which no name leads anywhere but this machine.
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().expect("a folder can be made");
        // A shell puts the pipes where Chromium looks for them.
        let mut child = Command::new("sh")
            .args([
                "-c",
                r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#,
                "sh",
            ])
            .args(["chromium", "--headless", "--no-sandbox", "--disable-gpu"])
            .args([
                "--no-first-run",
                "--disable-extensions",
                "--disable-dev-shm-usage",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args(["--remote-debugging-pipe", "--window-size=1280,900"])
            .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
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
        let mut browser = Self {
            child,
            commands,
            messages,
            session: String::new(),
            next: 0,
            events: VecDeque::new(),
            _profile: profile,
        };
        browser.open_page();
        browser
    }

    fn open_page(&mut self) {
        let target = self.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.call("Target.attachToTarget", attach);
        self.session = session["sessionId"].as_str().expect("a session").to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
    }

    /// Sends a command; its result.
    #[track_caller]
    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let bytes = message.to_string() + "\0";
        self.commands
            .write_all(bytes.as_bytes())
            .expect("Chromium reads");
        loop {
            let message = self.messages.recv_timeout(PATIENCE);
            let mut message = message.unwrap_or_else(|_| panic!("no answer to {method}"));
            if message["id"] != id {
                self.events.push_back(message);
                continue;
            }
            assert!(message["error"].is_null(), "{method}: {}", message["error"]);
            return message["result"].take();
        }
    }

    /// Goes to a page and waits until it is there with all its parts.
    #[track_caller]
    pub(crate) fn go(&mut self, url: &str) {
        let went = self.call("Page.navigate", json!({"url": url}));
        assert!(went["errorText"].is_null(), "{url}: {}", went["errorText"]);
        self.wait_for("document.readyState === 'complete'");
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

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, expression: &str) {
        let start = Instant::now();
        while self.value(&format!("Boolean({expression})")) != true {
            if start.elapsed() > PATIENCE {
                let text = self.value("document.body.innerText");
                panic!("never true: {expression}; the page is {text}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Moves the mouse onto an element, once it can be seen.
    #[track_caller]
    pub(crate) fn hover(&mut self, selector: &str) {
        self.mouse("mouseMoved", selector);
    }

    #[track_caller]
    pub(crate) fn click(&mut self, selector: &str) {
        self.mouse("mouseMoved", selector);
        self.mouse("mousePressed", selector);
        self.mouse("mouseReleased", selector);
    }

    #[track_caller]
    fn mouse(&mut self, kind: &str, selector: &str) {
        let element = format!("document.querySelector({selector:?})");
        self.wait_for(&format!("{element}?.getClientRects().length"));
        let middle = self.value(&format!(
            "(() => {{ const element = {element};
                element.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = element.getClientRects()[0];
                return [box.left + Math.min(box.width / 2, 40), box.top + box.height / 2]; }})()"
        ));
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let event = json!({
            "type": kind, "x": middle[0], "y": middle[1], "button": button, "clickCount": 1,
        });
        self.call("Input.dispatchMouseEvent", event);
    }

    /// Types a text into what has the focus.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Presses and releases a key; `text` is what it writes.
    pub(crate) fn key(&mut self, key: &str, text: Option<&str>) {
        let mut down = json!({"type": "keyDown", "key": key});
        if let Some(text) = text {
            down["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", down);
        self.call(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": key}),
        );
    }

    /// What can be seen of the page, as a PNG.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"}));
        from_base64(picture["data"].as_str().expect("a picture"))
    }

    /// Errors and warnings of the console since this was last asked, and addresses that were asked for.
    pub(crate) fn complaints_and_requests(&mut self) -> (Vec<String>, Vec<String>) {
        // All that came before the answer is here with it.
        self.value("0");
        let (mut complaints, mut requests) = (Vec::new(), Vec::new());
        for event in self.events.drain(..) {
            let parameters = &event["params"];
            match event["method"].as_str().unwrap_or_default() {
                "Runtime.exceptionThrown" => complaints.push(parameters.to_string()),
                "Runtime.consoleAPICalled"
                    if parameters["type"] == "error" || parameters["type"] == "warning" =>
                {
                    complaints.push(parameters["args"].to_string());
                }
                "Log.entryAdded" if parameters["entry"]["level"] == "error" => {
                    complaints.push(parameters["entry"].to_string());
                }
                "Network.requestWillBeSent" => {
                    let url = parameters["request"]["url"].as_str().unwrap_or_default();
                    requests.push(url.to_owned());
                }
                _ => {}
            }
        }
        (complaints, requests)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its children end with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes that four characters of base64 stand for are three (RFC 4648).
fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |byte: &u8| DIGITS.iter().position(|digit| digit == byte);
    let digits: Vec<usize> = text.as_bytes().iter().filter_map(value).collect();
    let bytes = digits.chunks(4).flat_map(|four| {
        let bits = four.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - four.len()));
        let bytes = [bits >> 16, bits >> 8, bits].map(|bits| bits as u8);
        bytes.into_iter().take(four.len() - 1)
    });
    bytes.collect()
}
