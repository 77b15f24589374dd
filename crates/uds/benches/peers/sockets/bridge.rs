//! A gigabyte through a bridge that is a program of its own: a sender and a receiver here, it between.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use uds::address::Address;
use uds::endpoint::Endpoint;
use uds::listener::Listener;

use crate::Result;

pub(super) fn ours(quick: bool) -> Result<f64> {
    let place = Place::new()?;
    let mut program = Command::new(env!("CARGO_BIN_EXE_uds"));
    program.args(["bridge", "tcp:127.0.0.1:0"]).arg(&place.path);
    let mut bridge = Program(program.stdout(Stdio::piped()).spawn()?);
    let mut line = String::new();
    let stdout = bridge.0.stdout.take().ok_or("no output")?;
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line.trim_end().strip_prefix("listening at ");
    transfer(&place, &address.ok_or("not our words")?.parse()?, quick)
}

/// With a buffer as large as it gains from, and a port that was free a moment ago.
pub(super) fn socat(quick: bool) -> Result<f64> {
    let place = Place::new()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let _bridge = Program(
        Command::new("socat")
            .args(["-b", "65536", "-t", "60"])
            .arg(format!("TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr"))
            .arg(format!("UNIX-CONNECT:{}", place.path.display()))
            .spawn()?,
    );
    wait_for_listener(port)?;
    transfer(&place, &Endpoint::Tcp(format!("127.0.0.1:{port}")), quick)
}

/// The floor: the sender connects to the socket file itself.
pub(super) fn none(quick: bool) -> Result<f64> {
    let place = Place::new()?;
    let endpoint = Endpoint::Unix(Address::path(&place.path)?);
    transfer(&place, &endpoint, quick)
}

/// Where the receiver listens.
struct Place {
    listener: Listener,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("s");
        Ok(Place {
            listener: Listener::bind(&Address::path(&path)?)?,
            path,
            _folder: folder,
        })
    }
}

/// Ended with the measurement.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The milliseconds for a gigabyte, or for 64 MiB when quick, from the first byte to the end.
fn transfer(place: &Place, to: &Endpoint, quick: bool) -> Result<f64> {
    let bytes: usize = if quick { 64 << 20 } else { 1 << 30 };
    let block = vec![7_u8; 256 * 1024];
    thread::scope(|scope| {
        let sender = scope.spawn(|| -> std::result::Result<Instant, String> {
            let connection = to.connect().map_err(|error| error.to_string())?;
            let start = Instant::now();
            for _ in 0..bytes / block.len() {
                let written = (&connection).write_all(&block);
                written.map_err(|error| error.to_string())?;
            }
            let ended = connection.shutdown(Shutdown::Write);
            ended.map_err(|error| error.to_string())?;
            Ok(start)
        });
        let mut stream = place.listener.accept()?;
        let mut buffer = vec![0; 256 * 1024];
        let mut received = 0;
        loop {
            match stream.read(&mut buffer)? {
                0 => break,
                n => received += n,
            }
        }
        let end = Instant::now();
        let start = sender.join().map_err(|_| "the sender panicked")??;
        if received != bytes {
            return Err(format!("{received} of {bytes} bytes came").into());
        }
        Ok((end - start).as_secs_f64() * 1000.0)
    })
}

/// Without connecting: socat takes one connection only. In the table, 0A is "listening".
fn wait_for_listener(port: u16) -> Result<()> {
    let table = Path::new("/proc/net/tcp");
    if !table.exists() {
        thread::sleep(Duration::from_millis(500));
        return Ok(());
    }
    let entry = format!("0100007F:{port:04X} 00000000:0000 0A");
    let deadline = Instant::now() + Duration::from_secs(10);
    while !fs::read_to_string(table)?.contains(&entry) {
        if Instant::now() > deadline {
            return Err("socat does not listen".into());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
