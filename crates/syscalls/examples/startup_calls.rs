//! Before `main`, Rust's std polls 0 to 2, ignores `SIGPIPE` and makes a signal stack, and no thread.
//!
//! The kernel starts a program at its entry point, `_start`; `main` comes later. First the dynamic
//! loader opens and maps the libraries, then the C library prepares itself, then std does three
//! things. It looks whether descriptors 0, 1 and 2 are open, since the next file opened would take
//! the number of a missing one. It ignores `SIGPIPE`, so that a write to a closed pipe is an error
//! and not the end. And it gives signal handlers a stack of their own, for the handler that tells a
//! stack overflow from any other bad address has to run when the stack is full.
//!
//! None of it is needed for a program as such. The second one here has no std, no C library, and
//! begins at `_start`: the kernel sees its start, its one line, and its end.
//!
//! Linux only: tracing needs ptrace.
//! Needs: rustc, cc

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use syscalls::event::Call;
use syscalls::trace::{Command, Options, Recording};

/// A program with nothing around it. The registers of a call are the architecture's choice.
const BARE: &str = r#"
#![no_std]
#![no_main]

use core::arch::{asm, global_asm};

#[cfg(target_arch = "x86_64")]
const NUMBERS: [usize; 2] = [1, 60];
#[cfg(target_arch = "aarch64")]
const NUMBERS: [usize; 2] = [64, 93];

// The kernel jumps here, with the stack pointer where it should be and nothing to return to.
#[cfg(target_arch = "x86_64")]
global_asm!(".globl _start", "_start:", "call start");
#[cfg(target_arch = "aarch64")]
global_asm!(".globl _start", "_start:", "bl start");

#[unsafe(no_mangle)]
extern "C" fn start() -> ! {
    let [write, exit] = NUMBERS;
    let line = b"no std, no libc\n";
    call(write, 1, line.as_ptr().expose_provenance(), line.len());
    call(exit, 0, 0, 0);
    loop {}
}

#[cfg(target_arch = "x86_64")]
fn call(number: usize, first: usize, second: usize, third: usize) {
    // SAFETY: write reads the line, which is constant; exit takes no address.
    unsafe {
        asm!("syscall", inlateout("rax") number => _, in("rdi") first, in("rsi") second,
            in("rdx") third, lateout("rcx") _, lateout("r11") _);
    }
}

#[cfg(target_arch = "aarch64")]
fn call(number: usize, first: usize, second: usize, third: usize) {
    // SAFETY: write reads the line, which is constant; exit takes no address.
    unsafe {
        asm!("svc 0", in("x8") number, inlateout("x0") first => _, in("x1") second,
            in("x2") third);
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
"#;

fn main() -> Result<()> {
    if env::args().nth(1).as_deref() == Some("main") {
        // Nothing else makes this call, so it marks the place.
        _ = std::os::unix::process::parent_id();
        return Ok(());
    }
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux lets one program watch the calls of another");
        return Ok(());
    }
    let rust = calls(&Command::new(env::current_exe()?).arg("main"))?;
    let main = rust.iter().position(|call| call.name == "getppid");
    let before = &rust[..main.context("main was not reached")?];
    println!("{} calls before main, among them:", before.len());
    // arm64 has no poll, only ppoll.
    has(
        before,
        &["poll", "ppoll"],
        "[{fd=0, events=0}, {fd=1, events=0}, {fd=2, events=0}]",
    )?;
    has(before, &["rt_sigaction"], "SIGPIPE, {sa_handler=SIG_IGN")?;
    has(before, &["sigaltstack"], "{ss_sp=0x")?;
    let threads = ["clone", "clone3", "fork", "vfork"];
    assert!(!before.iter().any(|call| threads.contains(&call.name)));

    let folder = tempfile::tempdir()?;
    let program = build(folder.path())?;
    let nobody = fs::File::create("/dev/null")?;
    let bare = calls(&Command::new(program).stdout(nobody))?;
    println!("{} calls of a program without std:", bare.len());
    bare.iter().for_each(|call| println!("  {call:.90}"));
    let names: Vec<&str> = bare.iter().map(|call| call.name).collect();
    assert_eq!(names, ["execve", "write", "exit"]);
    Ok(())
}

fn calls(command: &Command) -> Result<Vec<Call>> {
    let recording = Recording::of(command, Options::default())?;
    Ok(recording.calls().cloned().collect())
}

fn has(calls: &[Call], names: &[&str], arguments: &str) -> Result<()> {
    let fits = |call: &&Call| names.contains(&call.name) && call.arguments.contains(arguments);
    let call = calls.iter().find(fits);
    println!(
        "  {:.100}",
        call.with_context(|| format!("no {names:?}"))?.to_string()
    );
    Ok(())
}

fn build(folder: &Path) -> Result<std::path::PathBuf> {
    let (source, program) = (folder.join("bare.rs"), folder.join("bare"));
    fs::write(&source, BARE)?;
    let built = std::process::Command::new("rustc")
        .args([
            "--edition=2024",
            "-Cpanic=abort",
            "-Crelocation-model=static",
        ])
        .args(["-Clink-args=-nostartfiles -nostdlib -static"])
        .args([&source, Path::new("-o"), &program])
        .output()?;
    ensure!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    Ok(program)
}
