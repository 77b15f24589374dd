//! Between the first instruction and `main` run `_start`, the C library's start and std's `lang_start`.
//!
//! The stack remembers the way: each function below `main` waits for the one above to return. `_start`
//! came with `crt1.o`, `__libc_start_main` is in the C library, the C function `main` is made by rustc, and
//! `std::rt::lang_start` sets up the main thread and catches its panics. What has already returned is not
//! on the stack: the dynamic linker before `_start`, and the functions in `.init_array`.
//!
//! A Go program's way is `_rt0_amd64_linux`, `runtime.rt0_go`, which prepares the scheduler and makes a goroutine for
//! `runtime.main`, and that one runs the packages' `init` functions and calls `main.main`: it has a
//! stack of its own, where none of what came before can be seen. `loader bootstrap FILE` steps
//! through either.

use std::backtrace::Backtrace;

fn main() {
    let trace = Backtrace::force_capture().to_string();
    let frames: Vec<&str> = trace
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|pair| pair.1)
        .collect();
    let place = |name: &str| frames.iter().position(|frame| frame.contains(name));

    let user = place("start_sequence::main").expect("we are running");
    let std = place("std::rt::lang_start").expect("std called us");
    println!("user main: {}\nstd: {}", frames[user], frames[std]);
    assert!(user < std, "the innermost frame comes first");

    // The names below belong to the system; where it has been stripped of them there are none.
    let c_main = frames
        .iter()
        .skip(std)
        .position(|frame| *frame == "main" || *frame == "_main");
    let c_main = c_main
        .map(|after| after + std)
        .expect("rustc made a main for C");
    println!("C's main: {}", frames[c_main]);
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        let library = place("__libc_start_main").expect("glibc called it");
        let first = place("_start").expect("the entry point called that");
        let first = frames
            .iter()
            .rposition(|frame| *frame == "_start")
            .unwrap_or(first);
        println!("C library: {}\nentry: {}", frames[library], frames[first]);
        assert!(std < c_main && c_main < library && library < first);
        assert_eq!(first, frames.len() - 1, "nobody has called the entry point");
    }
}
