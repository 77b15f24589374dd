//! The longest pause that a client sees over graceful restarts, at a thousand requests a second.
//!
//! The servers are this program, started again; what differs is who starts them. The clients keep to a
//! timetable whatever the answers do, so a pause is seen by all whose turn falls into it. A request that
//! is lost is an error.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::select::{FdSet, pselect};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use signals::inherit::{Socket, take};

use crate::Result;
use crate::workload::{Peer, Workload};

/// The word by which this program, started again, knows that it is a server.
pub(crate) const SERVE: &str = "serve";

pub(crate) const WORKLOADS: &[Workload] = &[Workload {
    name: "longest pause over graceful restarts at 1000 requests/s",
    unit: "ms",
    peers: &[
        Peer {
            name: "ours",
            needs: None,
            measure: |quick| {
                let mut starter = Command::new(env!("CARGO_BIN_EXE_signals"));
                starter.arg("start");
                pause(starter, quick)
            },
        },
        Peer {
            name: "Perl's start_server",
            needs: Some("start_server"),
            measure: |quick| pause(Command::new("start_server"), quick),
        },
    ],
}];

const PER_SECOND: u32 = 1000;
const CLIENTS: u32 = 8;
const DEADLINE: Duration = Duration::from_secs(60);

fn pause(starter: Command, quick: bool) -> Result<f64> {
    let restarts = if quick { 1 } else { 5 };
    let folder = tempfile::tempdir()?;
    let status = folder.path().join("status");
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let starter = Starter::start(starter, &[&address, status.to_str().ok_or("not UTF-8")?])?;
    let serves = |generation: u32| {
        let only =
            |text: String| text.lines().count() == 1 && text.starts_with(&format!("{generation}:"));
        let begin = Instant::now();
        while !std::fs::read_to_string(&status).is_ok_and(only) {
            if begin.elapsed() > DEADLINE {
                return Err(format!("generation {generation} does not serve"));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    };
    serves(1)?;
    let (over, begin, tickets) = (AtomicBool::new(false), Instant::now(), AtomicU32::new(0));
    let client = || client(&address, begin, &tickets, &over);
    let latest = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        let restarted = (2..restarts + 2).try_for_each(|generation| {
            starter
                .tell(Signal::SIGHUP)
                .map_err(|error| error.to_string())?;
            serves(generation)
        });
        over.store(true, Ordering::Relaxed);
        let latest = clients
            .into_iter()
            .map(|client| client.join().expect("a client ends"));
        let latest: io::Result<Vec<Duration>> = latest.collect();
        restarted.map(|()| latest)
    })??;
    let longest = latest.into_iter().max().unwrap_or_default();
    Ok(longest.as_secs_f64() * 1000.0)
}

/// Asks when it is its turn; gives how late the latest answer was.
fn client(
    address: &str,
    begin: Instant,
    tickets: &AtomicU32,
    over: &AtomicBool,
) -> io::Result<Duration> {
    let mut latest = Duration::ZERO;
    while !over.load(Ordering::Relaxed) {
        let due =
            begin + Duration::from_secs(1) * tickets.fetch_add(1, Ordering::Relaxed) / PER_SECOND;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let mut server = TcpStream::connect(address)?;
        server.write_all(b"ping\n")?;
        let mut answer = String::new();
        server.read_to_string(&mut answer)?;
        if answer != "ping\n" {
            return Err(io::Error::other(format!("cut short: {answer:?}")));
        }
        latest = latest.max(due.elapsed());
    }
    Ok(latest)
}

/// Ends with all its servers when it goes.
struct Starter(Child);

impl Starter {
    fn start(mut starter: Command, [address, status]: &[&str; 2]) -> Result<Self> {
        starter.args([
            "--interval",
            "1",
            "--port",
            address,
            "--status-file",
            status,
            "--",
        ]);
        starter
            .arg(env::current_exe()?)
            .arg(SERVE)
            .stderr(Stdio::null());
        Ok(Starter(starter.spawn()?))
    }

    fn tell(&self, signal: Signal) -> io::Result<()> {
        Ok(kill(Pid::from_raw(self.0.id().cast_signed()), signal)?)
    }
}

impl Drop for Starter {
    fn drop(&mut self) {
        let _ = self.tell(Signal::SIGTERM);
        let _ = self.0.wait();
    }
}

/// Repeats a line to each client. TERM ends it while it waits, and owes nobody an answer.
pub(crate) fn serve() -> Result<()> {
    let Some(Socket::Tcp(listener)) = take()?.pop().map(|inherited| inherited.socket) else {
        return Err("no socket was handed over".into());
    };
    listener.set_nonblocking(true)?;
    let mut term = SigSet::empty();
    term.add(Signal::SIGTERM);
    term.thread_block()?;
    loop {
        let mut readable = FdSet::new();
        readable.insert(listener.as_fd());
        pselect(None, &mut readable, None, None, None, &SigSet::empty())?;
        if let Ok((client, _)) = listener.accept() {
            client.set_nonblocking(false)?;
            let mut line = String::new();
            BufReader::new(&client).read_line(&mut line)?;
            (&client).write_all(line.as_bytes())?;
        }
    }
}
