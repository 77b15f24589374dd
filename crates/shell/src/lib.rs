//! A POSIX shell that one can live in: from text to words, to a tree, to processes.
//!
//! A shell does three things with each line, one after the other, and most of what surprises people
//! about shells is the order of the three:
//!
//! 1. [`syntax`] turns text into a tree. Quotes, `$` and redirections are recognised here; nothing is
//!    looked up and nothing runs.
//! 2. [`expand`] turns the words of one command into arguments: variables, commands and arithmetic
//!    are replaced, the results are split into fields, fields become the names of files.
//! 3. [`exec`] starts the processes: descriptors are put in place, groups are made, the terminal is
//!    handed over, and statuses are collected.
//!
//! # What is left out
//!
//! Of POSIX.1-2024, nothing of the language that we know of. Limits, and choices where it leaves one:
//!
//! - `newgrp` is the program and not a built-in.
//! - Redirections have numbers up to 1023; a higher one is an error.
//! - Commands nest as deep as the stack allows, and then are an error.
//! - The statuses of the last 1024 jobs are remembered.
//! - An error that ends a script ends it with status 2, or 1 when a redirection failed.
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`syntax`] | the lexer, the parser and the tree; errors with line and column |
//! | [`arithmetic`] | `$((…))`: parsed once, evaluated often |
//! | [`state`] | what a shell remembers: variables, options, positional parameters, functions, aliases |
//! | [`expand`] | the seven expansions in their order |
//! | [`exec`] | redirections, pipelines, subshells, functions, statuses and errors |
//! | [`builtins`] | the commands that have to live in the shell, and those that are faster there |
//! | [`jobs`] | process groups, the terminal, stopping and going on |
//! | [`explain`] | each stage of one line, in words |
//! | [`interactive`] | the prompt, line editing, history and completion |

pub mod syntax;

pub mod arithmetic;

pub mod state;

pub mod expand;

pub mod exec;

pub mod builtins;

pub mod jobs;

pub mod explain;

pub mod interactive;
