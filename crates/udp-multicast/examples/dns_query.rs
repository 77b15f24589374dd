//! A DNS question is 12 bytes of header and a name in pieces; the answer repeats its number.
//!
//! The header has an id, flags and four counts, all big-endian. A name is its labels, each behind its
//! length, and ends with an empty one; in an answer two bytes that begin with the bits 11 point back
//! to a name that was there already. Who asks has to check the id, the question and the sender: over
//! UDP anybody may answer first, and the 16 bits of the id are few (so a random port helps too).
//!
//! The responder is a thread of this program. It knows one name.

use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::Duration;

const HEADER: usize = 12;
const TYPE_A_CLASS_IN: [u8; 4] = [0, 1, 0, 1];
/// A pointer to it.
const NAME_OF_THE_QUESTION: [u8; 2] = [0xc0, HEADER as u8];

fn main() -> io::Result<()> {
    let responder = UdpSocket::bind("127.0.0.1:0")?;
    let address = responder.local_addr()?;
    let responding = thread::spawn(move || respond(&responder));

    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(10)))?;
    let question = question(0xbeef, "www.example.com");
    println!("question: {:02x?}", &question[..HEADER]);
    assert_eq!(question.len(), HEADER + 17 + 4);
    socket.send(&question)?;

    let mut answer = [0; 512];
    let len = socket.recv(&mut answer)?;
    println!("answer:   {:02x?}", &answer[..HEADER]);
    let found = address_in(&answer[..len], &question);
    println!(
        "www.example.com has {}",
        found.expect("it answers our question")
    );
    assert_eq!(found, Some(Ipv4Addr::new(192, 0, 2, 80)));

    answer[1] ^= 1;
    assert_eq!(
        address_in(&answer[..len], &question),
        None,
        "another id is not for us"
    );
    let asked = responding.join().expect("the responder does not panic")?;
    println!("the responder was asked for {asked}");
    assert_eq!(asked, "www.example.com");
    Ok(())
}

fn question(id: u16, name: &str) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    // Recursion desired; one question, no records.
    let mut message = vec![high, low, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        message.push(label.len() as u8); // at most 63
        message.extend(label.as_bytes());
    }
    message.push(0);
    message.extend(TYPE_A_CLASS_IN);
    message
}

/// The address, if this is a good answer to `question` with one record.
fn address_in(answer: &[u8], question: &[u8]) -> Option<Ipv4Addr> {
    let (header, rest) = answer.split_first_chunk::<HEADER>()?;
    let is_response = header[2] & 0x80 != 0 && header[3] & 0x0f == 0;
    let one_of_each = header[4..8] == [0, 1, 0, 1];
    if header[..2] != question[..2] || !is_response || !one_of_each {
        return None;
    }
    let record = rest.strip_prefix(&question[HEADER..])?;
    let record = record.strip_prefix(&NAME_OF_THE_QUESTION)?;
    let record = record.strip_prefix(&TYPE_A_CLASS_IN)?;
    let (_time_to_live, data) = record.split_first_chunk::<4>()?;
    let address: [u8; 4] = data.strip_prefix(&[0, 4])?.try_into().ok()?;
    Some(address.into())
}

fn respond(socket: &UdpSocket) -> io::Result<String> {
    let mut buffer = [0; 512];
    let (len, client) = socket.recv_from(&mut buffer)?;
    let mut labels = Vec::new();
    let mut rest = &buffer[HEADER..len];
    while rest[0] > 0 {
        let (label, others) = rest[1..].split_at(rest[0].into());
        labels.push(String::from_utf8_lossy(label));
        rest = others;
    }
    let mut answer = buffer[..len].to_vec();
    answer[2] |= 0x80; // a response
    answer[7] = 1; // with one record
    answer.extend(NAME_OF_THE_QUESTION);
    answer.extend(TYPE_A_CLASS_IN);
    answer.extend([0, 0, 0, 60, 0, 4, 192, 0, 2, 80]);
    socket.send_to(&answer, client)?;
    Ok(labels.join("."))
}
