//! A picture of who called what when, from a trace: a lane for each process or thread, time downward.
//!
//! Time is told by order, not by scale: each thing that happens takes the next row. A call during which
//! something else happened is a bar from where it began to where it returned; all others are dots. A task
//! that begins when another has ended takes over its lane.

mod svg;

use std::collections::BTreeSet;
use std::time::Duration;

pub(super) use svg::svg;

use super::lesson_html::name_of;
use crate::record::{Happening, Step};

/// More would be no picture.
const ROWS: usize = 48;

/// Calls by which tasks begin, change and wait for each other: always shown.
const LIFE: [&str; 7] = [
    "clone", "clone3", "fork", "vfork", "execve", "wait4", "waitid",
];

/// Those of them by which a task makes another.
const MAKERS: [&str; 4] = ["clone", "clone3", "fork", "vfork"];

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

/// What there is to draw.
#[derive(Debug)]
struct Picture {
    tasks: Vec<Task>,
    marks: Vec<Mark>,
    rows: usize,
    is_whole: bool,
}

/// A process or a thread.
#[derive(Debug)]
struct Task {
    tid: i32,
    name: String,
    lane: usize,
    /// Where its name stands.
    first_row: usize,
    last_row: usize,
    /// The lane and row of the call that made it.
    parent: Option<(usize, usize)>,
    has_ended: bool,
}

#[derive(Debug)]
struct Mark {
    /// The index of its task.
    task: usize,
    row: usize,
    /// The row in which the call returned, when something else happened meanwhile.
    end: Option<usize>,
    what: Happening,
    text: String,
}

impl Picture {
    fn of(steps: &[Step]) -> Self {
        let shown: Vec<&Step> = steps.iter().take(ROWS).collect();
        let mut picture = Self {
            tasks: Vec::new(),
            marks: Vec::new(),
            rows: 0,
            is_whole: true,
        };
        for moment in moments(&shown) {
            picture.draw(moment, &shown);
        }
        picture.is_whole &= shown.len() == steps.len();
        picture
    }

    fn draw(&mut self, moment: Moment, shown: &[&Step]) {
        if self.rows >= ROWS {
            self.is_whole = false;
            return;
        }
        let step = shown[moment.step];
        let task = self.task_of(step, shown);
        let row = self.rows;
        self.rows += 1;
        self.tasks[task].last_row = row;
        self.tasks[task].has_ended |= step.what == Happening::End;
        if moment.is_end {
            let mut marks = self.marks.iter_mut();
            if let Some(mark) = marks.rfind(|mark| mark.task == task && mark.end.is_none()) {
                mark.end = Some(row);
            }
            return;
        }
        self.marks.push(Mark {
            task,
            row,
            end: None,
            what: step.what,
            text: step.text.clone(),
        });
    }

    /// The task of a step; a new one, with a row for its name, when this is the first that it does.
    fn task_of(&mut self, step: &Step, shown: &[&Step]) -> usize {
        if let Some(known) = self.tasks.iter().position(|task| task.tid == step.tid) {
            return known;
        }
        let taken = |lane: usize| self.tasks.iter().any(|t| t.lane == lane && !t.has_ended);
        let lane = (0..).find(|lane| !taken(*lane)).unwrap_or_default();
        self.tasks.push(Task {
            tid: step.tid,
            name: name(step, shown),
            lane,
            first_row: self.rows,
            last_row: self.rows,
            parent: self.parent_of(step.tid),
            has_ended: false,
        });
        self.rows += 1;
        self.tasks.len() - 1
    }

    /// The call that returned this task's number to its maker.
    fn parent_of(&self, tid: i32) -> Option<(usize, usize)> {
        let result = format!(" = {tid}");
        let makes =
            |mark: &&Mark| MAKERS.contains(&name_of(&mark.text)) && mark.text.ends_with(&result);
        let mark = self.marks.iter().find(makes)?;
        Some((self.tasks[mark.task].lane, mark.row))
    }
}

/// Processes are counted in the order in which they appear.
fn name(step: &Step, shown: &[&Step]) -> String {
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
    if step.pid == step.tid {
        format!("process {process}, pid {}", step.pid)
    } else {
        format!("process {process}, thread {}", step.tid)
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

    pub(super) fn fork_and_wait() -> Vec<Step> {
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
            .map(|mark| (mark.task, mark.row, mark.end, name_of(&mark.text)))
            .collect();
        assert_eq!(
            marks,
            [
                (0, 1, None, "clone"),
                (0, 2, Some(5), "wait4"),
                (1, 4, None, "write")
            ]
        );
        assert_eq!(picture.tasks[1].parent, Some((0, 1)));
        assert_eq!((picture.tasks[1].lane, picture.rows), (1, 6));
        assert!(picture.is_whole);
    }

    #[test]
    fn a_lane_is_free_when_its_task_has_ended() {
        let end = Step {
            what: Happening::End,
            ..step(8, 9, 0, "exited with 0")
        };
        let mut steps = fork_and_wait();
        steps.extend([end, step(9, 10, 0, "getpid() = 9")]);
        let lanes: Vec<_> = Picture::of(&steps)
            .tasks
            .iter()
            .map(|task| (task.tid, task.lane))
            .collect();
        assert_eq!(lanes, [(7, 0), (8, 1), (9, 1)]);
    }

    #[test]
    fn a_long_run_is_cut() {
        let steps: Vec<_> = (0..100).map(|n| step(7, n, 0, "getpid() = 7")).collect();
        let picture = Picture::of(&steps);
        assert_eq!((picture.rows, picture.is_whole), (ROWS, false));
    }

    #[test]
    fn what_the_block_names_is_shown_and_how_tasks_begin_and_end() {
        let named = BTreeSet::from(["brk"]);
        let shown = |call| shows(call, Some(&named));
        assert!(shown("brk") && shown("clone3") && !shown("write"));
        assert!(shows("write", None) && !shows("brk", None));
    }
}
