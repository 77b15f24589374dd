//! One level of a stack as text.

use std::fmt;
use std::path::Path;

use crate::event::Frame;

/// `src/main.rs:12 main [0x55d0c2a81b3f] (lowest_free)`, as far as it is known. A function whose code
/// the compiler put into its caller's has no address of its own, and is marked `(inlined)`.
///
/// Rust's own sources are named by the place where they were built, `/rustc/` and forty digits of a
/// commit. That part is left out: what remains (`library/std/src/io/stdio.rs`) is the path in Rust's
/// repository, and below `lib/rustlib/src/rust` of a toolchain with rust-src.
pub fn frame(frame: &Frame) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        if let Some(file) = &frame.file {
            write!(f, "{}", in_rusts_sources(file).unwrap_or(file).display())?;
            if let Some(line) = frame.line {
                write!(f, ":{line}")?;
            }
            f.write_str(" ")?;
        }
        f.write_str(frame.function.as_deref().unwrap_or("?"))?;
        if frame.inlined {
            return f.write_str(" (inlined)");
        }
        write!(f, " [{:#x}]", frame.address)?;
        let module = frame.module.as_deref().and_then(Path::file_name);
        match module {
            Some(module) => write!(f, " ({})", module.display()),
            None => Ok(()),
        }
    })
}

fn in_rusts_sources(file: &Path) -> Option<&Path> {
    let below = file.strip_prefix("/rustc").ok()?;
    let mut parts = below.components();
    parts.next()?;
    Some(parts.as_path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rusts_own_sources_are_named_as_in_its_repository() {
        let built = Path::new("/rustc/59807616e1fa/library/std/src/rt.rs");
        assert_eq!(
            in_rusts_sources(built),
            Some(Path::new("library/std/src/rt.rs"))
        );
        assert_eq!(in_rusts_sources(Path::new("/home/a/rustc/x/main.rs")), None);
    }
}
