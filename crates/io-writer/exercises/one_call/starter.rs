//! Writes a header and a body to the kernel in one call.
//!
//! A message is a header and a body, which are in two places. `send` has to hand both to the
//! kernel with one system call, and without copying them into one buffer first: the body may be
//! large. A sink may take less than it was given; then the rest has to follow, until all is written.
//!
//! Checked: the bytes that arrive, also when the sink is a pipe that takes only a part, and that a
//! message which fits is one `writev`.
//!
//! Lesson: io-writer/partial-write

use std::io::{self, Write};

/// Writes all of `header`, then all of `body`.
pub fn send(sink: &mut impl Write, header: &[u8], body: &[u8]) -> io::Result<()> {
    sink.write_all(header)?;
    sink.write_all(body)
}
