//! Each line can be read as soon as it is logged, and the stream has an end.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use flate2::read::GzDecoder;

use super::exercise::LiveLog;

const PATIENCE: Duration = Duration::from_secs(4);

pub fn main() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let (tell, heard) = mpsc::channel();
    let follower = thread::spawn(move || {
        // An error is told as the stream's last line.
        for line in BufReader::new(GzDecoder::new(reader)).lines() {
            let line = line.map_err(|error| error.kind());
            let is_over = line.is_err();
            if tell.send(line).is_err() || is_over {
                break;
            }
        }
    });
    let mut log = LiveLog::new(writer);
    for line in [
        "started",
        "working",
        "working",
        "a longer line than the others were",
    ] {
        log.log(line).expect("somebody reads");
        match heard.recv_timeout(PATIENCE) {
            Ok(read) => assert_eq!(read.as_deref(), Ok(line)),
            Err(RecvTimeoutError::Timeout) => {
                panic!("{line:?} is logged, and {PATIENCE:?} later the reader has not got it")
            }
            Err(RecvTimeoutError::Disconnected) => panic!("the stream ended before {line:?}"),
        }
    }
    println!("✓ each line arrives before the next is written");

    drop(log.finish().expect("somebody reads"));
    assert_eq!(
        heard.recv_timeout(PATIENCE),
        Err(RecvTimeoutError::Disconnected),
        "after the last line the stream has to end, without an error"
    );
    follower.join().expect("the reader does not panic");
    println!("✓ the reader sees the stream's end");

    let mut log = LiveLog::new(Counting::default());
    log.log("flushed").expect("memory takes everything");
    assert!(
        log.finish().expect("memory takes everything").flushes > 0,
        "the sink may have a buffer too: it has to be flushed with each line"
    );
    println!("✓ the sink is flushed with each line");

    let empty = LiveLog::new(Vec::new())
        .finish()
        .expect("no lines are no error");
    let mut text = String::new();
    GzDecoder::new(empty.as_slice())
        .read_to_string(&mut text)
        .expect("a log without lines is a whole stream");
    assert_eq!(text, "");
    println!("✓ so does the reader of an empty log");
}

#[derive(Default)]
struct Counting {
    flushes: usize,
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flushes += 1;
        Ok(())
    }
}
