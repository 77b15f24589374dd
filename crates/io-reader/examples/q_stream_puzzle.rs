//! "ASCII" from three streams that hold other words, by cutting and joining readers alone.
//!
//! A, S and C occur once each. The second I is the catch: a reader is used up by reading, so the
//! same one joined twice gives its letter once, "ASCI". Two windows over one source have a position
//! each and do not share this fate.
//!
//! Go takes the same reader twice in one `io.MultiReader` without a word. Rust does not compile
//! that, as both places would hold `&mut` to it; here the second use is a second statement.

use std::io::{self, Read};

use io_reader::{copy::copy_n, limit::Limit, multi::MultiReader, section::Section};

const COMPUTER: &[u8] = b"COMPUTER";
const SYSTEM: &[u8] = b"SYSTEM";
const PROGRAM: &[u8] = b"PROGRAMMING";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let i = Section::new(PROGRAM, 8, 1);
    let mut word = MultiReader::new([
        Box::new(Section::new(PROGRAM, 5, 1)),
        Box::new(Limit::new(SYSTEM, 1)),
        Box::new(COMPUTER.take(1)),
        Box::new(i.clone()),
        Box::new(i),
    ]);
    let mut output = Vec::new();
    copy_n(&mut word, &mut output, 5)?;
    println!("{}", String::from_utf8_lossy(&output));
    assert_eq!(output, b"ASCII");
    assert_eq!(word.read(&mut [0])?, 0, "and nothing after it");

    let mut i = Section::new(PROGRAM, 8, 1);
    let a = Section::new(PROGRAM, 5, 1);
    let mut word = a
        .chain(SYSTEM.take(1))
        .chain(COMPUTER.take(1))
        .chain(&mut i);
    let mut output = Vec::new();
    io::copy(&mut word, &mut output)?;
    let again = io::copy(&mut i, &mut output)?;
    println!(
        "{} (the second I: {again} bytes)",
        String::from_utf8_lossy(&output)
    );
    assert_eq!(output, b"ASCI");
    assert_eq!(again, 0);
    Ok(())
}
