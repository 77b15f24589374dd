//! What is written to a `Vec` adds up; a `Cursor` reads it once through and then finds the end.
//!
//! Go's bytes.Buffer does both, and what was read leaves it: here that is `VecDeque<u8>`. A `Vec`
//! only appends. A `Cursor` adds the position that a file has: reading and writing move it, and
//! writing replaces what stands there.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read, Seek, Write};

fn main() -> io::Result<()> {
    let mut buffer = Vec::new();
    buffer.write_all(b"one ")?;
    write!(buffer, "{} ", 1 + 1)?;
    buffer.write_all(b"three")?;
    println!("Vec: {}", buffer.escape_ascii());
    assert_eq!(buffer, b"one 2 three");

    let mut cursor = Cursor::new(buffer);
    let word = io::read_to_string((&mut cursor).take(3))?;
    let rest = io::read_to_string(&mut cursor)?;
    let later = io::read_to_string(&mut cursor)?;
    println!("Cursor: {word:?}, then {rest:?}, then {later:?}");
    assert_eq!([word, rest, later], ["one", " 2 three", ""]);
    assert_eq!(cursor.position(), 11);

    cursor.rewind()?;
    cursor.write_all(b"1")?;
    println!(
        "after a write at the front: {}",
        cursor.get_ref().escape_ascii()
    );
    assert_eq!(cursor.into_inner(), b"1ne 2 three");

    let mut queue = VecDeque::new();
    queue.write_all(b"first second")?;
    queue.read_exact(&mut [0; 6])?;
    queue.write_all(b" third")?;
    let left = queue.len();
    let rest = io::read_to_string(&mut queue)?;
    println!("VecDeque: {left} bytes left, {rest:?}");
    assert_eq!((left, rest.as_str()), (12, "second third"));
    assert!(queue.is_empty());
    Ok(())
}
