//! A picture of who called what when, from a trace: a lane for each process or thread, time downward.
//!
//! Time is told by order, not by scale: each thing that happens takes the next row. A call during which
//! something else happened is a bar from where it began to where it returned; all others are dots.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use super::html::escape;
use super::lesson_html::name_of;
use crate::record::{Happening, Step};

const LANE: usize = 300;
const ROW: usize = 22;
const TOP: usize = 48;
const LEFT: usize = 14;

/// How many characters of a call fit beside its mark.
const TEXT: usize = 38;

/// More would be no picture.
const ROWS: usize = 80;

/// Calls by which tasks begin, change and wait for each other: always shown.
const LIFE: [&str; 7] = [
    "clone", "clone3", "fork", "vfork", "execve", "wait4", "waitid",
];

/// Calls of the runtime and the allocator: left out unless the lesson speaks of them.
const NOISE: [&str; 16] = [
    "brk",
    "mmap",
    "munmap",
    "mprotect",
    "madvise",
    "rt_sigprocmask",
    "rt_sigaction",
    "sigaltstack",
    "set_robust_list",
    "rseq",
    "prctl",
    "sched_getaffinity",
    "set_tid_address",
    "gettid",
    "exit",
    "exit_group",
];

/// Whether a picture wants this call. `named` are those that the lesson's block speaks of, if it says.
pub(super) fn shows(call: &str, named: Option<&BTreeSet<&str>>) -> bool {
    match named {
        Some(named) => LIFE.contains(&call) || named.contains(call),
        None => !NOISE.contains(&call),
    }
}

/// Inline SVG of the steps.
pub(super) fn svg(title: &str, steps: &[Step]) -> String {
    let picture = Picture::of(steps);
    let width = LEFT + picture.lanes.len() * LANE;
    let height = TOP + (picture.rows + 1) * ROW;
    let mut svg = format!(
        "<figure class=\"diagram\"><svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{}\">\n",
        escape(title)
    );
    for lane in &picture.lanes {
        svg.push_str(&lane.svg());
    }
    for mark in &picture.marks {
        svg.push_str(&mark.svg(&picture.lanes));
    }
    svg.push_str("</svg>\n<figcaption>");
    svg.push_str(&escape(title));
    svg.push_str(", as the kernel saw it. Time runs downward.</figcaption></figure>");
    svg
}

/// What there is to draw.
#[derive(Debug)]
struct Picture {
    lanes: Vec<Lane>,
    marks: Vec<Mark>,
    rows: usize,
}

/// A process or a thread.
#[derive(Debug)]
struct Lane {
    index: usize,
    tid: i32,
    name: String,
    first_row: usize,
    last_row: usize,
    /// The lane and row of the call that made it.
    parent: Option<(usize, usize)>,
}

#[derive(Debug)]
struct Mark {
    lane: usize,
    row: usize,
    /// The row in which the call returned, when something else happened meanwhile.
    end: Option<usize>,
    what: Happening,
    text: String,
}

impl Picture {
    fn of(steps: &[Step]) -> Self {
        let shown: Vec<&Step> = steps.iter().take(ROWS).collect();
        let mut moments = moments(&shown);
        moments.truncate(ROWS);
        let mut picture = Self {
            lanes: Vec::new(),
            marks: Vec::new(),
            rows: moments.len(),
        };
        for (row, moment) in moments.iter().enumerate() {
            picture.draw(row, *moment, &shown);
        }
        picture
    }

    fn draw(&mut self, row: usize, moment: Moment, shown: &[&Step]) {
        let step = shown[moment.step];
        let lane = self.lane_of(step, row, shown);
        self.lanes[lane].last_row = row;
        if moment.is_end {
            let begun = self
                .marks
                .iter_mut()
                .rfind(|mark| mark.lane == lane && mark.end.is_none());
            if let Some(mark) = begun {
                mark.end = Some(row);
            }
            return;
        }
        self.marks.push(Mark {
            lane,
            row,
            end: None,
            what: step.what,
            text: step.text.clone(),
        });
    }

    /// The lane of a task; a new one when this is the first that it does.
    fn lane_of(&mut self, step: &Step, row: usize, shown: &[&Step]) -> usize {
        if let Some(lane) = self.lanes.iter().find(|lane| lane.tid == step.tid) {
            return lane.index;
        }
        let mut processes: Vec<i32> = Vec::new();
        for step in shown {
            if !processes.contains(&step.pid) {
                processes.push(step.pid);
            }
        }
        let process = 1 + processes
            .iter()
            .position(|pid| *pid == step.pid)
            .unwrap_or(0);
        let name = if step.pid == step.tid {
            format!("process {process}, pid {}", step.pid)
        } else {
            format!("process {process}, thread {}", step.tid)
        };
        let index = self.lanes.len();
        self.lanes.push(Lane {
            index,
            tid: step.tid,
            name,
            first_row: row,
            last_row: row,
            parent: self.parent_of(step.tid),
        });
        index
    }

    /// The call that returned this task's number to its maker.
    fn parent_of(&self, tid: i32) -> Option<(usize, usize)> {
        let result = format!(" = {tid}");
        let makes =
            |mark: &&Mark| LIFE[..4].contains(&name_of(&mark.text)) && mark.text.ends_with(&result);
        let mark = self.marks.iter().find(makes)?;
        Some((mark.lane, mark.row))
    }
}

/// The begin of a step, or the end of a call during which others did something.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment {
    time: Duration,
    step: usize,
    is_end: bool,
}

fn moments(shown: &[&Step]) -> Vec<Moment> {
    let mut moments = Vec::new();
    for (index, step) in shown.iter().enumerate() {
        let end = step.start + step.took;
        moments.push(Moment {
            time: step.start,
            step: index,
            is_end: false,
        });
        let meanwhile = shown
            .iter()
            .any(|other| other.tid != step.tid && other.start > step.start && other.start < end);
        if meanwhile {
            moments.push(Moment {
                time: end,
                step: index,
                is_end: true,
            });
        }
    }
    moments.sort_by_key(|moment| moment.time);
    moments
}

fn x(lane: usize) -> usize {
    LEFT + lane * LANE
}

fn y(row: usize) -> usize {
    TOP + row * ROW
}

impl Lane {
    fn svg(&self) -> String {
        let (x1, top, bottom) = (x(self.index), y(self.first_row), y(self.last_row));
        let mut svg = format!(
            "<text class=\"lane-name\" x=\"{x1}\" y=\"{}\">{}</text>\n\
             <line class=\"lane\" x1=\"{x1}\" y1=\"{}\" x2=\"{x1}\" y2=\"{bottom}\"/>\n",
            TOP - 26,
            escape(&self.name),
            top - ROW / 2
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
    fn svg(&self, lanes: &[Lane]) -> String {
        let (x, y1) = (x(lanes[self.lane].index), y(self.row));
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
    use super::*;

    fn step(tid: i32, start: u64, took: u64, text: &str) -> Step {
        Step {
            pid: tid,
            tid,
            start: Duration::from_millis(start),
            took: Duration::from_millis(took),
            what: Happening::Call,
            text: text.to_owned(),
        }
    }

    fn fork_and_wait() -> Vec<Step> {
        vec![
            step(7, 0, 1, "clone(child_stack=NULL) = 8"),
            step(8, 3, 0, "write(1, \"x\", 1) = 1"),
            step(7, 2, 5, "wait4(8, NULL, 0, NULL) = 8"),
        ]
    }

    #[test]
    fn a_call_during_which_others_act_is_a_bar() {
        let picture = Picture::of(&fork_and_wait());
        let marks: Vec<_> = picture
            .marks
            .iter()
            .map(|mark| (mark.lane, mark.row, mark.end, name_of(&mark.text)))
            .collect();
        assert_eq!(
            marks,
            [
                (0, 0, None, "clone"),
                (0, 1, Some(3), "wait4"),
                (1, 2, None, "write")
            ]
        );
        assert_eq!(picture.lanes[1].parent, Some((0, 0)));
        assert_eq!(picture.rows, 4);
    }

    #[test]
    fn what_the_block_names_is_shown_and_how_tasks_begin_and_end() {
        let named = BTreeSet::from(["brk"]);
        let shown = |call| shows(call, Some(&named));
        assert!(shown("brk") && shown("clone3") && !shown("write"));
        assert!(shows("write", None) && !shows("brk", None));
    }

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
