//! What the compiler refuses: races that are not programs. (Nothing to call; each is tested.)
//!
//! An `Rc`'s count is not atomic, so it is not `Send`:
//!
//! ```compile_fail,E0277
//! let count = std::rc::Rc::new(1);
//! std::thread::spawn(move || println!("{count}"));
//! ```
//!
//! A `RefCell`'s flag is not either, so a reference to it is not:
//!
//! ```compile_fail,E0277
//! let cell = std::cell::RefCell::new(1);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| *cell.borrow_mut() += 1);
//! });
//! ```
//!
//! Two threads that append would each need the list for themselves:
//!
//! ```compile_fail,E0499
//! let mut list = Vec::new();
//! std::thread::scope(|scope| {
//!     scope.spawn(|| list.push(2));
//!     scope.spawn(|| list.push(4));
//! });
//! ```
//!
//! And so would two that write into a map:
//!
//! ```compile_fail,E0499
//! let mut counts = std::collections::HashMap::new();
//! std::thread::scope(|scope| {
//!     scope.spawn(|| counts.insert("one", 1));
//!     scope.spawn(|| counts.insert("two", 2));
//! });
//! ```
//!
//! A thread that may outlive the loop's turn cannot borrow its variable:
//!
//! ```compile_fail,E0373
//! for i in 0..3 {
//!     std::thread::spawn(|| println!("{i}"));
//! }
//! ```
//!
//! What a thread has borrowed, its caller cannot change meanwhile:
//!
//! ```compile_fail,E0506
//! let mut c = 20;
//! std::thread::scope(|scope| {
//!     let square = scope.spawn(|| c * c);
//!     c = 0;
//!     square.join().unwrap();
//! });
//! ```
