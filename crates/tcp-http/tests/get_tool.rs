//! `tcp-http get` against servers that others have written, and beside curl.

mod common;
mod raw_server;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, have, output_of, tool};
use raw_server::RawServer;
use tempfile::TempDir;

fn run(arguments: &[&str]) -> Output {
    tool(arguments).output().expect("the tool starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server of somebody else, ended with the test.
struct Served {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Served {
    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), content).expect("it can be written");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn python() -> Served {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new("python3")
        .args(["-u", "-m", "http.server", "--bind", "127.0.0.1", "0"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("python starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("it is piped");
    let read = BufReader::new(stdout).read_line(&mut line);
    read.expect("it says where it listens");
    let port = line
        .split_whitespace()
        .skip_while(|word| *word != "port")
        .nth(1);
    let port = port.and_then(|port| port.parse().ok());
    Served {
        port: port.unwrap_or_else(|| panic!("no port in {line:?}")),
        child,
        folder,
    }
}

const NGINX: &str = r"
daemon off;
master_process off;
pid DIR/pid;
error_log DIR/error.log;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path DIR/body;
    proxy_temp_path DIR/proxy;
    fastcgi_temp_path DIR/fastcgi;
    uwsgi_temp_path DIR/uwsgi;
    scgi_temp_path DIR/scgi;
    default_type text/plain;
    gzip on;
    gzip_min_length 1;
    gzip_types text/plain;
    server {
        listen 127.0.0.1:PORT;
        root DIR;
        location = /here { return 302 /there; }
        location = /there { return 308 small; }
        location = /small { return 200 'small\n'; }
        location = /short-lived { keepalive_timeout 0; return 200 'once\n'; }
        location = /error { return 500 'sorry\n'; }
        location = /nothing { return 204; }
    }
}
";

/// A free port can be taken by somebody else before nginx has it; then another is tried.
fn nginx() -> Served {
    for _ in 0..10 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        if let Some(served) = try_nginx(port) {
            return served;
        }
    }
    panic!("nginx did not start");
}

fn try_nginx(port: u16) -> Option<Served> {
    let folder = tempfile::tempdir().expect("a folder");
    let config = NGINX.replace("PORT", &port.to_string());
    let config = config.replace("DIR", folder.path().to_str().expect("it is text"));
    let file = folder.path().join("nginx.conf");
    fs::write(&file, config).expect("it can be written");
    let mut child = Command::new("nginx")
        .arg("-c")
        .arg(&file)
        .arg("-p")
        .arg(folder.path())
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx starts");
    let deadline = Instant::now() + DEADLINE;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if child.try_wait().expect("it can be waited for").is_some() {
            return None;
        }
        assert!(Instant::now() < deadline, "nginx does not listen");
        thread::sleep(Duration::from_millis(5));
    }
    Some(Served {
        child,
        port,
        folder,
    })
}

fn numbers(count: usize) -> String {
    (0..count).map(|number| format!("{number}\n")).collect()
}

#[test]
fn pythons_server() {
    if !have("python3") {
        return;
    }
    let server = python();
    let big = numbers(100_000);
    server.write("big", &big);
    fs::create_dir(server.folder.path().join("folder")).expect("a folder");
    server.write("folder/index.html", "the index\n");

    assert!(output_of(&mut tool(&["get", &server.url("/big")])) == big.as_bytes());
    // HTTP/1.0 there, so a connection for each; and a redirect to the folder's name with a slash.
    let folder = server.url("/folder");
    let both = output_of(&mut tool(&["get", "-L", &folder, &server.url("/folder/")]));
    assert_eq!(text(&both), "the index\nthe index\n");
    let missing = run(&["get", &server.url("/missing")]);
    assert_eq!(missing.status.code(), Some(0));
    assert!(text(&missing.stdout).contains("404"));
    let head = output_of(&mut tool(&["get", "-I", &server.url("/big")]));
    let head = text(&head);
    assert!(head.starts_with("HTTP/1.0 200 OK\r\n"), "{head}");
    assert!(
        head.contains(&format!("Content-Length: {}\r\n", big.len())) && head.ends_with("\r\n\r\n")
    );
}

#[test]
fn what_curl_prints_is_printed() {
    if !have("nginx") || !have("curl") {
        return;
    }
    let server = nginx();
    server.write("file", numbers(20_000));
    for (ours, curls, path) in [
        (&[][..], &[][..], "/file"),
        (&[], &[], "/missing"),
        (&[], &[], "/error"),
        (&[], &[], "/nothing"),
        (&[], &[], "/here"),
        (&["-L"], &["-L"], "/here"),
        (&["--compressed"], &["--compressed"], "/file"),
        (
            &["-H", "Accept-Encoding: gzip"],
            &["-H", "Accept-Encoding: gzip"],
            "/file",
        ),
        (&["--range", "0-9"], &["--range", "0-9"], "/file"),
        (&["-r", "-5"], &["-r", "-5"], "/file"),
        (&["-r", "5-1,x"], &["-r", "5-1,x"], "/file"),
        (&["-r", "999999999-"], &["-r", "999999999-"], "/file"),
        (
            &["-r", "0-1,4-5", "-H", "If-Range: \"no\""],
            &["-r", "0-1,4-5", "-H", "If-Range: \"no\""],
            "/file",
        ),
        (&["-X", "DELETE"], &["-X", "DELETE"], "/file"),
        (&["-d", "a=b"], &["-d", "a=b"], "/file"),
        (&["-H", "Host: "], &["-H", "Host;"], "/file"),
        (&[], &["--path-as-is"], "/./x/../file?q#part"),
        (&[], &[], "/short-lived"),
    ] {
        let url = server.url(path);
        let ours = run(&[&["get"], ours, &[&url[..]]].concat());
        let curls = Command::new("curl")
            .arg("-s")
            .args(curls)
            .arg(&url)
            .output();
        let curls = curls.expect("curl starts");
        assert_eq!(
            ours.status.code(),
            Some(0),
            "{path}: {}",
            text(&ours.stderr)
        );
        assert_eq!(curls.status.code(), Some(0), "{path}");
        assert!(
            ours.stdout == curls.stdout,
            "{path}: {}\n{}",
            text(&ours.stdout),
            text(&curls.stdout)
        );
    }
}

#[test]
fn several_urls_take_one_connection() {
    if !have("nginx") {
        return;
    }
    let server = nginx();
    server.write("file", "the file\n");
    let urls = ["/file", "/missing", "/small", "/nothing", "/file"].map(|path| server.url(path));
    let urls = urls.each_ref().map(String::as_str);
    let output = run(&[&["get", "-v"], &urls[..]].concat());
    assert_eq!(output.status.code(), Some(0));
    let shown = text(&output.stderr);
    assert_eq!(shown.matches("* connected to").count(), 1, "{shown}");
    assert_eq!(shown.matches(" reused\n").count(), 4, "{shown}");
    assert!(shown.contains("> GET /small HTTP/1.1\\r\\n\n"), "{shown}");
    assert!(
        shown.contains("< HTTP/1.1 404 Not Found\\r\\n\n"),
        "{shown}"
    );
    assert!(shown.contains("< the file\\n\n"), "{shown}");
}

#[test]
fn chunks_of_a_server_in_rust() {
    let server = tiny_http::Server::http("127.0.0.1:0").expect("loopback can be listened on");
    let address = server.server_addr().to_ip().expect("it is TCP");
    let content = numbers(30_000);
    let sent = content.clone();
    thread::spawn(move || {
        for request in server.incoming_requests() {
            // Without a length it is sent in chunks.
            let body = std::io::Cursor::new(sent.clone());
            let response = tiny_http::Response::new(200.into(), Vec::new(), body, None, None);
            let _ = request.respond(response);
        }
    });
    let url = format!("http://{address}/");
    let output = run(&["get", "-v", &url, &url]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stdout == content.repeat(2).as_bytes());
    let shown = text(&output.stderr).to_ascii_lowercase();
    assert!(
        shown.contains("< transfer-encoding: chunked\\r\\n"),
        "{shown}"
    );
    assert_eq!(shown.matches("* connected to").count(), 1);
}

/// The beginning of `file`, as a broken connection leaves it.
fn leave_part(path: &Path, content: &str, etag: Option<&str>) {
    let part = path.with_extension("part");
    fs::write(&part, content).expect("it can be written");
    if let Some(etag) = etag {
        fs::write(path.with_extension("part.etag"), etag).expect("it can be written");
    }
}

#[test]
fn a_download_is_continued() {
    if !have("nginx") {
        return;
    }
    let server = nginx();
    let content = numbers(50_000);
    server.write("file", &content);
    let url = server.url("/file");
    let head = text(&output_of(&mut tool(&["get", "-I", &url])));
    let etag = head.lines().find_map(|line| line.strip_prefix("ETag: "));
    let etag = etag.expect("nginx has entity tags");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("copy");
    let name = path.to_str().expect("it is text");
    let resume = || run(&["get", "-v", "-C", "-o", name, &url]);
    for (kept, tag, status) in [
        (0, None, "200 OK"),
        (1000, Some(etag), "206 Partial Content"),
        (1000, None, "206 Partial Content"),
        // Another file by now: all of it, and nothing of the old.
        (1000, Some("\"old\""), "200 OK"),
        // There was nothing left to do but to rename it.
        (content.len(), Some(etag), "416 "),
    ] {
        leave_part(&path, &content[..kept], tag);
        if tag == Some("\"old\"") {
            leave_part(&path, &"x".repeat(kept), tag);
        }
        let output = resume();
        let shown = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{kept}, {tag:?}: {shown}");
        assert!(shown.contains(&format!("< HTTP/1.1 {status}")), "{shown}");
        assert!(fs::read(&path).expect("it is there") == content.as_bytes());
        let left = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "the file and nothing else");
        fs::remove_file(&path).expect("it can be removed");
    }

    // An error message does not take the place of what is there.
    leave_part(&path, "0\n", None);
    let output = run(&["get", "-C", "-o", name, &server.url("/missing")]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.contains("cannot continue behind byte 2: the server answers 404"),
        "{error}"
    );
    assert_eq!(
        fs::read(path.with_extension("part")).expect("it is kept"),
        b"0\n"
    );
}

#[test]
fn a_file_has_its_name_when_it_is_whole_and_not_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("copy");
    let name = path.to_str().expect("it is text");
    fs::write(&path, "old").expect("it can be written");

    let cut =
        RawServer::answering("HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 10\r\n\r\nhello");
    let output = run(&["get", "-o", name, &cut.url("/")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("ended within a message"));
    assert_eq!(fs::read(&path).expect("it is there"), b"old");
    assert_eq!(
        fs::read(path.with_extension("part")).expect("it is kept"),
        b"hello"
    );

    let rest = RawServer::answering(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n, you",
    );
    output_of(&mut tool(&["get", "-C", "-o", name, &rest.url("/")]));
    assert_eq!(fs::read(&path).expect("it is there"), b"hello, you");
    let request = &rest.requests()[0];
    assert!(request.contains("Range: bytes=5-\r\n"), "{request}");
    assert!(request.contains("If-Range: \"a\"\r\n"), "{request}");

    // A part that does not begin where ours ends is not put behind it.
    leave_part(&path, "hello", None);
    let wrong = RawServer::answering(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n\r\no, you",
    );
    let output = run(&["get", "-C", "-o", name, &wrong.url("/")]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(
        fs::read(path.with_extension("part")).expect("it is kept"),
        b"hello"
    );
}

#[test]
fn broken_answers_have_status_1_and_say_why() {
    for (answer, reason) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
            "the connection ended within a message",
        ),
        ("", "closed the connection without an answer"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "the status line is malformed"),
    ] {
        let server = RawServer::answering(answer);
        let output = run(&["get", &server.url("/")]);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{answer:?}: {error}");
        assert!(error.starts_with("tcp-http: http://127.0.0.1:"), "{error}");
        assert!(
            error.contains(reason) && error.lines().count() == 1,
            "{error}"
        );
    }
    let silent = RawServer::start(|_, peer| peer.wait_for_end());
    let output = run(&["get", "--timeout", "0.1", &silent.url("/")]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(error.ends_with(": not within 100ms\n"), "{error}");
}

#[test]
fn one_failure_does_not_keep_the_others() {
    let broken = RawServer::answering("");
    let whole = RawServer::keeping("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi\n");
    let output = run(&["get", &whole.url("/"), &broken.url("/"), &whole.url("/")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "hi\nhi\n");
    assert_eq!(whole.connections(), 1);
}

#[test]
fn what_is_sent_can_be_chosen() {
    let server = RawServer::keeping("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let url = server.url("/x");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data");
    fs::write(&file, "from\na file\n").expect("it can be written");
    let from_file = format!("@{}", file.display());
    for arguments in [
        &["-H", "User-Agent: me", "-H", "X-A: 1", "-H", "X-A: 2"][..],
        &[
            "-X",
            "PUT",
            "-d",
            "{}",
            "-H",
            "Content-Type: application/json",
        ],
        &["-d", &from_file],
    ] {
        output_of(&mut tool(&[&["get"], arguments, &[&url]].concat()));
    }
    let mut child = tool(&["get", "-d", "@-", &url])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"typed").expect("it is read");
    drop(stdin);
    assert!(common::wait(&mut child).success());

    let [fields, put, posted, typed] = &server.requests()[..] else {
        panic!("there were four requests");
    };
    assert!(
        fields.starts_with("GET /x HTTP/1.1\r\nHost: 127.0.0.1"),
        "{fields}"
    );
    assert!(
        fields.contains("User-Agent: me\r\nX-A: 1\r\nX-A: 2\r\n"),
        "{fields}"
    );
    assert_eq!(fields.matches("User-Agent").count(), 1, "{fields}");
    assert!(
        put.starts_with("PUT /x ") && put.ends_with("\r\n\r\n{}"),
        "{put}"
    );
    assert!(put.contains("Content-Type: application/json\r\n"), "{put}");
    assert!(
        posted.starts_with("POST /x ") && posted.ends_with("from\na file\n"),
        "{posted}"
    );
    assert!(
        posted.contains("Content-Type: application/x-www-form-urlencoded\r\n"),
        "{posted}"
    );
    assert!(typed.ends_with("\r\n\r\ntyped"), "{typed}");
}

#[test]
fn a_full_disk_is_reported_and_a_closed_pipe_is_not() {
    let body = "x".repeat(1 << 20);
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = RawServer::answering(answer);
    let url = server.url("/");
    if Path::new("/dev/full").exists() {
        let output = run(&["get", "-o", "/dev/full", &url]);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            error.contains("cannot write /dev/full: No space left on device"),
            "{error}"
        );

        let full = fs::File::options().write(true).open("/dev/full");
        let mut command = tool(&["get", &url]);
        let output = command.stdout(full.expect("it can be opened")).output();
        let output = output.expect("the tool starts");
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            error.contains("cannot write standard output: No space left"),
            "{error}"
        );
    }
    let mut child = tool(&["get", &url]).spawn().expect("the tool starts");
    let mut stdout = child.stdout.take().expect("it is piped");
    stdout.read_exact(&mut [0]).expect("something comes");
    drop(stdout);
    assert!(common::wait(&mut child).success());
    let mut error = String::new();
    let mut stderr = child.stderr.take().expect("it is piped");
    stderr.read_to_string(&mut error).expect("it ends");
    assert_eq!(error, "");
}

#[test]
fn wrong_usage_is_status_2() {
    for arguments in [
        &["get"][..],
        &["get", "https://127.0.0.1/"],
        &["get", "ftp://127.0.0.1/"],
        &["get", "-H", "no colon", "http://127.0.0.1/"],
        &["get", "-H", "a: b\nc: d", "http://127.0.0.1/"],
        &["get", "-C", "http://127.0.0.1/"],
        &["get", "--timeout", "0", "http://127.0.0.1/"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
    let error = text(&run(&["get", "https://127.0.0.1/"]).stderr);
    assert!(
        error.contains("https is not spoken here, only http"),
        "{error}"
    );
}
