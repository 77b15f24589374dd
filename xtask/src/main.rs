//! The runner of the course: one file per task, each with a `run` that reads like its help text.
//!
//! Everything here starts from two questions that [`workspace`] and [`lesson`] answer from the
//! files themselves: which chapters and lessons are there, in which order, and what does each claim?

mod bench;
mod book;
mod cargo;
mod doctor;
mod group;
mod learn;
mod lesson;
mod list;
mod process;
mod programs;
#[cfg_attr(
    not(feature = "book"),
    allow(
        dead_code,
        unused_imports,
        reason = "only the book reads what runs wrote down"
    )
)]
mod record;
mod run;
mod scratch;
mod screen;
mod serve;
mod signals;
mod test_all;
mod tour;
mod trace;
mod traced;
mod trial;
mod witness;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use workspace::Workspace;

/// Runs the lessons of the course, tests everything, and says what is there.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask tour                             watch every chapter prove its claims
  cargo xtask tour io-writer -v                one chapter, with what its lessons print
  cargo xtask run io-writer fd-lowest-free     one lesson
  cargo xtask trace io-writer fd-lowest-free   its source, with the system calls of each line
  cargo xtask learn                            the exercises, one after the other
  cargo xtask book --open                      the book, in the browser
  cargo xtask serve --open                     the book, where each lesson runs
  cargo xtask test-all                         what CI runs";

#[derive(Subcommand)]
enum Task {
    /// Run every lesson in book order and show each claim and whether it held
    Tour(tour::Options),
    /// Formatting, clippy, documentation, all tests and every lesson
    TestAll(test_all::Options),
    /// Chapters, lessons with their claims, tools
    List(list::Options),
    /// Run one lesson
    Run(run::Options),
    /// The lesson's source, with the system calls that each line made under it
    Trace(trace::Options),
    /// The book, made from what the lessons' runs printed and called
    Book(book::Options),
    /// The kernel's check of the system calls that the lessons claim
    Witness(witness::Options),
    /// Measure each part of a chapter beside its peers, in one run
    Bench(bench::Options),
    /// Exercises: prepares the next one, checks what you write, and keeps your place
    Learn(learn::Options),
    /// The living book on loopback: each lesson runs at the press of a button
    Serve(serve::Options),
    /// What this machine lacks for any of it, and the command that mends it
    Doctor(doctor::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::open()?;
    if let Task::Tour(_) | Task::TestAll(_) | Task::Book(_) | Task::Learn(_) = task {
        process::interrupts_end_programs()?;
    }
    match task {
        Task::Tour(options) => tour::run(&workspace, &options),
        Task::TestAll(options) => test_all::run(&workspace, &options),
        Task::List(options) => list::run(&workspace, &options),
        Task::Run(options) => run::run(&workspace, &options),
        Task::Trace(options) => trace::run(&workspace, &options),
        Task::Book(options) => book::run(&workspace, &options),
        Task::Witness(options) => witness::run(&workspace, &options),
        Task::Bench(options) => bench::run(&workspace, &options),
        Task::Learn(options) => learn::run(&workspace, &options),
        Task::Serve(options) => serve::run(workspace, &options),
        Task::Doctor(options) => doctor::run(&options),
    }
}
