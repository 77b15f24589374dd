//! `select!` puts the thread into the queues of all three channels and sleeps until one of them takes it
//! out: no time in it, and nothing is late.

use channels::{Receiver, select};

/// What came, as text, in the order of its coming.
pub fn listen(numbers: &Receiver<u32>, words: &Receiver<&str>, stop: &Receiver<()>) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        select! {
            recv(numbers) -> number => heard.extend(number.map(|number| number.to_string())),
            recv(words) -> word => heard.extend(word.map(str::to_owned)),
            recv(stop) -> _closed => return heard,
        }
    }
}
