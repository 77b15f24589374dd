//! JSON-RPC between two processes, over both transports.

mod common;
mod raw_server;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use common::{have, output_of, tool};
use raw_server::RawServer;
use serde_json::json;
use tcp_http::rpc::{CallError, Caller};

/// `rpc serve` on a port of its own, ended with the test.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let arguments = [&["rpc", "serve", "--addr", "127.0.0.1:0"], arguments].concat();
        let mut child = tool(&arguments).spawn().expect("the tool starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        let read = BufReader::new(stdout).read_line(&mut line);
        read.expect("the tool says where it listens");
        let address = line.trim_end().strip_prefix("listening on ");
        Served {
            address: address.expect(&line).to_owned(),
            child,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn both() -> [(Served, Vec<&'static str>); 2] {
    [
        (Served::start(&[]), vec!["rpc", "call"]),
        (Served::start(&["--http"]), vec!["rpc", "call", "--http"]),
    ]
}

#[test]
fn results_are_printed() {
    for (server, call) in both() {
        for (method, params, expected) in [
            ("add", r#"[1, 2]"#, "3\n"),
            ("add", r#"{"b": 0.5, "a": 1}"#, "1.5\n"),
            ("sum", "[1, 2, 3, 4]", "10\n"),
            ("sum", "[]", "0\n"),
            ("echo", r#"{"a": ["ü", null]}"#, "{\"a\":[\"ü\",null]}\n"),
            ("sleep", "[0.001]", "0.001\n"),
        ] {
            let arguments = [&call[..], &[&server.address, method, params]].concat();
            let output = output_of(&mut tool(&arguments));
            assert_eq!(String::from_utf8_lossy(&output), expected, "{arguments:?}");
        }
        let time = output_of(&mut tool(&[&call[..], &[&server.address, "time"]].concat()));
        let time: f64 = String::from_utf8_lossy(&time)
            .trim()
            .parse()
            .expect("a number");
        assert!(time > 1.7e9);
    }
}

#[test]
fn errors_are_told_with_their_code_and_status_1() {
    for (server, call) in both() {
        for (method, params, expected) in [
            ("nothing", "[]", "tcp-http: Method not found (-32601)\n"),
            ("add", "[1]", "tcp-http: Invalid params (-32602): "),
            (
                "sleep",
                "[-1]",
                "tcp-http: Invalid params (-32602): from 0 to 60 seconds\n",
            ),
        ] {
            let arguments = [&call[..], &[&server.address, method, params]].concat();
            let output = tool(&arguments).output().expect("the tool starts");
            assert_eq!(output.status.code(), Some(1));
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(error.starts_with(expected), "{error}");
        }
    }
}

#[test]
fn notifications_and_batches() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it can be written");
        path.to_str().expect("it is text").to_owned()
    };
    let good = write(
        "good",
        "[{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[1,2],\"id\":1},\n\
         {\"jsonrpc\":\"2.0\",\"method\":\"echo\"},\n\
         {\"jsonrpc\":\"2.0\",\"method\":\"sum\",\"params\":[],\"id\":\"b\"}]",
    );
    let quiet = write("quiet", r#"[{"jsonrpc":"2.0","method":"echo"}]"#);
    let bad = write("bad", "[1]");
    for (server, call) in both() {
        let address = &server.address[..];
        let notify = [&call[..], &["--notify", address, "nothing"]].concat();
        assert_eq!(output_of(&mut tool(&notify)), b"");
        let batch = |file: &str| {
            let arguments = [&call[..], &["--batch", file, address]].concat();
            let output = tool(&arguments).output().expect("the tool starts");
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stdout).into_owned(),
            )
        };
        let (status, answers) = batch(&good);
        assert_eq!((status, answers.lines().count()), (Some(0), 2), "{answers}");
        assert_eq!(batch(&quiet), (Some(0), String::new()));
        assert_eq!(batch(&bad).0, Some(1));
    }
}

#[test]
fn curl_can_call() {
    if !have("curl") {
        return;
    }
    let server = Served::start(&["--http"]);
    let request = r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":"x"}"#;
    let url = format!("http://{}/", server.address);
    let curl = |arguments: &[&str]| {
        let mut command = std::process::Command::new("curl");
        command.args(["-s", "-w", " %{http_code}"]).args(arguments);
        String::from_utf8(output_of(command.arg(&url))).expect("text")
    };
    let json = "Content-Type: application/json; charset=utf-8";
    assert_eq!(
        curl(&["-H", json, "-d", request]),
        r#"{"jsonrpc":"2.0","result":3,"id":"x"} 200"#
    );
    let expect = curl(&["-H", json, "-H", "Expect: 100-continue", "-d", request]);
    assert!(expect.ends_with(" 200"), "{expect}");
    let notification = r#"{"jsonrpc":"2.0","method":"add"}"#;
    assert_eq!(curl(&["-H", json, "-d", notification]), " 204");
    assert_eq!(curl(&[]), " 405");
    assert_eq!(curl(&["-d", request]), " 415");
}

#[test]
fn one_connection_serves_many_calls_and_breaks_for_nobody_else() {
    let server = Served::start(&[]);
    let mut first = TcpStream::connect(&server.address).expect("it listens");
    first.write_all(b"{\"jsonrpc\"").expect("it is taken");
    let mut caller = Caller::line(&server.address).expect("it listens");
    for n in 0..3 {
        let sum = caller.call("sum", Some(&json!([n, 1]))).expect("a result");
        assert_eq!(sum, json!(n + 1));
    }
    first.write_all(b"\n").expect("it is taken");
    let mut answer = [0; 20];
    first.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, br#"{"jsonrpc":"2.0","er"#);
}

#[test]
fn what_is_no_answer_is_an_error() {
    for (body, is_rpc) in [
        (r#"{"jsonrpc":"2.0","result":1,"id":2}"#, false),
        (r#"{"jsonrpc":"2.0","id":1}"#, false),
        (r#"{"jsonrpc":"1.0","result":1,"id":1}"#, false),
        (
            r#"{"jsonrpc":"2.0","result":1,"error":{"code":1,"message":""},"id":1}"#,
            false,
        ),
        ("nonsense", false),
        (
            r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#,
            true,
        ),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let server = RawServer::answering(head + body);
        let mut caller = Caller::http(server.url("/").parse().expect("a URL"));
        let error = caller.call("x", None).expect_err(body);
        assert_eq!(matches!(error, CallError::Rpc(_)), is_rpc, "{error}");
    }
    let server = RawServer::answering("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    let mut caller = Caller::http(server.url("/").parse().expect("a URL"));
    let error = caller.call("x", None).expect_err("nothing is there");
    assert!(matches!(error, CallError::Status(_)), "{error}");
}

#[test]
fn usage_errors_are_status_2() {
    for arguments in [
        &["rpc", "call", "127.0.0.1:1"][..],
        &["rpc", "call", "127.0.0.1:1", "x", "1"],
        &["rpc", "call", "127.0.0.1:1", "x", "{"],
    ] {
        let status = tool(arguments).stderr(Stdio::null()).status();
        assert_eq!(
            status.expect("the tool starts").code(),
            Some(2),
            "{arguments:?}"
        );
    }
}
