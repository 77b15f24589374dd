//! Two traits without methods tell the compiler what may go to other threads.
//!
//! `Send`: it may be given to another thread. `Sync`: a reference to it may. `thread::spawn` asks
//! for the first, so a program that takes an `Rc` (whose count is not atomic) or a reference to a
//! `RefCell` (whose flag is not) to another thread does not compile: error E0277, in the
//! documentation of `concurrency::sync::refused`. The traits follow from a type's parts; nobody
//! writes them but who writes a lock.

// Of each two constants with one name the compiler takes one.
#![allow(dead_code)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use concurrency::sync::{Mutex, MutexGuard, RwLock};

/// Whether a type is `Send` and `Sync`: a method of the type itself comes before one of a trait.
macro_rules! traits {
    ($type:ty) => {{
        struct Probe<T>(std::marker::PhantomData<T>);
        trait No {
            const SEND: bool = false;
            const SYNC: bool = false;
        }
        impl<T> No for Probe<T> {}
        impl<T: Send> Probe<T> {
            const SEND: bool = true;
        }
        impl<T: Sync> Probe<T> {
            const SYNC: bool = true;
        }
        (<Probe<$type>>::SEND, <Probe<$type>>::SYNC)
    }};
}

fn main() {
    let table = [
        ("u32", traits!(u32), (true, true)),
        ("Cell<u32>", traits!(Cell<u32>), (true, false)),
        ("RefCell<u32>", traits!(RefCell<u32>), (true, false)),
        ("Rc<u32>", traits!(Rc<u32>), (false, false)),
        ("Arc<u32>", traits!(Arc<u32>), (true, true)),
        ("Arc<Cell<u32>>", traits!(Arc<Cell<u32>>), (false, false)),
        ("Mutex<Cell<u32>>", traits!(Mutex<Cell<u32>>), (true, true)),
        (
            "RwLock<Cell<u32>>",
            traits!(RwLock<Cell<u32>>),
            (true, false),
        ),
        ("Mutex<Rc<u32>>", traits!(Mutex<Rc<u32>>), (false, false)),
        (
            "MutexGuard<u32>",
            traits!(MutexGuard<'static, u32>),
            (false, true),
        ),
    ];
    println!("{:18} Send   Sync", "");
    for (name, (send, sync), expected) in table {
        println!("{name:18} {send:<6} {sync}");
        assert_eq!((send, sync), expected, "{name}");
    }
}
