//! A call's number depends on the architecture: write is 1 on x86-64, 64 on arm64 and 4 on macOS.
//!
//! The kernel has a table of functions and the number is an index into it. Linux for x86-64 began
//! with a list of its own, the most used calls first; arm64 came later and took the list that the
//! kernel now gives to all new architectures, without the old calls that newer ones can stand for
//! (there is `openat` and no `open`). Within an architecture a number never changes: a program that
//! was compiled twenty years ago still finds its calls.
//!
//! The name is what stays the same in manual pages and traces, so a tracer has to have the tables:
//! what it reads from the register is a number. `syscalls table` prints them.
//!
//! ```syscalls
//! getpid() = $pid
//! getpid() = $pid
//! ```

use syscalls::table::Architecture::{self, Aarch64, Darwin, X86_64};

fn main() {
    println!("{:<8} {:>8} {:>8} {:>8}", "", "x86-64", "arm64", "macOS");
    for name in ["read", "write", "open", "openat", "getpid", "mmap"] {
        let [x86, arm, mac] = [X86_64, Aarch64, Darwin].map(|architecture| {
            let number = architecture.number(name);
            number.map_or_else(|| "-".to_owned(), |number| number.to_string())
        });
        println!("{name:<8} {x86:>8} {arm:>8} {mac:>8}");
    }
    assert_eq!(
        [X86_64, Aarch64, Darwin].map(|a| a.number("write")),
        [Some(1), Some(64), Some(4)]
    );
    assert_eq!(
        [X86_64, Aarch64].map(|a| a.number("openat")),
        [Some(257), Some(56)]
    );
    assert_eq!([X86_64, Aarch64].map(|a| a.number("open")), [Some(2), None]);
    // The same number is another call elsewhere.
    assert_eq!(
        [X86_64, Aarch64].map(|a| a.name(64)),
        [Some("semget"), Some("write")]
    );

    for architecture in [X86_64, Aarch64, Darwin] {
        let calls = round_trip(architecture);
        println!("{architecture:?}: {calls} calls, each found by its name and by its number");
        assert!(calls > 300);
    }
    #[cfg(target_os = "linux")]
    ask_the_kernel();
}

fn round_trip(architecture: Architecture) -> usize {
    architecture
        .calls()
        .inspect(|(number, name)| {
            assert_eq!(architecture.number(name), Some(*number));
            assert_eq!(architecture.name(*number), Some(*name));
        })
        .count()
}

/// The table against the kernel that runs this program.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)] // for one call that cannot fail
fn ask_the_kernel() {
    let number = Architecture::HERE
        .number("getpid")
        .expect("every system has it");
    // SAFETY: getpid takes nothing and changes nothing.
    let answer = unsafe { syscalls::raw::syscall(number as usize, [0; 6]) };
    println!("call {number} answers {answer}");
    assert_eq!(answer.unsigned_abs(), std::process::id() as usize);
}
