//! The copy of a sparse file is as sparse, and equal.
//!
//! ```syscalls
//! !*write*(*, "\0\0\0\0*"*)
//! ```

use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};

use super::exercise::copy;

const MIB: u64 = 1 << 20;
/// A multiple of every block that filesystems use.
const PIECE: usize = 65536;

pub fn main() {
    // Where the pieces are, and how long the file is.
    let cases: [(&str, &[u64], u64); 4] = [
        ("two pieces between holes", &[MIB, 5 * MIB], 10 * MIB),
        (
            "a piece at either end",
            &[0, 8 * MIB],
            8 * MIB + PIECE as u64,
        ),
        ("nothing but a hole", &[], 10 * MIB),
        ("nothing at all", &[], 0),
    ];
    for (what, pieces, length) in cases {
        let from = tempfile::tempfile().expect("a temporary file");
        from.set_len(length).expect("a hole takes no room");
        for &at in pieces {
            from.write_all_at(&[b'x'; PIECE], at)
                .expect("room for 64 KiB");
        }
        let to = tempfile::tempfile().expect("a temporary file");
        copy(&from, &to).expect("both files are open");

        let metadata = to.metadata().expect("an open file");
        assert_eq!(
            metadata.len(),
            length,
            "{what}: the copy is as long as the file"
        );
        assert!(
            contents(&to) == contents(&from),
            "{what}: the copy reads the same"
        );
        let (room, room_before) = (room(&to), room(&from));
        assert!(
            room <= room_before + PIECE as u64,
            "{what}: the file takes {room_before} bytes on the disk, the copy {room}"
        );
        println!("✓ {what}: {length} bytes, of which {room} take room");
    }
}

fn contents(file: &File) -> Vec<u8> {
    let mut bytes = vec![0; file.metadata().expect("an open file").len() as usize];
    file.read_exact_at(&mut bytes, 0).expect("it is so long");
    bytes
}

/// What the file takes on the disk.
fn room(file: &File) -> u64 {
    512 * file.metadata().expect("an open file").blocks()
}
