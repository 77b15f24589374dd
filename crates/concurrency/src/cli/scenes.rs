//! Small programs with a race in them, and the same programs mended.

use std::sync::Arc;
use std::thread::yield_now;

use concurrency::race::{self, Atomic, Mutex, Once, Tracked, WaitGroup, channel};
use concurrency::runtime::Runtime;

/// A program for the detector.
pub(super) struct Scene {
    /// As on the command line.
    pub(super) name: &'static str,
    /// What it does.
    pub(super) about: &'static str,
    pub(super) run: fn(),
}

/// Each with a race first, then the ways to mend it.
pub(super) static SCENES: [Scene; 16] = [
    Scene {
        name: "lost-update",
        about: "two threads add to one number",
        run: lost_update,
    },
    Scene {
        name: "lost-update-tasks",
        about: "two tasks of the runtime do",
        run: lost_update_tasks,
    },
    Scene {
        name: "lost-update-mutex",
        about: "mended: each locks a mutex first",
        run: lost_update_mutex,
    },
    Scene {
        name: "lost-update-atomic",
        about: "mended: the number is atomic",
        run: lost_update_atomic,
    },
    Scene {
        name: "append",
        about: "five threads append to one list",
        run: append,
    },
    Scene {
        name: "append-channel",
        about: "mended: they send, and one appends",
        run: append_channel,
    },
    Scene {
        name: "append-alone",
        about: "mended: no other threads",
        run: append_alone,
    },
    Scene {
        name: "append-mutex",
        about: "mended: each locks a mutex first",
        run: append_mutex,
    },
    Scene {
        name: "loop-variable",
        about: "threads look at the loop's variable, which goes on",
        run: loop_variable,
    },
    Scene {
        name: "loop-variable-copy",
        about: "mended: each gets a copy",
        run: loop_variable_copy,
    },
    Scene {
        name: "capture",
        about: "a variable is assigned after a thread has captured it",
        run: capture,
    },
    Scene {
        name: "capture-argument",
        about: "mended: the thread gets the value as an argument",
        run: capture_argument,
    },
    Scene {
        name: "flag",
        about: "a thread waits for a plain variable to change",
        run: flag,
    },
    Scene {
        name: "flag-atomic",
        about: "mended: the flag is atomic, and brings the rest along",
        run: flag_atomic,
    },
    Scene {
        name: "lazy",
        about: "two threads make what is not there yet",
        run: lazy,
    },
    Scene {
        name: "lazy-once",
        about: "mended: once",
        run: lazy_once,
    },
];

fn add(num: &Tracked<i64>, amount: i64) {
    num.update(|num| num + amount);
}

fn lost_update() {
    let num = Arc::new(Tracked::new("num", 0));
    let group = Arc::new(WaitGroup::new());
    group.add(2);
    for amount in [1, -1] {
        let (num, group) = (Arc::clone(&num), Arc::clone(&group));
        let _detached = race::spawn(move || {
            add(&num, amount);
            group.done();
        });
    }
    group.wait();
    num.get();
}

fn lost_update_tasks() {
    let num = Arc::new(Tracked::new("num", 0));
    Runtime::new().block_on(async {
        let tasks = [1, -1].map(|amount| {
            let num = Arc::clone(&num);
            race::spawn_task(async move { add(&num, amount) })
        });
        for task in tasks {
            task.await.expect("it does not panic");
        }
    });
    num.get();
}

fn lost_update_mutex() {
    let (num, lock) = (Tracked::new("num", 0), Mutex::new(()));
    race::scope(|scope| {
        for amount in [1, -1] {
            let (num, lock) = (&num, &lock);
            scope.spawn(move || {
                let _locked = lock.lock();
                add(num, amount);
            });
        }
    });
    num.get();
}

fn lost_update_atomic() {
    let num = Atomic::new(0);
    race::scope(|scope| {
        for amount in [1, -1] {
            let num = &num;
            scope.spawn(move || num.fetch_add(amount));
        }
    });
    num.load();
}

/// As Go's `dst = append(dst, n)`: the old list is read, the new one is written.
fn push(list: &Tracked<Vec<u32>>, n: u32) {
    list.update(|mut list| {
        list.push(n);
        list
    });
}

fn append() {
    let list = Tracked::new("list", Vec::new());
    race::scope(|scope| {
        for n in 1..=5 {
            let list = &list;
            scope.spawn(move || push(list, 2 * n));
        }
    });
    list.get();
}

fn append_channel() {
    let list = Tracked::new("list", Vec::new());
    let (tx, rx) = channel(0);
    for n in 1..=5 {
        let tx = tx.clone();
        let _detached = race::spawn(move || tx.send(2 * n));
    }
    drop(tx);
    for n in rx.iter() {
        push(&list, n);
    }
}

fn append_alone() {
    let list = Tracked::new("list", Vec::new());
    for n in 1..=5 {
        push(&list, 2 * n);
    }
}

fn append_mutex() {
    let (list, lock) = (Tracked::new("list", Vec::new()), Mutex::new(()));
    race::scope(|scope| {
        for n in 1..=5 {
            let (list, lock) = (&list, &lock);
            scope.spawn(move || {
                let _locked = lock.lock();
                push(list, 2 * n);
            });
        }
    });
    list.get();
}

fn loop_variable() {
    let i = Tracked::new("i", 0);
    race::scope(|scope| {
        for turn in 0..3 {
            i.set(turn);
            scope.spawn(|| i.get());
        }
    });
}

fn loop_variable_copy() {
    let i = Tracked::new("i", 0);
    race::scope(|scope| {
        for turn in 0..3 {
            i.set(turn);
            let i = i.get();
            scope.spawn(move || i);
        }
    });
}

fn square(c: u32) -> u32 {
    c * c
}

fn capture() {
    let c = Tracked::new("c", 20);
    race::scope(|scope| {
        scope.spawn(|| square(c.get()));
        c.set(0);
    });
}

fn capture_argument() {
    let c = Tracked::new("c", 20);
    race::scope(|scope| {
        let argument = c.get();
        scope.spawn(move || square(argument));
        c.set(0);
    });
}

fn flag() {
    let (ready, answer) = (Tracked::new("ready", false), Tracked::new("answer", 0));
    race::scope(|scope| {
        scope.spawn(|| {
            answer.set(42);
            ready.set(true);
        });
        while !ready.get() {
            yield_now();
        }
        answer.get();
    });
}

fn flag_atomic() {
    let (ready, answer) = (Atomic::new(0), Tracked::new("answer", 0));
    race::scope(|scope| {
        scope.spawn(|| {
            answer.set(42);
            ready.store(1);
        });
        while ready.load() == 0 {
            yield_now();
        }
        answer.get();
    });
}

fn lazy() {
    let config = Tracked::new("config", None);
    let open = || {
        if config.get().is_none() {
            config.set(Some("opened"));
        }
        config.get()
    };
    race::scope(|scope| {
        scope.spawn(open);
        scope.spawn(open);
    });
}

fn lazy_once() {
    let (config, once) = (Tracked::new("config", None), Once::new());
    let open = || {
        once.call_once(|| config.set(Some("opened")));
        config.get()
    };
    race::scope(|scope| {
        scope.spawn(open);
        scope.spawn(open);
    });
}
