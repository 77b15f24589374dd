//! Ask all, use the first answer: with room for every answer, the losers end as well.
//!
//! The Go Blog calls it moving on. Without a buffer, or with too small a one, whoever is late would
//! wait for ever for somebody to take an answer that is wanted no more. Go's version can also send
//! with a `default` arm; then the buffer must have room for one, or a winner that is faster than
//! the receiver gets lost. tokio has `select!` over futures, which drops the losers where they
//! stand.

use std::thread;

use channels::{Receiver, channel};

struct Replica {
    name: &'static str,
    /// It answers when this channel is closed: so this lesson says who is the fastest.
    ready: Receiver<()>,
}

impl Replica {
    fn query(self) -> &'static str {
        let _closed = self.ready.recv();
        self.name
    }
}

fn main() {
    let names = ["Amsterdam", "Berlin", "Cadiz"];
    let (starts, replicas): (Vec<_>, Vec<_>) = names
        .map(|name| {
            let (start, ready) = channel(0);
            (start, Replica { name, ready })
        })
        .into_iter()
        .unzip();

    let (tx, answers) = channel(replicas.len());
    let asked: Vec<_> = replicas
        .into_iter()
        .map(|replica| {
            let tx = tx.clone();
            thread::spawn(move || tx.send(replica.query()))
        })
        .collect();

    starts[1].close().expect("closed once");
    let first = answers.recv().expect("one answers");
    println!("the first answer came from {first}");
    assert_eq!(first, "Berlin");

    drop(starts);
    for thread in asked {
        let sent = thread.join().expect("no replica panics");
        assert_eq!(sent, Ok(()), "the losers had room to send");
    }
    println!("the two others answered nobody, and ended");
    assert_eq!(answers.len(), 2);
}
