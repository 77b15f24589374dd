//! A report that did not get through is an error, and one that did took few calls.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};

use super::exercise::report;

const NAMES: [&str; 3] = ["Ada", "Brian", "Ken"];
const REPORT: &[u8] = b"1 Ada\n2 Brian\n3 Ken\n";

pub fn main() {
    let mut sink = Sink::with_room_for(1000);
    report(&mut sink, &NAMES).expect("the sink has room");
    assert_eq!(
        String::from_utf8_lossy(&sink.taken),
        String::from_utf8_lossy(REPORT)
    );
    assert!(
        sink.calls <= 2,
        "three short lines took {} calls: the buffer has to collect them",
        sink.calls
    );
    println!("✓ the lines arrive, by few calls");

    for room in 0..REPORT.len() {
        let result = report(Sink::with_room_for(room), &NAMES);
        assert!(
            result.is_err(),
            "the sink had room for {room} of {} bytes, and `report` says {result:?}",
            REPORT.len()
        );
    }
    println!("✓ a full sink is an error, wherever it is full");

    if cfg!(target_os = "linux") {
        let full = OpenOptions::new().write(true).open("/dev/full");
        let result = report(full.expect("Linux has /dev/full"), &NAMES);
        let kind = result.map_err(|error| error.kind());
        assert_eq!(
            kind,
            Err(ErrorKind::StorageFull),
            "every write to /dev/full fails with ENOSPC"
        );
        println!("✓ a full disk is one too");
    }
}

/// Takes bytes as long as there is room.
struct Sink {
    room: usize,
    taken: Vec<u8>,
    calls: usize,
}

impl Sink {
    fn with_room_for(room: usize) -> Self {
        Self {
            room,
            taken: Vec::new(),
            calls: 0,
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        let count = bytes.len().min(self.room - self.taken.len());
        if count == 0 {
            return Err(ErrorKind::StorageFull.into());
        }
        self.taken.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
