//! How tasks work together, each as a small type on [`runtime`](crate::runtime) and `channels`.
//!
//! | module | shows |
//! |---|---|
//! | [`future`] | a value that is promised: one gives it, many get it |
//! | [`stream`] | values that come by themselves: next, error, done |
//! | [`actor`] | a state that one task owns, and a mailbox |
//! | [`pipeline`] | a stage behind the other, joined by channels |
//! | [`group`] | tasks of which the first that fails ends the others |
//! | [`rate`] | no more than so many in a second |
//! | [`parallel`] | a loop whose turns run at the same time |
//! | [`pool`] | a fixed number of workers for any number of jobs |
//!
//! None has a queue without a bound: who produces faster than others consume is made to wait.

pub mod future;

pub mod stream;

pub mod actor;

pub mod pipeline;

pub mod group;

pub mod rate;

pub mod parallel;

pub mod pool;
