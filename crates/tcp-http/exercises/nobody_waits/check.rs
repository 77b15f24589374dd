//! A silent client keeps nobody waiting.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::exercise::serve;

pub fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    // It never returns; the end of the check is its end.
    thread::spawn(move || serve(&listener));

    let mut first = connect(address);
    expect_echo(&mut first, "hello");
    println!("✓ one client is served");

    let silent = connect(address);
    let mut second = connect(address);
    expect_echo(&mut second, "is anybody there?");
    expect_echo(&mut first, "still here");
    println!("✓ a silent client keeps nobody waiting");

    let mut many: Vec<TcpStream> = (0..20).map(|_| connect(address)).collect();
    for (number, client) in many.iter_mut().enumerate().rev() {
        expect_echo(client, &format!("I am number {number}"));
    }
    println!("✓ twenty clients get back each its own");

    drop(silent);
    second.shutdown(Shutdown::Write).expect("connected");
    let rest = second
        .read(&mut [0; 1])
        .expect("the server closes in its turn");
    assert_eq!(rest, 0, "nothing more was sent, so nothing more comes");
    expect_echo(&mut connect(address), "one more");
    println!("✓ it goes on when clients have left");
}

fn connect(address: SocketAddr) -> TcpStream {
    let client = TcpStream::connect(address).expect("the server listens");
    let limit = Some(Duration::from_secs(4));
    client.set_read_timeout(limit).expect("a timeout");
    client
}

fn expect_echo(client: &mut TcpStream, text: &str) {
    client.write_all(text.as_bytes()).expect("connected");
    let mut echo = vec![0; text.len()];
    let read = client.read_exact(&mut echo);
    assert!(
        read.is_ok(),
        "no answer to {text:?}: does the server wait for somebody else?"
    );
    assert_eq!(String::from_utf8_lossy(&echo), text, "the text comes back");
}
