//! Many may read at the same time; who writes is alone.
//!
//! Three readers meet inside the lock: each waits there for the other two, which an ordinary lock
//! would turn into a wait for ever. Then writers add to two numbers that have to be equal, and no
//! reader ever sees them differ. Go calls it `sync.RWMutex`. It pays where reading takes long; for
//! a short look an ordinary lock is as good, since readers too change a common word when they come
//! and go.

use std::thread;

use concurrency::sync::{Barrier, RwLock};

fn main() {
    let pair = RwLock::new((0u32, 0u32));
    let meeting = Barrier::new(3);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let _inside = pair.read();
                meeting.wait();
            });
        }
    });
    println!("three readers were inside at once");

    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    let mut pair = pair.write();
                    pair.0 += 1;
                    pair.1 += 1;
                }
            });
            scope.spawn(|| {
                for _ in 0..1_000 {
                    let pair = pair.read();
                    assert_eq!(pair.0, pair.1, "no writer is half done");
                }
            });
        }
    });
    println!("two writers, alone each time: {:?}", pair.read());
    assert_eq!(*pair.read(), (2_000, 2_000));
}
