//! What a join of many pieces gives, how much memory it holds, and how it came by it.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! mmap(NULL, 67*, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = $block
//! munmap($block, *) = 0
//! !mremap
//! ```

use super::exercise::join;

/// 1024 pieces of it are 64 MiB.
static PIECE: [u8; 1 << 16] = [7; 1 << 16];

pub fn main() {
    assert_eq!(
        join(&[b"to ", b"", b"gether"]),
        b"to gether",
        "the pieces, one behind the other"
    );
    assert_eq!(join(&[]), b"", "nothing joined is nothing");
    println!("✓ the pieces are joined");

    let joined = join(&[&PIECE[..]; 1024]);
    assert_eq!(joined.len(), 1024 * PIECE.len(), "1024 pieces of 64 KiB");
    assert!(
        joined.iter().all(|byte| *byte == 7),
        "all bytes are those of the pieces"
    );
    assert_eq!(
        joined.capacity(),
        joined.len(),
        "the block is larger than what is in it"
    );
    println!("✓ 64 MiB in a block of 64 MiB");
}
