//! What the tool shows when it is called without arguments: a channel from the inside, as it fills,
//! holds its senders up, and drains.

mod picture;
mod screen;
mod script;

use std::io;

use anyhow::Context;
use screen::Screen;

use super::STDOUT;

const TRY_NEXT: &str = "\
Try next:
  cargo run -p channels -- sieve 2000 --time | tail -1
  cargo xtask run channels hchan-recv-full
  cargo xtask tour channels
";

/// # Errors
///
/// Failures of standard output; the system has no thread left.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut screen = Screen::new(io::stdout().lock());
    script::play(&mut screen)?;
    screen.end(TRY_NEXT).context(STDOUT)
}
