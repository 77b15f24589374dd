//! Values end at a known point, in reverse order, and take what they hold along.
//!
//! Where a collector runs "some time", a Rust value's destructor runs at the end of its scope,
//! whichever way the scope is left: by its end, by `return`, by `?`, by a panic. So it can do more
//! than free memory: close a file, unlock, join threads. Variables end in the reverse order, since
//! a later one may borrow an earlier one; fields end in the order in which they are declared.

use std::cell::RefCell;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::thread;
use std::time::{Duration, Instant};

/// Writes its name down when it ends.
struct Noted<'a>(&'static str, &'a RefCell<Vec<&'static str>>);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

fn main() {
    let log = RefCell::new(Vec::new());
    let check = |what: &str, expected: &[&str]| {
        let ended = log.take();
        println!("{what:<22} {ended:?}");
        assert_eq!(ended, expected);
    };

    {
        let _first = Noted("first", &log);
        let _second = Noted("second", &log);
        let _ = Noted("bound to nothing", &log);
        check("before the scope's end", &["bound to nothing"]);
    }
    check("at the scope's end", &["second", "first"]);

    struct Pair<'a> {
        _left: Noted<'a>,
        _right: Noted<'a>,
    }
    drop(Pair {
        _right: Noted("right", &log),
        _left: Noted("left", &log),
    });
    check("fields", &["left", "right"]);

    let moved = Noted("moved", &log);
    let list = vec![Noted("element", &log), moved];
    check("moved away", &[]);
    drop(list);
    check("with its new owner", &["element", "moved"]);

    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        let _on_the_way = Noted("on the way of a panic", &log);
        panic!("leaves the scope");
    }));
    drop(panic::take_hook());
    assert!(outcome.is_err());
    check("a panic", &["on the way of a panic"]);

    // A scope of threads ends when its threads have; none outlives what it borrows.
    let mut sums = [0; 4];
    thread::scope(|scope| {
        for (number, sum) in sums.iter_mut().enumerate() {
            scope.spawn(move || *sum = (0..=number).sum());
        }
    });
    println!("after the threads' scope {sums:?}");
    assert_eq!(sums, [0, 1, 3, 6]);
    assert!(!cfg!(target_os = "linux") || only_thread_left());
}

/// Whether the kernel's list of our threads is down to one. A thread that was joined may still be
/// on its way out of it.
fn only_thread_left() -> bool {
    let deadline = Instant::now() + Duration::from_secs(10);
    let threads = || fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    while threads() != 1 && Instant::now() < deadline {
        thread::yield_now();
    }
    threads() == 1
}
