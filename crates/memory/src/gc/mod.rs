//! A heap with handles, and three collectors.
//!
//! # Concepts
//!
//! An object is *live* while a program can still reach it: from a root, by following references. A
//! collector finds the live ones (*mark*) and takes back the rest (*sweep*). Dijkstra's three colours say how far it
//! is (*On-the-fly garbage collection*, 1978):
//!
//! | colour | means | here |
//! |---|---|---|
//! | white | not reached yet; garbage, if it stays so | the mark bit is clear |
//! | grey | reached; its references were not followed yet | the bit is set, and it is in a queue |
//! | black | reached, and so are all that it refers to | the bit is set |
//!
//! When nothing is grey, white is garbage. If the program (the *mutator*) runs in between, it may store a
//! reference to a white object in a black one and delete all others: the collector will not look there
//! again, and would free a live object. So each store goes through a *write barrier*:
//!
//! - *Dijkstra's* makes the new target grey: **no black object ever refers to a white one**. This
//!   heap uses it. Its weak point are references in local variables, which have no barrier: stacks
//!   must be looked at again at the end. Here they are none: handles live in a [`Scope`], and no phase changes
//!   while one is open.
//! - *Yuasa's* makes the deleted target grey: what was reachable at the start is kept, garbage
//!   that came to be meanwhile waits for the next cycle. Stacks are looked at once, at the start.
//! - *Go's*, since 1.8, does both: Yuasa's for every store, Dijkstra's while the goroutine's own stack is not
//!   scanned. So no stack is scanned twice, which had been Go's longest pause.
//!
//! # A cycle
//!
//! 1. *Begin*, world stopped: the barrier is switched on. New objects are black from now on.
//! 2. *Mark*, the world runs (or stands still, or runs between steps: [`Collector`]): the roots become
//!    grey, and then what they lead to.
//! 3. *Finish*, world stopped: if the barriers left nothing grey, marking has ended; else back to 2.
//! 4. *Sweep*, the world runs: weak references to white objects are cleared, then the objects dropped.
//! 5. Every mutator is met once, so that none still allocates black; then the bits are cleared.
//!
//! Both stops do work for each thread, and none for each root or object. That is why they are short. To stop
//! a thread is to wait until it closes its scope, and to be woken up then; all threads are met one by one
//! before each stop, so that it seldom finds one that waits for a processor with its scope open. If it does,
//! it is called off and tried again.
//!
//! # Finalisers
//!
//! An object's `Drop` is its finaliser. It runs on whichever thread sweeps, in an order that is not
//! specified, some time after the object became unreachable. It cannot bring anything back to life: a reference
//! is followed only through a [`Gc`] of a [`Scope`], and nobody can have one to a dead object.
//!
//! # Soundness
//!
//! A [`Gc`] carries the lifetime of its scope, which is different for each call of [`Mutator::enter`], so it
//! cannot be kept, nor used with another heap. It was made from a root, from a live object's edge,
//! from a weak reference to what is not dead, or by an allocation in this scope. Its object is not dropped
//! while the scope is open: sweeping starts when all scopes have been closed, and takes only what could
//! not be reached then. What is needed besides is that each object names all its edges: [`Trace`] is an
//! `unsafe` trait for this reason.

mod collector;
mod cycle;
mod edge;
mod heap;
mod marker;
mod pacer;
mod pause;
mod picture;
mod prefetch;
mod roots;
mod safepoint;
mod scope;
mod space;

pub use collector::{Collector, Config};
pub use edge::{Edge, Gc, Trace, Visitor};
pub use heap::{Heap, Mutator};
pub use pacer::Pacer;
pub use pause::{Kind, Pause, Summary};
pub use picture::{colours_line, pauses_svg};
pub use scope::{Full, Root, Scope, Weak};
pub use space::Colour;
