//! Each direction of a bridge has its own end.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::exercise::bridge;

const LIMIT: Duration = Duration::from_secs(10);
const ANSWER: usize = 1 << 20;

pub fn main() {
    let (mut client, mut server, returned) = bridged();
    let serving = thread::spawn(move || {
        let mut question = Vec::new();
        server.read_to_end(&mut question)?;
        server.write_all(&vec![7; ANSWER])?;
        Ok::<_, std::io::Error>(question)
    });
    client.write_all(b"how much?").expect("connected");
    client.shutdown(Shutdown::Write).expect("connected");
    let mut answer = Vec::new();
    let read = client.read_to_end(&mut answer);
    assert_eq!(
        (read.ok(), answer.len()),
        (Some(ANSWER), ANSWER),
        "the client has ended its question, not the connection: the whole answer must arrive"
    );
    println!("✓ the answer comes after the question's end, all {ANSWER} bytes");
    let question = serving
        .join()
        .expect("no panic")
        .expect("the server has answered");
    assert_eq!(question, b"how much?", "the question, and then its end");
    println!("✓ the server sees the question's end");
    returned
        .recv_timeout(LIMIT)
        .expect("both directions have ended, and bridge must return");
    println!("✓ the bridge returns");

    let (mut client, mut server, returned) = bridged();
    server.write_all(b"220 ready").expect("connected");
    let mut greeting = [0; 9];
    client
        .read_exact(&mut greeting)
        .expect("a server may speak first");
    assert_eq!(
        &greeting, b"220 ready",
        "the greeting, before the client has said anything"
    );
    server.shutdown(Shutdown::Write).expect("connected");
    assert_eq!(
        client.read(&mut greeting).expect("an end"),
        0,
        "the server's end arrives"
    );
    client
        .write_all(b"bye")
        .expect("the client may still speak");
    client.shutdown(Shutdown::Write).expect("connected");
    let mut last = String::new();
    server
        .read_to_string(&mut last)
        .expect("the client's last words");
    assert_eq!(
        last, "bye",
        "the client's last words arrive after the server's"
    );
    returned
        .recv_timeout(LIMIT)
        .expect("both directions have ended, and bridge must return");
    println!("✓ it works the other way round, too");
}

/// A client, a server, and what says that the bridge between them has returned.
fn bridged() -> (UnixStream, UnixStream, Receiver<()>) {
    let (client, left) = UnixStream::pair().expect("a pair of sockets");
    let (right, server) = UnixStream::pair().expect("a pair of sockets");
    for end in [&client, &server] {
        end.set_read_timeout(Some(LIMIT)).expect("a timeout");
        end.set_write_timeout(Some(LIMIT)).expect("a timeout");
    }
    let (sender, returned) = mpsc::channel();
    thread::spawn(move || {
        let _ = bridge(&left, &right);
        let _ = sender.send(());
    });
    (client, server, returned)
}
