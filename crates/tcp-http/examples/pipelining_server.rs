//! A channel of channels lets a server work on three requests at once and answer them in order.
//!
//! Answers carry no number: the first answer belongs to the first request. So for each request the
//! reader puts the receiving end of a new channel into a queue, and hands the sending end to a worker.
//! Workers finish as they like; the writer takes the ends out of the queue one by one, and waits at
//! each. This is Go's `chan chan []byte`. The queue is bounded, or one client could start any number of
//! workers.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Condvar, Mutex};
use std::thread::{self, Scope};
use std::time::Duration;

const LAST: usize = 3;
/// How many requests of one connection may be in work.
const IN_WORK: usize = 8;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut connection = TcpStream::connect(listener.local_addr()?)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let requests: String = (1..=LAST)
        .map(|number| format!("GET /{number} HTTP/1.1\r\nHost: x\r\n\r\n"))
        .collect();
    connection.write_all(requests.as_bytes())?;
    connection.shutdown(Shutdown::Write)?;

    let desk = Desk::default();
    serve(&listener.accept()?.0, &desk)?;
    let mut answers = String::new();
    connection.read_to_string(&mut answers)?;

    let finished = desk.finished.into_inner().expect("no worker panicked");
    let answered: Vec<_> = answers
        .lines()
        .filter(|line| line.starts_with("answer"))
        .collect();
    println!("finished: {finished:?}");
    println!("answered: {answered:?}");
    assert_eq!(finished, [3, 2, 1]);
    assert_eq!(answered, ["answer 1", "answer 2", "answer 3"]);
    Ok(())
}

fn serve(connection: &TcpStream, desk: &Desk) -> io::Result<()> {
    let (queue, in_order) = sync_channel(IN_WORK);
    thread::scope(|scope| {
        let reader = scope.spawn(move || read_requests(connection, desk, scope, &queue));
        write_answers(connection, &in_order)?;
        reader.join().expect("the reader does not panic")
    })
}

/// Starts a worker for each request, and queues where its answer will come from.
fn read_requests<'scope>(
    connection: &TcpStream,
    desk: &'scope Desk,
    scope: &'scope Scope<'scope, '_>,
    queue: &SyncSender<Receiver<String>>,
) -> io::Result<()> {
    for line in BufReader::new(connection).lines() {
        let line = line?;
        if let Some(rest) = line.strip_prefix("GET /") {
            let number = rest
                .split(' ')
                .next()
                .and_then(|number| number.parse().ok());
            let number = number.ok_or(io::ErrorKind::InvalidData)?;
            let (sender, answer) = channel();
            queue.send(answer).expect("the writer waits for it");
            scope.spawn(move || desk.work(number, &sender));
        }
    }
    Ok(())
}

fn write_answers(
    mut connection: &TcpStream,
    in_order: &Receiver<Receiver<String>>,
) -> io::Result<()> {
    for answer in in_order {
        let body = answer.recv().expect("each worker answers");
        let length = body.len();
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
        connection.write_all(answer.as_bytes())?;
    }
    connection.shutdown(Shutdown::Write)
}

/// Where the workers finish, and here the last first.
#[derive(Default)]
struct Desk {
    finished: Mutex<Vec<usize>>,
    changed: Condvar,
}

impl Desk {
    fn work(&self, number: usize, answer: &Sender<String>) {
        let finished = self.finished.lock().expect("no worker panicked");
        let later = LAST - number;
        let mut finished = self
            .changed
            .wait_while(finished, |finished| finished.len() < later)
            .expect("no worker panicked");
        answer
            .send(format!("answer {number}\n"))
            .expect("the writer waits for it");
        finished.push(number);
        self.changed.notify_all();
    }
}
