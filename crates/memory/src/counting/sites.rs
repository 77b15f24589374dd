//! The table of call sites.
//!
//! Two tables under one lock: call sites by their return addresses, and blocks that are noted and
//! live. Everything here runs within the profiler, where requests are not noted.
//!
//! The thread that asks for memory may hold any lock of the program: std's own while it prints a
//! backtrace, the loader's while it walks the loaded files. So nothing is waited for here but the
//! tables, and nobody who has the tables waits for anything: addresses are taken before, and their
//! names are looked up after, by a crate whose lock is not std's.
//!
//! `unsafe` is allowed for the C library's `backtrace(3)`, which fills in at most as many addresses
//! as there is room for.
#![allow(unsafe_code)]

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::libc;

/// Sites that differ only deeper than this are one.
const DEPTH: usize = 32;

type Stack = [usize; DEPTH];

#[derive(Debug, Default)]
struct Tables {
    sites: HashMap<Stack, Record>,
    /// By address: the site, and how many bytes the sample stands for.
    blocks: HashMap<usize, (Stack, usize)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Record {
    samples: u64,
    bytes: u64,
    live: u64,
    live_bytes: u64,
}

static TABLES: Mutex<Option<Tables>> = Mutex::new(None);
static ANY: AtomicBool = AtomicBool::new(false);

/// Whether a block was ever noted.
pub(super) fn any() -> bool {
    ANY.load(Ordering::Relaxed)
}

pub(super) fn note(address: usize, bytes: usize) {
    ANY.store(true, Ordering::Relaxed);
    let stack = stack();
    let mut tables = tables();
    let tables = tables.get_or_insert_default();
    let site = tables.sites.entry(stack).or_default();
    site.samples += 1;
    site.bytes += bytes as u64;
    site.live += 1;
    site.live_bytes += bytes as u64;
    tables.blocks.insert(address, (stack, bytes));
}

pub(super) fn forget(address: usize) {
    let mut tables = tables();
    let Some(tables) = tables.as_mut() else {
        return;
    };
    if let Some((stack, bytes)) = tables.blocks.remove(&address)
        && let Some(site) = tables.sites.get_mut(&stack)
    {
        site.live -= 1;
        site.live_bytes -= bytes as u64;
    }
}

/// The tables are whole between any two statements that can panic, so a panic of another thread
/// does no harm.
fn tables() -> MutexGuard<'static, Option<Tables>> {
    TABLES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The return addresses from here outwards, zeros at the end.
fn stack() -> Stack {
    let mut frames = [ptr::null_mut::<c_void>(); DEPTH];
    // SAFETY: there is room for so many.
    unsafe { libc::backtrace(frames.as_mut_ptr(), DEPTH as c_int) };
    frames.map(|frame| frame.addr())
}

/// Who has asked for memory, those who hold most first.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// The call sites.
    pub sites: Vec<Site>,
}

/// One place in the program that asks for memory, reached in one way.
#[derive(Debug, Clone)]
pub struct Site {
    /// The calls from the one that asked to the one that began it all, without the allocator's own.
    pub calls: Vec<Call>,
    /// How often it was noted.
    pub samples: u64,
    /// How many bytes these samples stand for.
    pub bytes: u64,
    /// How many of the samples were not freed.
    pub live: u64,
    /// How many bytes those stand for.
    pub live_bytes: u64,
}

/// A function that was running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its name. What the compiler has put into its caller has the name without the path.
    pub function: String,
    /// File, line and column, if the program has debug information.
    pub place: Option<String>,
}

pub(super) fn profile() -> Profile {
    let records: Vec<(Stack, Record)> = match tables().as_ref() {
        Some(tables) => tables.sites.iter().map(|(&at, &site)| (at, site)).collect(),
        None => Vec::new(),
    };
    let mut sites: Vec<Site> = records.iter().map(Site::of).collect();
    sites.sort_by_key(|site| Reverse((site.live_bytes, site.bytes)));
    Profile { sites }
}

impl Profile {
    /// The sites that a function is part of, told by a part of its name.
    pub fn through<'a>(&'a self, function: &'a str) -> impl Iterator<Item = &'a Site> {
        let is_part = move |call: &Call| call.function.contains(function);
        self.sites
            .iter()
            .filter(move |site| site.calls.iter().any(is_part))
    }
}

impl Site {
    fn of((stack, record): &(Stack, Record)) -> Site {
        Site {
            calls: calls(stack),
            samples: record.samples,
            bytes: record.bytes,
            live: record.live,
            live_bytes: record.live_bytes,
        }
    }

    /// The innermost call that is not the standard library's.
    pub fn caller(&self) -> Option<&Call> {
        self.calls.iter().find(|call| !call.is_of_std())
    }
}

impl Call {
    /// The standard library was compiled elsewhere, and its places say so.
    fn is_of_std(&self) -> bool {
        const PATHS: [&str; 6] = [
            "alloc::", "core::", "std::", "<alloc::", "<core::", "<std::",
        ];
        let compiled_elsewhere =
            |place: &String| place.starts_with("/rustc/") || place.contains("/lib/rustlib/src/");
        self.place.as_ref().is_some_and(compiled_elsewhere)
            || PATHS.iter().any(|path| self.function.starts_with(path))
    }

    fn is_of_the_allocator(&self) -> bool {
        let parts = ["memory::counting::", "__rust_alloc", "__rust_realloc"];
        parts.iter().any(|part| self.function.contains(part))
    }
}

/// The names of what was running. One address has several where the compiler has put a function into
/// its caller.
fn calls(stack: &Stack) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for &address in stack.iter().take_while(|&&address| address != 0) {
        backtrace::resolve(ptr::without_provenance_mut(address), |symbol| {
            // Without its hash.
            let name = symbol.name().map(|name| format!("{name:#}"));
            calls.push(Call {
                function: name.unwrap_or_else(|| "(unknown)".to_owned()),
                place: place(symbol),
            });
        });
    }
    // The outermost call of the allocator's is where the program, or std, asked.
    if let Some(last) = calls.iter().rposition(Call::is_of_the_allocator) {
        calls.drain(..=last);
    }
    calls
}

fn place(symbol: &backtrace::Symbol) -> Option<String> {
    let file = symbol.filename()?.display();
    let line = symbol.lineno()?;
    Some(match symbol.colno() {
        Some(column) => format!("{file}:{line}:{column}"),
        None => format!("{file}:{line}"),
    })
}

/// A line a site.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:>10} {:>6} {:>10} {:>6}",
            "live B", "live", "all B", "all"
        )?;
        for site in &self.sites {
            let caller = site.caller().map_or("(unknown)", |call| &call.function);
            let (bytes, live, all, samples) =
                (site.live_bytes, site.live, site.bytes, site.samples);
            writeln!(f, "{bytes:>10} {live:>6} {all:>10} {samples:>6}  {caller}")?;
        }
        Ok(())
    }
}
