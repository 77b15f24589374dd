//! All values come, and the end comes with the end of the last source.

use std::time::Duration;

use channels::{RecvTimeoutError, channel};

use super::exercise::merge;

const PATIENCE: Duration = Duration::from_secs(4);
/// How long nothing has to happen.
const SILENCE: Duration = Duration::from_millis(100);

pub fn main() {
    let (ends, sources): (Vec<_>, Vec<_>) = (0..4).map(|_| channel(1)).unzip();
    let merged = merge(sources);
    for (number, end) in (0..).zip(ends) {
        let ended = match number {
            0 => "no source has ended".to_owned(),
            number => format!("{number} of 4 sources have ended"),
        };
        assert_eq!(
            merged.recv_timeout(SILENCE),
            Err(RecvTimeoutError::Timeout),
            "{ended}, and the others say nothing: the result has to stay open"
        );
        for value in [number * 10, number * 10 + 1] {
            end.send(value).expect("its forwarder listens");
            assert_eq!(merged.recv_timeout(PATIENCE), Ok(value), "{ended}");
        }
    }
    println!("✓ the values of each come, while others end");
    assert_eq!(
        merged.recv_timeout(PATIENCE),
        Err(RecvTimeoutError::Closed),
        "all 4 sources have ended: the result has to close"
    );
    println!("✓ it closes after the last");

    let nothing = merge(Vec::new()).recv_timeout(PATIENCE);
    assert_eq!(
        nothing,
        Err(RecvTimeoutError::Closed),
        "without a source there is nothing to wait for"
    );
    println!("✓ without sources it is closed");
}
