//! The recorder sees the calls, no more and no fewer, from this process and from children.

mod common;

use std::io::{IoSlice, Write};
use std::process::{Command, Stdio};

use common::within_deadline;
use io_writer::counting::Counting;
use io_writer::recorder::{LARGEST_WRITE, recorder};

#[test]
fn each_call_is_one_record() {
    let (file, recorder) = recorder().unwrap();
    let mut file = Counting::new(file);
    for part in ["one", "two", "", "three"] {
        file.write_all(part.as_bytes()).unwrap();
    }
    let parts = [IoSlice::new(b"gathered "), IoSlice::new(b"by writev")];
    assert_eq!(file.write_vectored(&parts).unwrap(), 18);
    assert_eq!((file.calls(), file.bytes()), (4, 29));
    let records = recorder.finish().unwrap();
    assert_eq!(
        records,
        [&b"one"[..], b"two", b"three", b"gathered by writev"]
    );
}

#[test]
fn a_large_write_stays_whole() {
    let (mut file, recorder) = recorder().unwrap();
    let large = common::text(LARGEST_WRITE);
    assert_eq!(file.write(&large).unwrap(), LARGEST_WRITE);
    assert!(recorder.finish().unwrap() == [large]);
}

#[test]
fn more_records_than_any_queue_holds() {
    let (mut file, recorder) = recorder().unwrap();
    let written: Vec<Vec<u8>> = (0..2000)
        .map(|n| format!("record {n}").into_bytes())
        .collect();
    for record in &written {
        file.write_all(record).unwrap();
    }
    assert_eq!(recorder.finish().unwrap(), written);
}

#[test]
fn a_child_writes_to_it_as_its_standard_output() {
    let (file, recorder) = recorder().unwrap();
    let mut child = Command::new("sh");
    child.args(["-c", "printf first; printf second; printf third >&2"]);
    child.stdout(file.try_clone().unwrap()).stderr(file);
    assert!(common::wait(&mut child.spawn().unwrap()).success());
    assert_eq!(
        recorder.finish().unwrap(),
        [&b"first"[..], b"second", b"third"]
    );
}

#[test]
fn nothing_written_is_nothing_recorded() {
    let (_file, recorder) = recorder().unwrap();
    assert!(recorder.finish().unwrap().is_empty());
}

#[test]
fn dropping_does_not_wait_for_the_file() {
    let (file, recorder) = recorder().unwrap();
    within_deadline("the recorder to be dropped", move || drop(recorder));
    // And who writes afterwards hears of it instead of waiting for ever.
    within_deadline("a write without a recorder", move || {
        (&file).write(b"late").unwrap_err()
    });
}

#[test]
fn standard_streams_need_no_descriptor_of_ours() {
    let (file, recorder) = recorder().unwrap();
    let status = Command::new("true")
        .stdout(Stdio::from(file))
        .status()
        .unwrap();
    assert!(status.success());
    assert!(recorder.finish().unwrap().is_empty());
}

#[test]
fn failed_calls_count_too() {
    let mut room = [0; 3];
    let mut full = Counting::new(&mut room[..]);
    assert_eq!(full.write(b"four").unwrap(), 3);
    assert!(full.write_all(b"more").is_err());
    assert_eq!((full.calls(), full.bytes()), (2, 3));
    assert!(full.get_ref().is_empty());
    assert!(full.into_inner().is_empty());
}
