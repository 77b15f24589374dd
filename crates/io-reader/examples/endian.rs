//! The bytes 00 00 27 10 are 10000 only to a reader that takes the first byte as the highest.
//!
//! A register has no byte order; memory, files and wires do. Linux and macOS run x86-64 and arm64
//! with the lowest byte first (little-endian), while PNG, TCP and IP put the highest first
//! (big-endian, "network order"). So bytes from outside are converted, never reinterpreted, and the
//! conversion names the order of the *data*: it then gives the same number on every machine.
//!
//! Go's `binary.BigEndian.Uint32` is `u32::from_be_bytes`; reading a number straight from a stream,
//! `binary.Read` in Go, is the crate byteorder's `ReadBytesExt`.

use std::fs::File;
use std::io::{self, Read};

use byteorder::{BigEndian, ByteOrder, LittleEndian, ReadBytesExt};

fn main() -> io::Result<()> {
    let bytes = [0x00, 0x00, 0x27, 0x10];
    println!("{bytes:02x?} big-endian:    {}", u32::from_be_bytes(bytes));
    println!("{bytes:02x?} little-endian: {}", u32::from_le_bytes(bytes));
    assert_eq!(u32::from_be_bytes(bytes), 10_000);
    assert_eq!(u32::from_le_bytes(bytes), 0x1027_0000);

    let mut stream = &[0x00, 0x00, 0x27, 0x10, 0x10, 0x27, 0x00, 0x00, 0xff][..];
    assert_eq!(stream.read_u32::<BigEndian>()?, 10_000);
    assert_eq!(stream.read_u32::<LittleEndian>()?, 10_000);
    // One byte cannot be a u32: the end of the stream is an error here, unlike for `read`.
    let short = stream.read_u32::<BigEndian>().unwrap_err();
    assert_eq!(short.kind(), io::ErrorKind::UnexpectedEof);

    // Conversion only moves bits, so agreeing on each single bit is agreeing on every number.
    for bit in 0..32 {
        let bytes = (1_u32 << bit).to_ne_bytes();
        assert_eq!(BigEndian::read_u32(&bytes), u32::from_be_bytes(bytes));
        assert_eq!(LittleEndian::read_u32(&bytes), u32::from_le_bytes(bytes));
    }

    let native = 10_000_u32.to_ne_bytes();
    println!("10000 in this machine's memory: {native:02x?}");
    let little = own_program_is_little_endian()?;
    assert_eq!(native == [0x10, 0x27, 0x00, 0x00], little);
    assert_eq!(native == [0x00, 0x00, 0x27, 0x10], !little);
    Ok(())
}

/// What the running program's own file says: ELF has a byte for the order (`EI_DATA`, elf(5)), and
/// Mach-O begins with the number 0xfeedfacf in the order of the machine it is for.
fn own_program_is_little_endian() -> io::Result<bool> {
    let mut head = [0; 6];
    File::open(std::env::current_exe()?)?.read_exact(&mut head)?;
    match head {
        [0x7f, b'E', b'L', b'F', _, order] => Ok(order == 1),
        [0xcf, 0xfa, 0xed, 0xfe, ..] => Ok(true),
        [0xfe, 0xed, 0xfa, 0xcf, ..] => Ok(false),
        _ => Err(io::Error::other("neither ELF nor 64-bit Mach-O")),
    }
}
