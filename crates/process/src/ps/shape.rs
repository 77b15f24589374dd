//! In which order, and with what before the command: a list, or one of three trees.

use std::collections::HashMap;

use crate::id::Pid;
use crate::table::Process;

/// How the list shows who started whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// Not at all.
    #[default]
    Flat,
    /// `--forest`: ` \_ ` before the command. Children of pid 1 stand beside it, as procps has it:
    /// nearly all of them were adopted.
    Forest,
    /// `-H`: two spaces a generation, in the same order.
    Hierarchy,
    /// `--tree`: lines from parent to child, down from pid 1.
    Tree {
        /// With box characters, otherwise with ASCII.
        boxes: bool,
    },
}

/// The four pieces that a prefix is made of.
struct Pieces {
    /// Before a child that has siblings after it, and before the last.
    child: &'static str,
    last: &'static str,
    /// Under a parent that has siblings after it, and under one that was the last.
    line: &'static str,
    gap: &'static str,
}

impl Shape {
    fn pieces(self) -> Pieces {
        let [child, last, line, gap] = match self {
            Shape::Flat => ["", "", "", ""],
            Shape::Forest => [" \\_ ", " \\_ ", " |  ", "    "],
            Shape::Hierarchy => ["  ", "  ", "  ", "  "],
            Shape::Tree { boxes: true } => ["├─ ", "└─ ", "│  ", "   "],
            Shape::Tree { boxes: false } => ["|- ", "`- ", "|  ", "   "],
        };
        Pieces {
            child,
            last,
            line,
            gap,
        }
    }

    /// Puts each process after its parent, siblings in the order that they come in, and says what
    /// stands before it.
    pub(crate) fn arrange(self, processes: Vec<Process>) -> Vec<(String, Process)> {
        if self == Shape::Flat {
            let flat = processes.into_iter();
            return flat.map(|process| (String::new(), process)).collect();
        }
        Arrangement::new(self, &processes).collect(processes)
    }
}

struct Arrangement {
    shape: Shape,
    children: HashMap<Pid, Vec<usize>>,
    roots: Vec<usize>,
    order: Vec<(String, usize)>,
}

impl Arrangement {
    fn new(shape: Shape, processes: &[Process]) -> Arrangement {
        let mut children: HashMap<Pid, Vec<usize>> = HashMap::new();
        let listed: std::collections::HashSet<Pid> =
            processes.iter().map(|process| process.pid).collect();
        let mut roots = Vec::new();
        for (at, process) in processes.iter().enumerate() {
            if listed.contains(&process.parent) && process.parent != process.pid {
                children.entry(process.parent).or_default().push(at);
            } else {
                roots.push(at);
            }
        }
        Arrangement {
            shape,
            children,
            roots,
            order: Vec::with_capacity(processes.len()),
        }
    }

    fn collect(mut self, processes: Vec<Process>) -> Vec<(String, Process)> {
        let mut roots = std::mem::take(&mut self.roots);
        if !matches!(self.shape, Shape::Tree { .. }) {
            // procps looks for them from the end.
            roots.reverse();
        }
        for root in roots {
            self.descend(root, &processes);
        }
        let mut processes: Vec<_> = processes.into_iter().map(Some).collect();
        let order = self.order.into_iter();
        order
            .filter_map(|(prefix, at)| Some((prefix, processes.get_mut(at)?.take()?)))
            .collect()
    }

    /// Without recursion: a chain of processes may be longer than a thread's stack is deep. Each
    /// child list is taken out as it is used, so that pids which were given anew while the list was
    /// read cannot lead it round in a circle.
    fn descend(&mut self, root: usize, processes: &[Process]) {
        let pieces = self.shape.pieces();
        let mut waiting = vec![(root, String::new(), String::new())];
        while let Some((at, prefix, below)) = waiting.pop() {
            let pid = processes[at].pid;
            self.order.push((prefix, at));
            let children = self.children.remove(&pid).unwrap_or_default();
            let adopted = pid == 1 && self.shape == Shape::Forest;
            let last = children.len().saturating_sub(1);
            // The stack gives the last first.
            for (number, child) in children.into_iter().enumerate().rev() {
                let (before, under) = match (adopted, number == last) {
                    (true, _) => ("", ""),
                    (_, true) => (pieces.last, pieces.gap),
                    (_, false) => (pieces.child, pieces.line),
                };
                let prefix = format!("{below}{before}");
                waiting.push((child, prefix, format!("{below}{under}")));
            }
        }
    }
}
