//! A filter as a program for the kernel, so that calls that are not to be told do not stop.
//!
//! Without it a task stops twice at each of its calls, and the tracer throws most of them away. With
//! it the kernel runs a few instructions of its own at each entry, and only a chosen call stops the
//! task (`SECCOMP_RET_TRACE`). The program is a decision tree over ranges of numbers, a handful of
//! comparisons deep; a chain with one comparison for each name would be paid for by each call.
//!
//! The price: children inherit the program, it can never be taken off again, and a chosen call of a
//! task that has no tracer fails with `ENOSYS`. So children are followed whether or not they are to
//! be told of, and such a task cannot be left to itself ([`super::Tracer::detach`]).

use nix::libc::{self, sock_filter};

use super::admission::Admission;

/// The kernel's number for this program's own instruction set (linux/audit.h); calls made by another
/// (32-bit code on a 64-bit kernel) have other numbers.
#[cfg(target_arch = "x86_64")]
pub(super) const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
pub(super) const ARCHITECTURE: u32 = 0xc000_00b7;

/// Where `struct seccomp_data` has them.
const NUMBER: u32 = 0;
const ARCH: u32 = 4;

const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
const NOT_BELOW: u32 = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
const JUMP: u32 = libc::BPF_JMP | libc::BPF_JA;
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;

/// Translates.
///
/// Numbers beyond the table (those of the x32 kind on x86-64 among them) get the answer for calls
/// without a name; calls of another instruction set stop, and the tracer decides.
pub(super) fn program(admission: &Admission) -> Vec<sock_filter> {
    let mut program = vec![
        instruction(LOAD, 0, 0, ARCH),
        instruction(EQUAL, 1, 0, ARCHITECTURE),
        decision(true),
        instruction(LOAD, 0, 0, NUMBER),
    ];
    program.extend(tree(&admission.runs()));
    program
}

/// Decides among runs: at or above where the upper half begins, or below.
fn tree(runs: &[(u32, bool)]) -> Vec<sock_filter> {
    if let [(_, admitted)] = runs {
        return vec![decision(*admitted)];
    }
    let (below, above) = runs.split_at(runs.len() / 2);
    let below_code = tree(below);
    let first = above[0].0;
    let mut code = match u8::try_from(below_code.len()) {
        Ok(distance) => vec![instruction(NOT_BELOW, distance, 0, first)],
        // A conditional jump reaches 255 instructions, an unconditional one any.
        Err(_) => vec![
            instruction(NOT_BELOW, 0, 1, first),
            instruction(JUMP, 0, 0, below_code.len() as u32),
        ],
    };
    code.extend(below_code);
    code.extend(tree(above));
    code
}

fn decision(stop: bool) -> sock_filter {
    let answer = if stop {
        libc::SECCOMP_RET_TRACE
    } else {
        libc::SECCOMP_RET_ALLOW
    };
    instruction(RETURN, 0, 0, answer)
}

fn instruction(code: u32, if_true: u8, if_false: u8, constant: u32) -> sock_filter {
    sock_filter {
        code: code as u16,
        jt: if_true,
        jf: if_false,
        k: constant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a program as the kernel would; also counts the instructions.
    fn run(program: &[sock_filter], architecture: u32, number: u32) -> (u32, usize) {
        let (mut at, mut accumulator, mut steps) = (0, 0, 0);
        loop {
            let i = program[at];
            at += 1;
            steps += 1;
            let jump = |taken: bool| usize::from(if taken { i.jt } else { i.jf });
            match u32::from(i.code) {
                LOAD => accumulator = if i.k == NUMBER { number } else { architecture },
                EQUAL => at += jump(accumulator == i.k),
                NOT_BELOW => at += jump(accumulator >= i.k),
                JUMP => at += i.k as usize,
                RETURN => return (i.k, steps),
                other => panic!("instruction {other:#x}"),
            }
        }
    }

    #[test]
    fn the_program_decides_as_the_filter_does() {
        let choices: [fn(u64) -> bool; 5] = [
            |_| false,
            |_| true,
            |number| number == 257,
            // Runs of one, so that the tree is as large as it can be and jumps are long.
            |number| number % 2 == 0,
            |number| number % 7 < 3,
        ];
        for admits in choices {
            for others in [false, true] {
                let admission = Admission::of(470, others, admits);
                let program = program(&admission);
                assert!(program.len() < 4096, "BPF_MAXINSNS");
                for number in (0..600).chain([0x4000_0000, u32::MAX]) {
                    let (answer, steps) = run(&program, ARCHITECTURE, number);
                    let stops = answer == libc::SECCOMP_RET_TRACE;
                    assert_eq!(stops, admission.stops(number.into()), "of {number}");
                    assert!(steps < 25, "{steps} instructions for {number}");
                }
                let (answer, _) = run(&program, !ARCHITECTURE, 0);
                assert_eq!(answer, libc::SECCOMP_RET_TRACE);
            }
        }
    }
}
