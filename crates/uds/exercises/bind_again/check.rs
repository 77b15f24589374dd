//! An abandoned socket file is replaced; a living server and other files stay.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use super::exercise::listen_at;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("server");

    let server = listen_at(&path).expect("the path is free");
    assert!(
        answers(&path, &server),
        "the server is to be reached at its path"
    );
    println!("✓ a free path is taken");

    let error = listen_at(&path).err().map(|error| error.kind());
    assert_eq!(error, Some(ErrorKind::AddrInUse), "somebody listens there");
    assert!(
        answers(&path, &server),
        "the living server must still be reached at its path"
    );
    println!("✓ a living server keeps its address");

    drop(server);
    assert!(path.exists(), "the file has outlived its server");
    let server = listen_at(&path).expect("nobody listens there any more");
    assert!(
        answers(&path, &server),
        "the new server is to be reached at the path"
    );
    println!("✓ the file of a dead server is replaced");

    let letter = folder.path().join("letter");
    fs::write(&letter, "to whom it may concern").expect("a file");
    let error = listen_at(&letter).err().map(|error| error.kind());
    assert_eq!(
        error,
        Some(ErrorKind::AddrInUse),
        "a regular file has the name"
    );
    let text = fs::read_to_string(&letter).expect("the file is still there");
    assert_eq!(text, "to whom it may concern", "the file is as it was");
    println!("✓ a regular file is left alone");
}

/// Whether a client at `path` gets to `server`. Who merely tried whether it lives may be in its queue,
/// too, and says nothing.
fn answers(path: &Path, server: &UnixListener) -> bool {
    let Ok(mut client) = UnixStream::connect(path) else {
        return false;
    };
    client.write_all(b"!").expect("connected");
    server.set_nonblocking(true).expect("a socket");
    while let Ok((mut connection, _)) = server.accept() {
        connection.set_nonblocking(false).expect("a socket");
        let limit = Some(Duration::from_secs(10));
        connection.set_read_timeout(limit).expect("a timeout");
        if connection.read(&mut [0; 1]).is_ok_and(|length| length == 1) {
            return true;
        }
    }
    false
}
