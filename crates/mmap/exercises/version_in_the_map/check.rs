//! The number is in the file, by way of a shared map that was flushed.
//!
//! ```syscalls
//! mmap(NULL, 12, PROT_READ|PROT_WRITE, MAP_SHARED, *, 0) = *
//! msync(*, MS_SYNC) = 0
//! ```

use std::fs::{self, File};

use mmap::map::Shared;

use super::exercise::set_version;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("data");
    fs::write(&path, "HEAD....TAIL").expect("a file");
    let open = || File::options().read(true).write(true).open(&path);
    let file = open().expect("the file is there");
    let elsewhere = Shared::map(&open().expect("the file is there")).expect("a map");

    set_version(&file, 0x0403_0201).expect("the file is long enough");
    let bytes = fs::read(&path).expect("the file is there");
    assert_eq!(
        &bytes[4..8],
        b"\x01\x02\x03\x04",
        "the number is to be in the file, lowest byte first"
    );
    println!("✓ the number is in the file");

    assert_eq!(
        (&bytes[..4], &bytes[8..]),
        (&b"HEAD"[..], &b"TAIL"[..]),
        "the rest is as it was"
    );
    println!("✓ the rest is as it was");

    let mut seen = [0; 4];
    elsewhere.read_at(4, &mut seen);
    assert_eq!(seen, [1, 2, 3, 4], "another map of the file shows the same");
    println!("✓ another map of the file shows it");

    fs::write(folder.path().join("short"), "HEAD..").expect("a file");
    let short = File::options()
        .read(true)
        .write(true)
        .open(folder.path().join("short"))
        .expect("the file is there");
    assert!(
        set_version(&short, 1).is_err(),
        "there is no room in six bytes"
    );
    let length = short.metadata().expect("an open file").len();
    assert_eq!(length, 6, "a short file stays as it is");
    println!("✓ a short file is an error and stays as it is");
}
