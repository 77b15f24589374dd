//! The entries of a directory.

use nix::libc;

use crate::decode::Argument::{Fd, Out, Size};
use crate::decode::bytes::field;
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("getdents64", &[Fd, Out(entries), Size]),
    // The older layout differs behind the length, which is all that is looked at.
    Signature::new("getdents", &[Fd, Out(entries), Size]),
];

/// More than any program asks for at once.
const LARGEST: usize = 1 << 17;

/// `0x55… /* 5 entries */`: the entries follow one another, each with its length in it.
fn entries(context: &mut Context<'_>, address: u64) {
    let filled = usize::try_from(context.success().unwrap_or(0)).unwrap_or(0);
    let mut bytes = vec![0; filled.min(LARGEST)];
    let got = context.memory.read(address, &mut bytes);
    let count = count(&bytes[..got]);
    context.address(address);
    context.format(format_args!(" /* {count} entries */"));
}

fn count(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    loop {
        let length = usize::from(field!(bytes, libc::dirent64, d_reclen, u16_at));
        match bytes.get(length..) {
            Some(rest) if length > 0 => bytes = rest,
            _ => return count,
        }
        count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(length: u16) -> Vec<u8> {
        let mut bytes = vec![0; usize::from(length)];
        bytes[16..18].copy_from_slice(&length.to_ne_bytes());
        bytes
    }

    #[test]
    fn entries_are_counted_by_their_lengths() {
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&[entry(24), entry(32), entry(24)].concat()), 3);
    }

    #[test]
    fn an_entry_without_a_length_ends_the_count() {
        assert_eq!(count(&[entry(24), vec![0; 24]].concat()), 1);
    }
}
