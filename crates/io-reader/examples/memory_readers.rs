//! Bytes in memory read like a file: slices and queues are used up, a `Cursor` can go back.
//!
//! A slice is its own reader: each read makes it shorter, at the front. A `VecDeque` gives its
//! bytes away and takes new ones at the back, which makes it Go's `bytes.Buffer`. `Cursor` puts a
//! position beside any bytes, borrowed or owned, and so adds `Seek`: `bytes.Reader` and
//! `strings.Reader`. A `String` is no reader itself, its bytes are.

use std::any::type_name_of_val;
use std::collections::VecDeque;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

const TEXT: &str = "example of a reader";

fn main() -> io::Result<()> {
    let owned = String::from(TEXT);
    let bytes = TEXT.as_bytes().to_vec();
    let readers: [(&str, Box<dyn Read>); 6] = [
        ("&[u8] of a literal", Box::new(TEXT.as_bytes())),
        ("&[u8] of a String", Box::new(owned.as_bytes())),
        ("VecDeque<u8>", Box::new(VecDeque::from(bytes.clone()))),
        ("Cursor<&[u8]>", Box::new(Cursor::new(TEXT.as_bytes()))),
        ("Cursor<&str>", Box::new(Cursor::new(TEXT))),
        ("Cursor<Vec<u8>>", Box::new(Cursor::new(bytes.clone()))),
    ];
    for (name, mut reader) in readers {
        let text = io::read_to_string(&mut reader)?;
        println!("{name:18} {text:?}");
        assert_eq!(text, TEXT);
        assert_eq!(reader.read(&mut [0])?, 0);
    }

    rewind(Cursor::new(TEXT.as_bytes()))?;
    rewind(Cursor::new(TEXT))?;
    rewind(Cursor::new(owned))?;
    rewind(Cursor::new(bytes))?;

    let mut slice = TEXT.as_bytes();
    let start = slice;
    slice.read_exact(&mut [0; 8])?;
    println!(
        "a slice, 8 of its {} bytes read: {} left",
        start.len(),
        slice.len()
    );
    assert_eq!(slice, b"of a reader");
    // Slices are Copy: the other one is a reader of its own.
    assert_eq!(start, TEXT.as_bytes());

    let mut queue = VecDeque::new();
    queue.write_all(b"first,")?;
    queue.read_exact(&mut [0; 3])?;
    queue.write_all(b"second")?;
    let rest = io::read_to_string(&mut queue)?;
    println!("a queue, 3 bytes read between two writes: {rest:?} left");
    assert_eq!(rest, "st,second");
    assert!(queue.is_empty());
    Ok(())
}

fn rewind(mut reader: impl Read + Seek) -> io::Result<()> {
    io::read_to_string(&mut reader)?;
    assert_eq!(reader.stream_position()?, TEXT.len() as u64);
    reader.rewind()?;
    assert_eq!(io::read_to_string(&mut reader)?, TEXT);
    reader.seek(SeekFrom::End(-6))?;
    let end = io::read_to_string(&mut reader)?;
    println!("{}, rewound, and {end:?} again", type_name_of_val(&reader));
    assert_eq!(end, "reader");
    Ok(())
}
