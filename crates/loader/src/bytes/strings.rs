//! A table of strings, each ended by a zero byte and known by the offset of its first.

use super::{Bytes, Malformed, Reason, What};

/// A string that is longer than this is not a name. Without a limit a small file could name a hundred
/// thousand symbols with one string of a megabyte, and make us print it as often.
const LONGEST: usize = 1 << 16;

/// A string table. Offsets may point into the middle of a string: `printf` ends `fprintf`.
#[derive(Debug, Clone, Copy)]
pub struct Strings<'d> {
    bytes: Bytes<'d>,
}

impl<'d> Strings<'d> {
    /// The strings in `bytes`.
    pub fn new(bytes: Bytes<'d>) -> Self {
        Self { bytes }
    }

    /// No strings but the empty one at zero.
    pub fn empty() -> Self {
        Self::new(Bytes::new(&[0]))
    }

    /// The string at `offset`, without its zero. Names are bytes; most are UTF-8.
    ///
    /// # Errors
    ///
    /// `offset` is outside the table, or the string has no end.
    pub fn get(&self, offset: u64) -> Result<&'d [u8], Malformed> {
        let table = self.bytes.as_slice();
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| table.get(offset..))
            .filter(|rest| !rest.is_empty());
        let Some(rest) = rest else {
            return Err(self.outside(offset));
        };
        let rest = &rest[..rest.len().min(LONGEST)];
        match length(rest) {
            Some(length) => Ok(&rest[..length]),
            None => Err(self.malformed(offset, Reason::Endless)),
        }
    }

    /// The table as it is in the file.
    pub fn bytes(&self) -> Bytes<'d> {
        self.bytes
    }

    #[cold]
    fn outside(&self, offset: u64) -> Malformed {
        let have = self.bytes.len();
        self.malformed(offset, Reason::PastEnd { size: 1, have })
    }

    fn malformed(&self, offset: u64, reason: Reason) -> Malformed {
        self.bytes.malformed(offset, What::the("string"), reason)
    }
}

/// Where the first zero is. Names of a big program have 20 MB, and most of them more than a hundred bytes:
/// a block without a zero is passed over with a few vector instructions, which the compiler makes of
/// the loop that does not end early.
fn length(bytes: &[u8]) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let has_zero = |block: &[u8; 32]| block.iter().fold(false, |found, byte| found | (*byte == 0));
    let full = blocks.iter().position(has_zero);
    let (start, block) = match full {
        Some(number) => (number * 32, &blocks[number][..]),
        None => (bytes.len() - rest.len(), rest),
    };
    Some(start + first_zero(block)?)
}

/// Eight bytes at a time: subtracting one from each byte borrows from the highest bit of a zero.
fn first_zero(block: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let (words, rest) = block.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let zeroes = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if zeroes != 0 {
            return Some(number * 8 + zeroes.trailing_zeros() as usize / 8);
        }
    }
    let before = block.len() - rest.len();
    rest.iter()
        .position(|byte| *byte == 0)
        .map(|place| before + place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_found_at_every_offset() {
        for offset in 0..40 {
            for length in 0..100 {
                let mut table = vec![0x80; offset + length + 1];
                table[offset + length] = 0;
                table.extend([1; 50]);
                let strings = Strings::new(Bytes::new(&table));
                let found = strings.get(offset as u64).unwrap();
                assert_eq!(found.len(), length, "from {offset}");
                let last = table.len() as u64 - 1;
                assert_eq!(strings.get(last).unwrap_err().reason, Reason::Endless);
            }
        }
    }
}
