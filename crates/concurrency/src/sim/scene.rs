//! Programs with something worth seeing.

use std::time::Duration;

use super::log::Settings;
use super::program::{Program, Step};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// Its name on the command line.
    pub name: &'static str,
    /// What one sees in it.
    pub text: &'static str,
    /// What runs.
    pub program: Program,
    /// And how.
    pub settings: Settings,
}

const fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// All of them, on the Ps that suit each best.
#[must_use]
pub fn all() -> Vec<Scene> {
    let tight = || {
        let mut bodies = vec![vec![Step::Loop(ms(40))]];
        bodies.extend(vec![vec![Step::Compute(ms(4))]; 2]);
        Program::of(bodies)
    };
    vec![
        Scene {
            name: "syscall",
            text: "A call of 8 ms loses its P to the others, a call of 10 µs does not",
            program: syscall(),
            settings: Settings::new(1, 1),
        },
        Scene {
            name: "steal",
            text: "One G spawns sixteen on its own P, and the other Ps steal them by halves",
            program: Program::of(vec![vec![Step::Compute(ms(1)), Step::Compute(ms(1))]; 16]),
            settings: Settings::new(4, 1),
        },
        Scene {
            name: "loop",
            text: "A loop without calls: when it has had 10 ms and sysmon comes by, a signal stops it",
            program: tight(),
            settings: Settings::new(1, 1),
        },
        Scene {
            name: "loop-without-signals",
            text: "The same loop before Go 1.14: whoever waits for its P waits for its end",
            program: tight(),
            settings: Settings {
                signals: false,
                ..Settings::new(1, 1)
            },
        },
        Scene {
            name: "mixed",
            text: "Gs that compute, sleep, wait for the network and go into the kernel, on two Ps",
            program: mixed(),
            settings: Settings::new(2, 1),
        },
    ]
}

fn repeated(steps: &[Step], times: usize) -> Vec<Step> {
    std::iter::repeat_n(steps, times)
        .flatten()
        .cloned()
        .collect()
}

fn syscall() -> Program {
    let short = [
        Step::Compute(ms(1)),
        Step::Syscall(Duration::from_micros(10)),
    ];
    Program::of([
        vec![Step::Syscall(ms(8)), Step::Compute(ms(2))],
        repeated(&short, 4),
        vec![Step::Compute(ms(3))],
    ])
}

fn mixed() -> Program {
    let mut bodies = vec![
        vec![Step::Loop(ms(24))],
        repeated(&[Step::Sleep(ms(3)), Step::Compute(ms(1))], 4),
        repeated(&[Step::Network(ms(4)), Step::Compute(ms(1))], 3),
        repeated(&[Step::Syscall(ms(5)), Step::Compute(ms(1))], 3),
    ];
    let yields = repeated(&[Step::Compute(ms(1)), Step::Yield], 5);
    bodies.extend(vec![yields; 3]);
    Program::of(bodies)
}
