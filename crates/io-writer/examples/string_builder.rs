//! A `String` is written piece by piece, takes whole characters only, and can allocate just once.
//!
//! `fmt::Write` is `io::Write` for text: its pieces are `&str` and `char`, and bytes become one of
//! these only by passing `str::from_utf8`, which refuses half a character. A full `String` asks for
//! a larger place; one that was told its size at the start need not. Go's strings.Builder takes any
//! bytes; Grow is its hint.

use std::fmt::{self, Write};
use std::str::Utf8Error;

fn main() -> fmt::Result {
    let mut text = String::new();
    write!(text, "{} of {}", 1, 3)?;
    text.write_char('、')?;
    text.write_str("書く")?;
    println!("{text}");
    assert_eq!(text, "1 of 3、書く");

    // Every prefix of the bytes: exactly those that end between two characters get in.
    for end in 0..=text.len() {
        let mut copy = String::new();
        let taken = append_bytes(&mut copy, &text.as_bytes()[..end]).is_ok();
        assert_eq!(taken, text.is_char_boundary(end));
        assert_eq!(copy, if taken { &text[..end] } else { "" });
    }
    let refused = append_bytes(&mut String::new(), &text.as_bytes()[..8]).unwrap_err();
    println!("only 8 bytes of it: {refused}");

    let grown = capacities_while_filling(String::new())?;
    let hinted = capacities_while_filling(String::with_capacity(1000))?;
    println!("capacities up to 1000 bytes: {grown:?}\n        with_capacity(1000): {hinted:?}");
    assert!(grown.len() > 2);
    assert_eq!(hinted.len(), 1);
    Ok(())
}

/// The way of bytes into text.
fn append_bytes(text: &mut impl Write, bytes: &[u8]) -> Result<(), Utf8Error> {
    text.write_str(str::from_utf8(bytes)?)
        .expect("a String takes all text");
    Ok(())
}

/// The capacities of `text` until it holds 1000 bytes: each but 0 stands for an allocation.
fn capacities_while_filling(mut text: String) -> Result<Vec<usize>, fmt::Error> {
    let mut capacities = vec![text.capacity()];
    for number in 0..250 {
        write!(text, "{number:03},")?;
        if capacities.last() != Some(&text.capacity()) {
            capacities.push(text.capacity());
        }
    }
    assert_eq!(text.len(), 1000);
    Ok(capacities)
}
