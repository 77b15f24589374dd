//! Between `File::create` and the kernel lie std's portable layer, its Unix layer and the C library.
//!
//! Each layer translates. `File::create` is a preset of `OpenOptions`; the portable layer takes a
//! `Path` to the system's own `File`; the Unix layer makes of it a C string and of the options one
//! number of flags, and calls again when a signal interrupted; the C library's `open` puts all into
//! registers and executes the instruction. On the way back the number that the kernel answered
//! becomes a descriptor with an owner, or an error. Windows has the same upper half over `CreateFileW`,
//! which takes UTF-16.
//!
//! The program runs itself under this chapter's tracer, which walks the stack of the task while it
//! waits for the kernel. A frame marked `+` has no code of its own: the compiler put it into the next.
//!
//! Linux only: ptrace stops the call and shows the stack.

use std::env;
use std::error::Error;
use std::fs::File;

use syscalls::event::Frame;
use syscalls::trace::{Command, Options, Recording};

fn main() -> Result<(), Box<dyn Error>> {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux has this chapter's tracer");
        return Ok(());
    }
    if let Some(path) = env::args_os().nth(1) {
        File::create(path)?;
        return Ok(());
    }

    let folder = tempfile::tempdir()?;
    let create = Command::new(env::current_exe()?).arg(folder.path().join("new"));
    let options = Options {
        stack: true,
        from_main: true,
        ..Options::default()
    };
    let recording = Recording::of(&create, options)?;
    let call = recording
        .calls()
        .find(|call| call.name == "openat")
        .ok_or("nothing was opened")?;
    println!("{call}");

    // Others may be in between.
    let layers = [
        "open",
        "std::sys::",
        "std::fs::OpenOptions::_open",
        "create",
        "layers_down::main",
    ];
    let mut frames = call.stack.iter();
    for layer in layers {
        let found = frames.by_ref().inspect(|frame| show(frame));
        let mut names = found.map(name);
        let is_next = names.any(|name| name.contains(layer));
        assert!(is_next, "{layer} is not where it was expected");
    }
    Ok(())
}

/// The function's path, however the compiler wrote it: `<std::fs::File>::create` is the same.
fn name(frame: &Frame) -> String {
    let function = frame.function.as_deref().unwrap_or("?");
    function.replace(['<', '>'], "")
}

fn show(frame: &Frame) {
    let mark = if frame.inlined { '+' } else { ' ' };
    let function = frame.function.as_deref().unwrap_or("?");
    match (&frame.file, frame.line) {
        (Some(file), Some(line)) => {
            let file = file.file_name().unwrap_or_default().display();
            println!(" {mark} {function} ({file}:{line})");
        }
        _ => println!(" {mark} {function}"),
    }
}
