//! The number comes from the kernel, and nothing that the client has sent is used up.
//!
//! ```syscalls
//! accept4(*) = $client
//! getsockopt($client, SOL_SOCKET, SO_PEERCRED, *) = 0
//! ```

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;
use std::{env, process};

use super::exercise::process_of;

/// Tells the other process that it is the client, and where the server is.
const SERVER: &str = "EXERCISE_SERVER";

pub fn main() {
    if let Some(path) = env::var_os(SERVER) {
        return lie(Path::new(&path));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("server");
    let listener = UnixListener::bind(&path).expect("a server");
    let mut other = Ended(
        Command::new(env::current_exe().expect("a name"))
            .args(env::args_os().skip(1))
            .env(SERVER, &path)
            .spawn()
            .expect("this program starts"),
    );

    let (mut client, _) = listener.accept().expect("a client");
    let limit = Some(Duration::from_secs(10));
    client.set_read_timeout(limit).expect("a timeout");
    let told = process_of(&client).expect("somebody is there");
    assert_ne!(
        told,
        process::id(),
        "that is this process; the other end is asked for"
    );
    assert_ne!(told, 1, "the client says that it is process 1, and lies");
    assert_eq!(
        told,
        other.0.id(),
        "the number of the process that has connected"
    );
    println!("✓ the client is process {told}");

    let mut sent = [0; 4];
    client
        .read_exact(&mut sent)
        .expect("the bytes are still there");
    assert_eq!(
        u32::from_ne_bytes(sent),
        1,
        "what the client sent is for others to read"
    );
    println!("✓ what it sent is still there: \"I am 1\"");
    drop(client);
    assert!(other.0.wait().expect("it is our child").success());
}

/// The client.
fn lie(path: &Path) {
    let mut server = UnixStream::connect(path).expect("the server listens");
    server.write_all(&1_u32.to_ne_bytes()).expect("four bytes");
    server.shutdown(Shutdown::Write).expect("connected");
    // Stays until the server closes.
    let _ = server.read_to_end(&mut Vec::new());
}

/// A process that does not outlive the check.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
