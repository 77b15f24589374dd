//! How much went through, for somebody who watches and sees nothing else.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A spinner on standard error, when that is a terminal and standard output, which would show the
/// stream itself, is not.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Draws nothing until the work has lasted for [`PATIENCE`].
    bar: ProgressBar,
    start: Instant,
    wanted: bool,
}

/// Work that is over sooner needs no spinner.
const PATIENCE: Duration = Duration::from_millis(500);

impl Progress {
    pub(crate) fn new() -> Self {
        let style =
            ProgressStyle::with_template("{spinner} {binary_bytes}  {binary_bytes_per_sec}")
                .expect("the template is a constant that parses");
        Progress {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                .with_style(style),
            start: Instant::now(),
            wanted: io::stderr().is_terminal() && !io::stdout().is_terminal(),
        }
    }

    /// For printing in between; see [`ProgressBar::suspend`].
    pub(crate) fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    pub(crate) fn update(&mut self, bytes: u64) {
        self.bar.set_position(bytes);
        if self.wanted && self.start.elapsed() >= PATIENCE {
            self.wanted = false;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(Duration::from_millis(100));
        }
    }

    pub(crate) fn clear(self) {
        self.bar.finish_and_clear();
    }
}
