//! Gzip makes a small body larger, and does nothing for the head.
//!
//! The format adds 10 bytes before the data and 8 behind it, and a file's name if there is one. Below
//! about a hundred bytes of text the data does not shrink by as much; random data never does. So
//! servers compress from about 1 KiB on, where the gain also pays for the time. HTTP/1.1 always sends
//! the head as it is, often 500 bytes a request; that took HTTP/2 and its HPACK.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Write};

use flate2::{Compression, GzBuilder};

fn main() -> Result<(), Box<dyn Error>> {
    let hello = b"Hello World\n";
    let plain = gzip(hello, None)?;
    let named = gzip(hello, Some("test.txt"))?;
    println!("{:2} bytes of text", hello.len());
    println!("{plain:2} with gzip");
    println!("{named:2} with gzip and the file's name");
    assert_eq!(plain, 10 + 14 + 8);
    assert_eq!(named, plain + b"test.txt\0".len());

    // This file is as good a text as any.
    let text = include_bytes!("gzip_small_grows.rs");
    let sizes = (0..text.len()).map(|length| gzip(&text[..length], None));
    let sizes = sizes.collect::<io::Result<Vec<_>>>()?;
    let even = break_even(&sizes);
    println!(
        "prose is smaller from {even} bytes on; a thousand bytes of it are {}",
        sizes[1000]
    );
    assert!(sizes[even - 1] >= even - 1 && sizes[even] < even);
    assert!((19..200).contains(&even));
    assert!(sizes[1000] < 700);

    let mut random = vec![0; 10_000];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    let size = gzip(&random, None)?;
    println!("random bytes, {}: {size}", random.len());
    assert!(size > random.len());
    Ok(())
}

/// From which length on no compressed size reaches the plain one.
fn break_even(sizes: &[usize]) -> usize {
    let last = sizes
        .iter()
        .enumerate()
        .rposition(|(length, &size)| size >= length);
    last.expect("nothing, at least, grows") + 1
}

/// The compressed size.
fn gzip(data: &[u8], name: Option<&str>) -> io::Result<usize> {
    let builder = match name {
        Some(name) => GzBuilder::new().filename(name),
        None => GzBuilder::new(),
    };
    let mut encoder = builder.write(Vec::new(), Compression::default());
    encoder.write_all(data)?;
    Ok(encoder.finish()?.len())
}
