//! Rust without std and without `main` makes the calls that it asks for, and no others.
//!
//! `#![no_std]` leaves the standard library out, `#![no_main]` the code around `main`. What remains is the
//! language: no heap, no files, no `println!`, and what to do in a panic is ours to say. Kernels and boot
//! loaders are written like this.
//!
//! The same with std makes dozens of calls: the dynamic linker loads libc, libc prepares
//! itself, and std looks at descriptors 0 to 2, ignores SIGPIPE and makes a signal stack. A Go program
//! makes more: its scheduler and collector start threads of their own.
//!
//! Linux only: system calls without libSystem, and a tracer that counts them.
//! Needs: rustc, cc

use std::error::Error;
use std::fs::{self, File};
use std::process::Command;
use std::{env, path::Path};

use syscalls::trace::{self, Options, Recording};

const BARE: &str = r#"
#![no_std]
#![no_main]
use core::arch::asm;

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    let text = b"no runtime\n";
    call(WRITE, 1, text.as_ptr() as usize, text.len());
    call(EXIT, 0, 0, 0);
    loop {}
}

#[cfg(target_arch = "x86_64")]
fn call(number: usize, a: usize, b: usize, c: usize) {
    unsafe {
        asm!("syscall", inlateout("rax") number => _, in("rdi") a, in("rsi") b, in("rdx") c,
             out("rcx") _, out("r11") _)
    }
}
#[cfg(target_arch = "x86_64")]
const WRITE: usize = 1;
#[cfg(target_arch = "x86_64")]
const EXIT: usize = 60;

#[cfg(target_arch = "aarch64")]
fn call(number: usize, a: usize, b: usize, c: usize) {
    unsafe { asm!("svc 0", in("x8") number, inlateout("x0") a => _, in("x1") b, in("x2") c) }
}
#[cfg(target_arch = "aarch64")]
const WRITE: usize = 64;
#[cfg(target_arch = "aarch64")]
const EXIT: usize = 93;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).as_deref() == Some("with-std") {
        println!("with a runtime");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (source, program) = (folder.path().join("bare.rs"), folder.path().join("bare"));
    fs::write(&source, BARE)?;
    let mut rustc = Command::new("rustc");
    rustc.args([
        "--edition=2024",
        "-Cpanic=abort",
        "-Copt-level=1",
        "-Crelocation-model=static",
    ]);
    rustc.arg("-Clink-args=-nostartfiles -nostdlib -static -Wl,--build-id=none");
    let built = rustc.arg("-o").args([&program, &source]).output()?;
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );

    let bare = calls(&program, &[])?;
    println!("without std: {}", bare.join(" "));
    assert_eq!(bare, ["execve", "write", "exit"]);
    let full = calls(&env::current_exe()?, &["with-std"])?;
    println!("with std: {} calls", full.len());
    assert!(full.len() > 24);
    assert!(full.contains(&"sigaltstack"));
    Ok(())
}

fn calls(program: &Path, arguments: &[&str]) -> Result<Vec<&'static str>, Box<dyn Error>> {
    let nobody = File::create("/dev/null")?;
    let command = trace::Command::new(program).args(arguments).stdout(nobody);
    let recording = Recording::of(&command, Options::default())?;
    Ok(recording.calls().map(|call| call.name).collect())
}
