//! `write_vectored` takes several slices, and on a descriptor it is `writev`: one call, no copy.
//!
//! Like `write` it says how much was taken, which may end anywhere in either slice.
//! `IoSlice::advance_slices` drops what is written, and the loop goes on with the rest.

use std::io::{self, ErrorKind, IoSlice, Write};

/// Writes all of `header`, then all of `body`.
pub fn send(sink: &mut impl Write, header: &[u8], body: &[u8]) -> io::Result<()> {
    let mut slices: &mut [IoSlice<'_>] = &mut [IoSlice::new(header), IoSlice::new(body)];
    // Drops slices that are empty from the beginning: of them alone the sink would take 0 bytes.
    IoSlice::advance_slices(&mut slices, 0);
    while !slices.is_empty() {
        match sink.write_vectored(slices) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => IoSlice::advance_slices(&mut slices, taken),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
