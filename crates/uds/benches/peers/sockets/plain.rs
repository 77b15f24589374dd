//! The echo with std alone: a listener, one thread that copies, and nothing that names an address.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;

use super::{round_trip, rounds, time};
use crate::Result;

pub(super) fn unix(quick: bool) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path)?;
    let accept = || Ok(listener.accept()?.0);
    echo(accept, || UnixStream::connect(&path), quick)
}

pub(super) fn tcp(quick: bool) -> Result<f64> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let accept = || Ok(listener.accept()?.0);
    echo(accept, || TcpStream::connect(address), quick)
}

fn echo<S: Read + Write>(
    accept: impl FnOnce() -> io::Result<S> + Send,
    connect: impl FnOnce() -> io::Result<S>,
    quick: bool,
) -> Result<f64> {
    thread::scope(|scope| {
        scope.spawn(move || send_back(accept()?));
        let mut client = connect()?;
        let outcome = time(rounds(quick), || round_trip(&mut client));
        drop(client);
        outcome
    })
}

fn send_back(mut server: impl Read + Write) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match server.read(&mut buffer)? {
            0 => return Ok(()),
            count => server.write_all(&buffer[..count])?,
        }
    }
}
