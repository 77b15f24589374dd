//! `cargo xtask serve`: whom it answers, what a run tells, and that nothing outlives its reason.

#[path = "../common/mod.rs"]
mod common;

mod ends;
mod guard;
mod runs;
