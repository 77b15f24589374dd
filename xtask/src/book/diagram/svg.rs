//! A picture as inline SVG, in the colours of the page's theme.

use std::fmt::Write;

use super::{Mark, Picture, Task};
use crate::book::html::escape;
use crate::record::{Happening, Step};

const LANE: usize = 300;
const ROW: usize = 22;
const TOP: usize = 16;
const LEFT: usize = 14;

/// How many characters of a call fit beside its mark.
const TEXT: usize = 38;

/// Inline SVG of the steps.
pub(in crate::book) fn svg(title: &str, steps: &[Step]) -> String {
    let picture = Picture::of(steps);
    let lanes = picture.tasks.iter().map(|task| task.lane + 1).max();
    let width = LEFT + lanes.unwrap_or(0) * LANE;
    let height = TOP + picture.rows * ROW;
    let mut svg = format!(
        "<figure class=\"diagram\"><svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{}\">\n",
        escape(title)
    );
    for task in &picture.tasks {
        svg.push_str(&task.svg());
    }
    for mark in &picture.marks {
        svg.push_str(&mark.svg(x(picture.tasks[mark.task].lane)));
    }
    let part = if picture.is_whole {
        ""
    } else {
        " The run goes on."
    };
    let _ = write!(
        svg,
        "</svg>\n<figcaption>{}, as the kernel saw it. Time runs downward.{part}</figcaption></figure>",
        escape(title)
    );
    svg
}

fn x(lane: usize) -> usize {
    LEFT + lane * LANE
}

fn y(row: usize) -> usize {
    TOP + row * ROW
}

impl Task {
    fn svg(&self) -> String {
        let (x1, top, bottom) = (x(self.lane), y(self.first_row), y(self.last_row));
        let mut svg = format!(
            "<text class=\"lane-name\" x=\"{}\" y=\"{}\">{}</text>\n\
             <line class=\"lane\" x1=\"{x1}\" y1=\"{top}\" x2=\"{x1}\" y2=\"{bottom}\"/>\n",
            x1 + 10,
            top + 4,
            escape(&self.name)
        );
        if let Some((lane, row)) = self.parent {
            let (from, at) = (x(lane), y(row));
            let _ = writeln!(
                svg,
                "<path class=\"birth\" d=\"M{from} {at} V{} H{x1} V{top}\"/>",
                at + ROW / 2
            );
        }
        svg
    }
}

impl Mark {
    fn svg(&self, x: usize) -> String {
        let y1 = y(self.row);
        let class = match self.what {
            Happening::Call => "call",
            Happening::Signal => "signal",
            Happening::End => "end",
        };
        let mut svg = match self.end {
            Some(end) => format!(
                "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"8\" height=\"{}\" rx=\"3\"/>",
                x - 4,
                y1 - 4,
                y(end) - y1 + 8
            ),
            None => format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y1}\" r=\"4\"/>"),
        };
        let (call, result) = match (self.end, self.text.rsplit_once(" = ")) {
            (Some(end), Some((call, result))) => (call, Some((end, result))),
            _ => (self.text.as_str(), None),
        };
        let mut write = |y: usize, text: &str, full: &str| {
            let _ = write!(
                svg,
                "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}<title>{}</title></text>",
                x + 10,
                y + 4,
                escape(text),
                escape(full)
            );
        };
        write(y1, &shortened(call), &self.text);
        if let Some((end, result)) = result {
            write(y(end), &shortened(&format!("= {result}")), &self.text);
        }
        svg.push('\n');
        svg
    }
}

/// The arguments give way, the name and the result stay.
fn shortened(call: &str) -> String {
    let length = call.chars().count();
    if length <= TEXT {
        return call.to_owned();
    }
    let (head, tail) = match call.rsplit_once(") = ") {
        Some((head, result)) if result.chars().count() < TEXT / 2 => {
            (head, format!("…) = {result}"))
        }
        _ => (call, "…".to_owned()),
    };
    let room = TEXT.saturating_sub(tail.chars().count());
    head.chars().take(room).chain(tail.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::fork_and_wait;
    use super::*;

    #[test]
    fn it_is_a_block_of_html() {
        let svg = svg("shell/pipeline", &fork_and_wait());
        assert!(svg.starts_with("<figure"));
        assert!(svg.lines().all(|line| !line.trim().is_empty()), "{svg}");
        assert_eq!(svg.matches("<text class=\"lane-name\"").count(), 2);
    }

    #[test]
    fn arguments_give_way() {
        let long = "execve(\"/usr/bin/a-very-long-name\", [\"a\", \"b\"], 0x7f /* 9 vars */) = 0";
        assert_eq!(shortened(long), "execve(\"/usr/bin/a-very-long-nam…) = 0");
        assert_eq!(shortened(long).chars().count(), TEXT);
    }
}
