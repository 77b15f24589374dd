//! Which machine is found in a header, and how much of the file is read for it.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/program", *O_RDONLY*) = $file
//! *read*($file, *, 64*) = 64
//! close($file) = 0
//! !*read*(*) = 8388608
//! ```

use std::fs::{self, File};
use std::io::{ErrorKind, Write};

use super::exercise::machine;

pub fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("program");
    for (order, field, expected) in [(1, [62, 0], 62), (2, [0, 62], 62), (1, [183, 0], 183)] {
        let mut header = [0; 64];
        header[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, order, 1]);
        header[18..20].copy_from_slice(&field);
        let mut file = File::create(&path).expect("a file");
        file.write_all(&header).expect("its header");
        // The rest is a hole: long, and without blocks on the disk.
        file.set_len(8 << 20).expect("its length");
        assert_eq!(
            machine(&path).expect("it can be read"),
            Some(expected),
            "byte order {order}, bytes 18 and 19 are {field:?}"
        );
    }
    println!("✓ the machine, in both byte orders");

    let other = folder.path().join("other");
    for text in [
        &b""[..],
        b"\x7fELF",
        b"#!/bin/sh\necho a script that is longer than the header of a program is\n",
    ] {
        fs::write(&other, text).expect("a file");
        assert_eq!(
            machine(&other).expect("it can be read"),
            None,
            "this is no program: {text:?}"
        );
    }
    println!("✓ other files are none");

    let error = machine(&folder.path().join("missing")).expect_err("there is no such file");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    println!("✓ a missing file is an error");
}
