//! Several readers joined are one stream: header, body and footer come out as one text.
//!
//! A stream can be handed on only as a whole, so what was put together from parts, or taken apart
//! to be looked at, has to become one reader again. Nothing is copied for it: each read goes to the
//! part whose turn it is. Therefore no single read crosses from one part to the next, and a caller
//! who takes a short read for the end of the stream loses the rest.
//!
//! Go's `io.MultiReader` is the same. In std, `Read::chain` joins two, with types known at compile
//! time.
//!
//! ```syscalls
//! read(3, "<p>body</p>\n", 100) = 12
//! read(3, "", 100) = 0
//! read(3, "\211PNG", 4) = 4
//! read(3, " and so on", *) = 10
//! ```

use std::io::{self, Read, Seek, Write};

use io_reader::multi::MultiReader;

fn main() -> io::Result<()> {
    let mut body = tempfile::tempfile()?;
    body.write_all(b"<p>body</p>\n")?;
    body.rewind()?;

    let mut page = MultiReader::new([
        Box::new("<html>\n".as_bytes()),
        Box::new(body),
        Box::new(io::empty()), // Its end is not the end of the whole.
        Box::new("</html>\n".as_bytes()),
    ]);
    let mut text = String::new();
    let mut reads = Vec::new();
    let mut buffer = [0; 100];
    loop {
        let n = page.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        reads.push(n);
        text.push_str(std::str::from_utf8(&buffer[..n]).map_err(io::Error::other)?);
    }
    println!("{text}in reads of {reads:?} bytes");
    assert_eq!(text, "<html>\n<p>body</p>\n</html>\n");
    assert_eq!(reads, [7, 12, 8]);

    // The common use: look at how a stream begins that cannot be rewound, then read it whole.
    let (mut pipe, mut writer) = io::pipe()?;
    writer.write_all(b"\x89PNG and so on")?;
    drop(writer);
    let mut magic = [0; 4];
    pipe.read_exact(&mut magic)?;
    assert_eq!(&magic, b"\x89PNG");
    let mut whole = Vec::new();
    magic.chain(pipe).read_to_end(&mut whole)?;
    println!("looked at first, then read whole: {}", whole.escape_ascii());
    assert_eq!(whole, b"\x89PNG and so on");
    Ok(())
}
