//! One `mmap`, and then each word is a load; the kernel comes in once for each new page.
//!
//! For a few words of a file that is not in memory the calls would be as good. A map pays when
//! pages are visited often.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, ErrorKind};

use mmap::map::View;

/// The words of `file` at `places`, in this order.
pub fn words(file: &File, places: &[usize]) -> io::Result<Vec<u64>> {
    // SAFETY: the caller promises that nobody changes the file.
    let view = unsafe { View::map(file) }?;
    let words = view.as_chunks::<8>().0;
    let word_at = |&place: &usize| {
        let word = words.get(place).ok_or(ErrorKind::UnexpectedEof)?;
        Ok(u64::from_be_bytes(*word))
    };
    places.iter().map(word_at).collect()
}
