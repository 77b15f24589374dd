//! What the tool shows when it is called without arguments.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use uds::address::Address;
use uds::bridge::relay;
use uds::credentials::Credentials;
use uds::descriptors;
use uds::endpoint::Endpoint;
use uds::listener::Listener;

use super::bench::{Kind, measure, print_table};

/// # Errors
///
/// Failures of the sockets, the temporary files and of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    file_and_peer(out, folder.path())?;
    open_file(out, folder.path())?;
    bridge(out, folder.path())?;
    let unix = measure(Kind::Unix, Duration::from_millis(400))?;
    let tcp = measure(Kind::Tcp, Duration::from_millis(400))?;
    print_table(out, &unix, &tcp)?;
    writeln!(
        out,
        "\nTry next:\n  \
         cargo run -p uds -- bridge --help\n  \
         cargo run --release -p uds -- bench\n  \
         cargo xtask run uds uds-pass-fd"
    )?;
    Ok(())
}

fn file_and_peer(out: &mut impl Write, folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("demo.sock");
    let listener = Listener::bind_with_mode(&Address::path(&path)?, 0o600)?;
    let file = fs::symlink_metadata(&path)?;
    let (mode, size) = (file.permissions().mode() & 0o777, file.len());
    let socket = file.file_type().is_socket();
    writeln!(
        out,
        "A server listens at a file: socket {socket}, mode {mode:o}, {size} bytes."
    )?;
    let second = Listener::bind(&Address::path(&path)?).expect_err("the first one lives");
    writeln!(out, "A second server:            {second}")?;

    let _client = listener.address().connect()?;
    let peer = Credentials::of_peer(listener.accept()?)?;
    writeln!(
        out,
        "Its client, says the kernel: {peer}; we are {}.",
        std::process::id()
    )?;
    drop(listener);
    let left = fs::read_dir(folder)?.count();
    writeln!(out, "The server ends:            {left} files are left.\n")?;
    Ok(())
}

fn open_file(out: &mut impl Write, folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("secret");
    fs::write(&path, "read through another's descriptor")?;
    let (one, other) = std::os::unix::net::UnixStream::pair()?;
    let file = File::open(&path)?;
    descriptors::send(&one, b"x", &[file.as_fd()])?;
    fs::remove_file(&path)?;
    let received = descriptors::receive(&other, &mut [0], 1)?;
    let mut received = File::from(
        received
            .descriptors
            .into_iter()
            .next()
            .context("none came")?,
    );
    let mut text = String::new();
    received.read_to_string(&mut text)?;
    let (sent, came) = (file.as_raw_fd(), received.as_raw_fd());
    writeln!(
        out,
        "Descriptor {sent} was sent and came as {came}. The file has no name any more:"
    )?;
    writeln!(out, "  {text:?}\n")?;
    Ok(())
}

/// A TCP client and a server behind a file, which sends back what it got in capitals.
fn bridge(out: &mut impl Write, folder: &Path) -> anyhow::Result<()> {
    let front = Endpoint::Tcp("127.0.0.1:0".to_owned()).listen(None)?;
    let behind = Listener::bind(&Address::path(folder.join("behind.sock"))?)?;
    let (relayed, answer) = thread::scope(|scope| -> anyhow::Result<_> {
        let address = front.endpoint()?;
        let client = scope.spawn(move || -> anyhow::Result<String> {
            let connection = address.connect()?;
            (&connection).write_all(b"the end of this is passed on")?;
            connection.shutdown(Shutdown::Write)?;
            let mut answer = String::new();
            (&connection).read_to_string(&mut answer)?;
            Ok(answer)
        });
        let server_end = behind.address().connect()?;
        scope.spawn(|| -> anyhow::Result<()> {
            let mut connection = behind.accept()?;
            let mut text = String::new();
            connection.read_to_string(&mut text)?;
            connection.write_all(text.to_uppercase().as_bytes())?;
            Ok(())
        });
        let relayed = relay(&front.accept()?, &server_end.into())?;
        Ok((relayed, client.join().expect("the client does not panic")?))
    })?;
    let (there, back) = (relayed.there.bytes, relayed.back.bytes);
    writeln!(
        out,
        "A bridge from TCP to a socket file: {there} bytes there, {back} back,"
    )?;
    writeln!(out, "  {answer:?}\n")?;
    Ok(())
}
