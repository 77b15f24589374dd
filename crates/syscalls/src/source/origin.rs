//! Who made a call that no line of the program led to.

use std::path::Path;

use crate::event::Frame;

/// Who made a call that no line of the program's main file led to: program and function, as `sh`, or
/// `program: std::rt::lang_start`.
#[must_use]
pub fn origin(stack: &[Frame]) -> String {
    let is_program = |frame: &&Frame| frame.module.as_deref().is_some_and(|m| !is_library(m));
    let own = stack.iter().rfind(is_program);
    let Some(module) = own.or(stack.first()).and_then(|f| f.module.as_deref()) else {
        return "unknown".to_owned();
    };
    let inside = stack.iter().filter(|f| f.module.as_deref() == Some(module));
    let functions: Vec<_> = inside.flat_map(|frame| frame.function.as_deref()).collect();
    let program = module.file_name().unwrap_or(module.as_os_str()).display();
    match telling(&functions) {
        Some(function) => format!("{program}: {function}"),
        None => program.to_string(),
    }
}

/// The function that says best what a call was for, of those on the stack, innermost first. In Rust
/// that is the innermost one outside the standard library; where there is none, a thread or the
/// program starts or ends, and the outermost tells which.
fn telling<'a>(functions: &[&'a str]) -> Option<&'a str> {
    let paths = || functions.iter().filter(|function| function.contains("::"));
    let mut own = paths().filter(|function| !is_standard(function));
    own.next()
        .or(paths().next_back())
        .or(functions.first())
        .copied()
}

/// `std::fs::read`, `<alloc::vec::Vec<u8>>::push`, `<u8 as core::fmt::Display>::fmt`.
fn is_standard(function: &str) -> bool {
    let path = function.trim_start_matches(['<', '&']);
    let path = match path.split_once(" as ") {
        Some((primitive, of_trait)) if !primitive.contains("::") => of_trait,
        _ => path,
    };
    let crates = ["std::", "core::", "alloc::"];
    crates.iter().any(|name| path.starts_with(name))
}

/// `libc.so.6`, `ld-linux-x86-64.so.2`, `[vdso]`.
fn is_library(module: &Path) -> bool {
    let name = module.to_string_lossy();
    name.contains(".so") || name.starts_with('[')
}
