//! How far it is, for somebody who watches.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error, when that is a terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Where the bar began: what was there already was not transferred at today's speed.
    began: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let style = ProgressStyle::with_template(
            "{bar:30} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta} left",
        )
        .expect("the template is a constant that parses");
        let target = if io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Progress {
            bar: ProgressBar::with_draw_target(None, target).with_style(style),
            began: false,
        }
    }

    pub(crate) fn update(&mut self, done: u64, all: u64) {
        if !self.began && done > 0 {
            self.began = true;
            self.bar.set_length(all);
            self.bar.set_position(done);
            self.bar.reset_eta();
        }
        self.bar.set_position(done);
    }

    pub(crate) fn clear(self) {
        self.bar.finish_and_clear();
    }
}
