//! A tee keeps a copy of what is read through it: after draining, the copy equals the input.
//!
//! A pipe or a socket gives its bytes once. Who wants to look at them twice (parse a stream and log
//! it, decompress a download and sum it up) must keep them as they pass, without making the reader
//! wait for the whole. The copy holds what was *read*, not what the source holds.
//!
//! Go's `io.TeeReader` returns the copy's error together with as much as the copy took; what was
//! read beyond that is lost. In Rust an error from `read` means that no bytes were read, so here
//! all bytes come first and the failure after.
//!
//! ```syscalls
//! read(3, "one", 3) = 3
//! read(3, " two three", *) = 10
//! read(3, "", 1) = 0
//! ```

use std::io::{self, Read, Write};

use io_reader::tee::TeeReader;

const INPUT: &str = "one two three";

fn main() -> io::Result<()> {
    let (pipe, mut writer) = io::pipe()?;
    writer.write_all(INPUT.as_bytes())?;
    drop(writer);

    let mut copy = Vec::new();
    let mut tee = TeeReader::new(pipe, &mut copy);
    let mut word = [0; 3];
    tee.read_exact(&mut word)?;
    let (pipe, so_far) = tee.finish()?;
    println!(
        "read {}, copied {}",
        word.escape_ascii(),
        so_far.escape_ascii()
    );
    assert_eq!(so_far, b"one");

    let mut tee = TeeReader::new(pipe, so_far);
    let mut rest = String::new();
    tee.read_to_string(&mut rest)?;
    let (mut pipe, _) = tee.finish()?;
    println!("read {rest}, copied {}", copy.escape_ascii());
    assert_eq!(rest, " two three");
    assert_eq!(copy, INPUT.as_bytes());
    // The pipe has nothing left to give: without the copy these bytes would be gone.
    assert_eq!(pipe.read(&mut [0])?, 0);

    // A copy with room for 8 bytes only.
    let mut room = [0; 8];
    let mut tee = TeeReader::new(INPUT.as_bytes(), &mut room[..]);
    let mut text = [0; INPUT.len()];
    assert_eq!(tee.read(&mut text)?, INPUT.len());
    assert_eq!(text, INPUT.as_bytes());
    let error = tee.read(&mut text).unwrap_err();
    println!("the read after: {error}");
    assert_eq!(error.kind(), io::ErrorKind::WriteZero);
    let failure = tee.finish().map(drop).map_err(|error| error.kind());
    assert_eq!(failure, Err(io::ErrorKind::WriteZero));
    assert_eq!(room, INPUT.as_bytes()[..8]);
    Ok(())
}
