//! A client sends and waits, and brings its own timer: an answer that got lost never comes.
//!
//! Over TCP the kernel repeats what was lost. Here nobody knows that there was a question, so the
//! client has to ask again after a while, and the server has to bear being asked twice. This one is
//! deaf to the first question. Twice the wait each time is the custom, lest everybody shout at a
//! server that is too busy.
//!
//! In Go it is `conn.SetReadDeadline`, which is a moment; std's timeout is for each read.

use std::io::{self, ErrorKind};
use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

fn main() -> io::Result<()> {
    let server = UdpSocket::bind("127.0.0.1:0")?;
    let address = server.local_addr()?;
    let serving = thread::spawn(move || serve(&server));

    let client = UdpSocket::bind("127.0.0.1:0")?;
    client.connect(address)?;
    let (answer, questions) = ask(&client, b"Hello from Client")?;
    println!("{answer:?} after {questions} questions");
    assert_eq!(answer, "Hello from Server");
    assert!(questions >= 2, "the first one was not answered");

    serving.join().expect("the server does not panic")
}

/// The answer, and how many questions it took.
fn ask(client: &UdpSocket, question: &[u8]) -> io::Result<(String, u32)> {
    let mut patience = Duration::from_millis(20);
    for questions in 1..=8 {
        client.send(question)?;
        client.set_read_timeout(Some(patience))?;
        let mut buffer = [0; 1500];
        match client.recv(&mut buffer) {
            Ok(len) => {
                let answer = String::from_utf8_lossy(&buffer[..len]).into_owned();
                return Ok((answer, questions));
            }
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                println!("nothing within {patience:?}");
                patience *= 2;
            }
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::TimedOut.into())
}

fn serve(server: &UdpSocket) -> io::Result<()> {
    let mut buffer = [0; 1500];
    server.recv_from(&mut buffer)?; // this one it did not hear
    let (_, from) = server.recv_from(&mut buffer)?;
    server.send_to(b"Hello from Server", from)?;
    Ok(())
}
