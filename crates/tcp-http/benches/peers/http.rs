//! The three engines beside hyper, nginx, Go's net/http, tiny_http, and a loop that parses nothing.
//!
//! wrk asks for two seconds; what is measured is the processor time of the server, from its start to
//! its end, for each request. It is steadier than requests a second, for which server and wrk fight
//! over the same processors.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mmap::poller::raise_open_files;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use tempfile::TempDir;

use crate::Result;
use crate::servers;
use crate::workload::{Peer, Workload};

const WRK: Option<&str> = Some("wrk");

pub(crate) const HELLO: &[u8] = b"hello, world\n";

/// The size of the large file.
pub(crate) const LARGE: usize = 64 << 10;

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "13 bytes, 64 connections kept, one request",
        unit: "µs",
        peers: &peers::<64, 1, 13>(),
    },
    Workload {
        name: "13 bytes, 1000 connections kept, one request",
        unit: "µs",
        peers: &peers::<1000, 1, 13>(),
    },
    Workload {
        name: "13 bytes, 16 requests sent at once, one request",
        unit: "µs",
        peers: &peers::<64, 16, 13>(),
    },
    Workload {
        name: "a file of 64 KiB, 64 connections kept, one request",
        unit: "µs",
        peers: &peers::<64, 1, LARGE>(),
    },
];

const fn peers<const CONNECTIONS: usize, const PIPELINE: usize, const SIZE: usize>() -> [Peer; 8] {
    const fn peer(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
        Peer {
            name,
            needs: WRK,
            measure,
        }
    }
    [
        peer("ours, poll", |quick| {
            measure(CONNECTIONS, PIPELINE, SIZE, "poll", quick)
        }),
        peer("ours, threads", |quick| {
            measure(CONNECTIONS, PIPELINE, SIZE, "threads", quick)
        }),
        peer("ours, tokio", |quick| {
            measure(CONNECTIONS, PIPELINE, SIZE, "tokio", quick)
        }),
        peer("hyper", |quick| {
            measure(CONNECTIONS, PIPELINE, SIZE, "hyper", quick)
        }),
        peer("nginx", |quick| {
            measure(CONNECTIONS, PIPELINE, SIZE, "nginx", quick)
        }),
        peer("Go net/http", |quick| {
            measure(CONNECTIONS, PIPELINE, SIZE, "go", quick)
        }),
        peer("tiny_http", |quick| {
            measure(CONNECTIONS, PIPELINE, SIZE, "tiny_http", quick)
        }),
        peer("a loop that parses nothing", |quick| {
            measure(CONNECTIONS, PIPELINE, SIZE, "floor", quick)
        }),
    ]
}

/// A server in a process of its own.
pub(crate) struct Server {
    child: Child,
    url: String,
    /// What it serves from; goes with it.
    _folder: TempDir,
}

fn measure(
    connections: usize,
    pipeline: usize,
    size: usize,
    kind: &str,
    quick: bool,
) -> Result<f64> {
    servers::serve_if_asked(size)?;
    raise_open_files(8192)?;
    let server = Server::start(kind, size)?;
    drop(server.ask(size)?);
    let requests = load(&server.url, connections, pipeline, quick)?;
    let others = children_time()?;
    drop(server);
    let spent = children_time()? - others;
    Ok(spent.as_secs_f64() * 1e6 / requests)
}

impl Server {
    pub(crate) fn start(kind: &str, size: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (child, port) = match kind {
            "nginx" => start_nginx(folder.path(), size)?,
            "go" => announced(Command::new(build_go()?).arg(size.to_string()))?,
            _ => announced(
                Command::new(env::current_exe()?)
                    .args(env::args().skip(1))
                    .env(servers::KIND, kind)
                    .env(servers::FOLDER, folder.path()),
            )?,
        };
        let url = format!("http://127.0.0.1:{port}/{size}.txt");
        Ok(Server {
            child,
            url,
            _folder: folder,
        })
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// A new connection that has got one answer. Everybody has to send the same.
    pub(crate) fn ask(&self, size: usize) -> Result<TcpStream> {
        let address = self.url.split('/').nth(2).ok_or("no address")?;
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let request = format!("GET /{size}.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let (body, mut answer) = (servers::body(size), Vec::new());
        let mut piece = [0; 4096];
        while !answer.ends_with(&body) {
            match stream.read(&mut piece)? {
                0 => break,
                count => answer.extend(&piece[..count]),
            }
        }
        if answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(&body) {
            Ok(stream)
        } else {
            Err(format!("not the answer: {}", String::from_utf8_lossy(&answer)).into())
        }
    }
}

/// Waiting for it is what adds its time to ours.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a server whose first line is its port.
fn announced(command: &mut Command) -> Result<(Child, u16)> {
    let mut child = command
        .env("GOMAXPROCS", "2")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    let stdout = child.stdout.as_mut().ok_or("no standard output")?;
    BufReader::new(stdout).read_line(&mut line)?;
    let port = line.trim().parse();
    if port.is_err() {
        child.kill()?;
        child.wait()?;
    }
    Ok((child, port?))
}

/// One process that serves: no master, whose time would count, too.
fn start_nginx(folder: &Path, size: usize) -> Result<(Child, u16)> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    fs::write(folder.join(format!("{size}.txt")), servers::body(size))?;
    let place = folder.display();
    let location = match size {
        13 => "location / { default_type text/plain; return 200 \"hello, world\\n\"; }".to_owned(),
        _ => format!("location / {{ root {place}; }}"),
    };
    let config = format!(
        "daemon off; master_process off; worker_processes 1; pid {place}/pid; user root;\n\
         error_log {place}/error.log;\n\
         events {{ worker_connections 12000; }}\n\
         http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;\n\
         open_file_cache max=16; types {{ text/plain txt; }}\n\
         client_body_temp_path {place}/b; proxy_temp_path {place}/p; fastcgi_temp_path {place}/f;\n\
         uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;\n\
         server {{ listen 127.0.0.1:{port} backlog=4096; {location} }} }}\n"
    );
    fs::write(folder.join("nginx.conf"), config)?;
    let child = Command::new("nginx")
        .args(["-c", "nginx.conf", "-e", "error.log", "-p"])
        .arg(folder)
        .stderr(Stdio::null())
        .spawn()?;
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if Instant::now() > deadline {
            return Err("nginx does not answer".into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok((child, port))
}

fn build_go() -> Result<std::path::PathBuf> {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-http");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/go/http.go");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).args([&program, &source]);
    let status = build.status()?;
    if status.success() {
        Ok(program)
    } else {
        Err(format!("go build: {status}").into())
    }
}

/// Runs wrk, and says how many requests were answered.
fn load(url: &str, connections: usize, pipeline: usize, quick: bool) -> Result<f64> {
    let script = tempfile::NamedTempFile::new()?;
    fs::write(script.path(), PIPELINE)?;
    let duration = if quick { "-d1s" } else { "-d2s" };
    let mut wrk = Command::new("wrk");
    wrk.args(["-t2", duration, "-c"])
        .arg(connections.to_string());
    if pipeline > 1 {
        wrk.arg("-s").arg(script.path());
    }
    wrk.arg(url);
    if pipeline > 1 {
        wrk.args(["--", &pipeline.to_string()]);
    }
    let output = wrk.output()?;
    let report = String::from_utf8(output.stdout)?;
    if report.contains("Non-2xx") {
        return Err(format!("not all was answered: {report}").into());
    }
    let line = report.lines().find(|line| line.contains("requests in"));
    let count = line.and_then(|line| line.split_whitespace().next());
    Ok(count.ok_or("wrk reports nothing")?.parse()?)
}

const PIPELINE: &str = "
function init(args)
  local requests = {}
  for i = 1, tonumber(args[1]) do requests[i] = wrk.format() end
  all = table.concat(requests)
end
function request() return all end
";

/// What the children that have ended took of the processors.
fn children_time() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(micros.cast_unsigned()))
}
