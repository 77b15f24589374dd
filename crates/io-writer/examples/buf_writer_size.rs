//! A write as long as the buffer passes straight through `BufWriter`; the default is 8192 bytes.
//!
//! Copying a long write into the buffer would save nothing, so once the bytes already held are out,
//! it goes to the file as it is. A shorter write that no longer fits first empties the buffer and is
//! then kept: std's `BufWriter` never tears a write in two, so its calls are seldom completely full.
//!
//! Go's `bufio.Writer` has 4096 bytes by default and fills them to the brim, tearing writes.
//!
//! ```syscalls
//! write(3, "ab", 2) = 2
//! write(3, "cd", 2) = 2
//! write(3, "straight through", 16) = 16
//! write(3, "abc", 3) = 3
//! write(3, "e", 1) = 1
//! write(4, *, 8192) = 8192
//! write(4, *, 8192) = 8192
//! write(4, ".", 1) = 1
//! ```

use std::io::{self, BufWriter, Write};

use io_writer::recorder::recorder;

fn main() -> io::Result<()> {
    let (file, calls) = recorder()?;
    let mut out = BufWriter::with_capacity(3, file);
    out.write_all(b"ab")?;
    assert_eq!(out.buffer(), b"ab");
    out.write_all(b"cd")?;
    assert_eq!(out.buffer(), b"cd");
    out.write_all(b"straight through")?;
    assert_eq!(out.buffer(), b"");
    out.write_all(b"abc")?;
    assert_eq!(out.buffer(), b"", "as long as the buffer is long enough");
    out.write_all(b"e")?;
    out.flush()?;
    let tiny = calls.finish()?;
    println!("capacity 3:");
    for call in &tiny {
        println!("  write(2) of {:?}", String::from_utf8_lossy(call));
    }
    assert_eq!(
        tiny.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        [&b"ab"[..], b"cd", b"straight through", b"abc", b"e",]
    );

    let (file, calls) = recorder()?;
    let mut out = BufWriter::new(file);
    let capacity = out.capacity();
    for _ in 0..2 * capacity + 1 {
        out.write_all(b".")?;
    }
    out.flush()?;
    let lengths: Vec<_> = calls.finish()?.iter().map(Vec::len).collect();
    println!(
        "default capacity {capacity}: {} single bytes are writes of {lengths:?}",
        2 * capacity + 1
    );
    assert_eq!(capacity, 8192);
    assert_eq!(lengths, [8192, 8192, 1]);
    Ok(())
}
