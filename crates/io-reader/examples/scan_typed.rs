//! Words become numbers by parsing, and what stands between values has to be said.
//!
//! Text has no types: "123" is a number because the program asks for one. A scanner cuts at white
//! space, so "123, 1.234" gives the word "123,", which is no number. Only who knows the format
//! knows that the comma is not part of the value, and says so: Go with the format of `Fscanf`, here
//! with a split function. In Go the type of the pointer given to `Fscan` decides how a word is
//! read; in Rust it is the type asked for.

use std::error::Error;

use io_reader::scan::{ScanError, Scanner, Split};

fn main() -> Result<(), Box<dyn Error>> {
    let mut scanner = Scanner::new("123 1.234 1.0e4 test".as_bytes());
    let values = (
        scanner.value::<i32>()?,
        scanner.value::<f64>()?,
        scanner.value::<f64>()?,
        scanner.value::<String>()?,
    );
    println!("{values:?}");
    assert_eq!(
        values,
        (
            Some(123),
            Some(1.234),
            Some(10_000.0),
            Some("test".to_owned())
        )
    );
    assert_eq!(scanner.value::<i32>()?, None);

    const WITH_COMMAS: &str = "123, 1.234, 1.0e4, test";
    let mut scanner = Scanner::new(WITH_COMMAS.as_bytes());
    let error = scanner.value::<i32>().unwrap_err();
    println!("{error}");
    assert!(matches!(error, ScanError::Value { offset: 0, ref token, .. } if token == "123,"));

    let mut scanner = Scanner::new(WITH_COMMAS.as_bytes());
    let fields = scanner
        .split(between_commas)
        .collect::<Result<Vec<_>, _>>()?;
    let fields = fields
        .into_iter()
        .map(String::from_utf8)
        .collect::<Result<Vec<_>, _>>()?;
    let [int, float, exponent, text] = &fields[..] else {
        panic!("expected four fields: {fields:?}");
    };
    let values = (
        int.parse::<i32>()?,
        float.parse::<f64>()?,
        exponent.parse::<f64>()?,
        text,
    );
    println!("{values:?}");
    assert_eq!(values, (123, 1.234, 10_000.0, &"test".to_owned()));
    Ok(())
}

/// Cuts at commas, and leaves the blanks around a field out of it.
fn between_commas(bytes: &[u8], at_eof: bool) -> Split {
    let (field, advance) = match bytes.iter().position(|&byte| byte == b',') {
        Some(comma) => (&bytes[..comma], comma + 1),
        None if at_eof => (bytes, bytes.len()),
        None => return Split::Need,
    };
    let start = field.len() - field.trim_ascii_start().len();
    let token = start..start + field.trim_ascii().len();
    Split::Token { advance, token }
}
