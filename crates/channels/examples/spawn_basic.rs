//! `thread::spawn` runs a function or a closure beside its caller; `join` waits for its end.
//!
//! Go's `go f()` starts a goroutine: a function with a stack of a few KiB, which Go's runtime puts
//! on a few threads. `thread::spawn` asks the kernel for a thread, with `clone3`; that costs some
//! microseconds, and it is what to take for work that computes or blocks. What is as light as a
//! goroutine in Rust is a task: `tokio::spawn` takes a future instead of a function.
//!
//! A goroutine has no handle: who wants to wait for it takes a channel or a `sync.WaitGroup`. A
//! thread and a task have one, and its `join` also brings the value that the function returned.
//!
//! ```syscalls
//! clone3 x2
//! write(1, "hello from a function\n", 22) = 22 x1
//! write(1, "hello from a closure of main's\n", 31) = 31 x1
//! write(1, "main is last\n", 13) = 13
//! ```

use std::thread::{self, ThreadId};

fn hello() -> ThreadId {
    println!("hello from a function");
    thread::current().id()
}

fn main() {
    let main_thread = thread::current().id();
    let owner = String::from("main");

    let function = thread::spawn(hello);
    // `move`: the thread may outlive this function, so it cannot borrow from it.
    let closure = thread::spawn(move || {
        println!("hello from a closure of {owner}'s");
        (thread::current().id(), owner.len())
    });

    // Which of the two lines comes first is for the kernel to say.
    let function = function.join().expect("hello panicked");
    let (closure, length) = closure.join().expect("the closure panicked");
    println!("main is last");

    assert_eq!(length, 4, "the closure has worked with what it captured");
    assert!(function != main_thread && closure != main_thread);
    assert_ne!(function, closure);
}
