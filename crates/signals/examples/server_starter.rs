//! A restarted server loses no request if its listening socket outlives it: the queue is the socket's.
//!
//! Three roles: the starter opens the socket and never accepts, workers accept and never open, and this
//! program asks them. At HUP the starter starts a second worker, and when that has stayed up for a while,
//! tells the first to end. The first one is in the middle of an answer then, and gives it.
//!
//! A worker lets TERM through in pselect(2) and nowhere else. It can be ended only where it owes nobody
//! anything: what it has not accepted is still in the queue, for the next.
//!
//! ```syscalls
//! bind(*, {sa_family=AF_INET, *}, *) = 0 x1
//! listen(*) = 0 x1
//! pselect6(4, [3], NULL, NULL, NULL, {sigmask=[], *}) = 1 (in [3])
//! accept4(3, {sa_family=AF_INET, *}, *) = * x51
//! kill($starter, SIGHUP) = 0
//! kill($old, SIGTERM) = 0
//! ```

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, process};

use nix::sys::select::{FdSet, pselect};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use signals::inherit::{Socket, take};
use signals::starter::{Config, Note, Starter};

fn main() -> anyhow::Result<()> {
    match env::args().nth(1).as_deref() {
        None => ask(),
        Some("starter") => starter(),
        Some(_) => worker(),
    }
}

fn ask() -> anyhow::Result<()> {
    let mut starter = Command::new(env::current_exe()?);
    let mut starter = starter.arg("starter").stdout(Stdio::piped()).spawn()?;
    let pid = Pid::from_raw(starter.id().cast_signed());
    let mut notes = BufReader::new(starter.stdout.take().expect("a pipe")).lines();
    let mut until = |words: &str| {
        let lines = notes.by_ref().map_while(Result::ok);
        let mut shown = lines.inspect(|line| println!("{line}"));
        shown.find(|line| line.contains(words)).expect(words)
    };
    let listening = until("listening on");
    let address = listening.split(' ').nth(2).expect("an address").to_owned();
    let request = || Request::begin(&address)?.finish();

    let before: Vec<String> = (0..25).map(|_| request()).collect::<io::Result<_>>()?;
    let in_flight = Request::begin(&address)?;
    kill(pid, Signal::SIGHUP)?;
    let after: Vec<String> = (0..25).map(|_| request()).collect::<io::Result<_>>()?;
    let (old, new) = (&before[0], &after[0]);
    assert!(before.iter().all(|worker| worker == old));
    assert!(after.iter().all(|worker| worker == new) && new != old);

    until(&format!("telling old workers to end: {old}"));
    assert_eq!(&in_flight.finish()?, old);
    until(&format!("worker {old} ended"));
    println!("25 requests answered by {old}, 25 by {new}, and 1 by {old} after it was told to end");
    kill(pid, Signal::SIGTERM)?;
    assert!(starter.wait()?.success());
    Ok(())
}

fn starter() -> anyhow::Result<()> {
    let config = Config {
        ports: vec!["127.0.0.1:0".parse()?],
        arguments: vec!["worker".into()],
        interval: Duration::from_millis(100),
        ..Config::new(env::current_exe()?)
    };
    let print = &mut |note: &Note| println!("{note}");
    Ok(Starter::new(config, print)?.run(print)?)
}

fn worker() -> anyhow::Result<()> {
    let Some(Socket::Tcp(listener)) = take()?.pop().map(|inherited| inherited.socket) else {
        anyhow::bail!("no socket was handed over");
    };
    // The other worker may be quicker to accept.
    listener.set_nonblocking(true)?;
    let mut term = SigSet::empty();
    term.add(Signal::SIGTERM);
    term.thread_block()?;
    loop {
        wait_or_end(&listener)?;
        if let Ok((client, _)) = listener.accept() {
            client.set_nonblocking(false)?;
            writeln!(&client, "{}", process::id())?;
            let mut line = String::new();
            BufReader::new(&client).read_line(&mut line)?;
            write!(&client, "{line}")?;
        }
    }
}

fn wait_or_end(listener: &TcpListener) -> io::Result<()> {
    let mut readable = FdSet::new();
    readable.insert(listener.as_fd());
    pselect(None, &mut readable, None, None, None, &SigSet::empty())?;
    Ok(())
}

/// A client whose connection is accepted and who has not asked yet.
struct Request {
    server: BufReader<TcpStream>,
    worker: String,
}

impl Request {
    fn begin(address: &str) -> io::Result<Request> {
        let mut server = BufReader::new(TcpStream::connect(address)?);
        let mut worker = String::new();
        server.read_line(&mut worker)?;
        let worker = worker.trim_end().to_owned();
        Ok(Request { server, worker })
    }

    /// Who has answered.
    fn finish(mut self) -> io::Result<String> {
        writeln!(self.server.get_ref(), "ping")?;
        let mut answer = String::new();
        self.server.read_line(&mut answer)?;
        assert_eq!(answer, "ping\n");
        Ok(self.worker)
    }
}
