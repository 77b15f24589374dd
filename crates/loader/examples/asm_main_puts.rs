//! With the C library, assembly begins at `main` and ends with `ret`; somebody else makes the calls.
//!
//! The linker adds a `_start` that is not ours, from `crt1.o`: it calls the C library, which prepares
//! itself, calls `main`, and hands what `main` returns to `exit`. So `main` is a function like any
//! other, with argc and argv in the registers for arguments, and may call `puts`.
//!
//! The price is paid before `main`: the dynamic linker maps the C library, and that sets up locale,
//! threads and its heap.
//!
//! Needs: cc

use std::error::Error;
use std::fs;
use std::process::Command;

use syscalls::trace::{self, Options, Recording};

#[cfg(target_arch = "x86_64")]
const SOURCE: &str = r#"
        .globl main
main:   sub   $8, %rsp              # calls want the stack aligned to 16
        lea   text(%rip), %rdi
        call  puts@PLT
        xor   %eax, %eax            # return 0
        add   $8, %rsp
        ret
        .section .rodata
text:   .asciz "Hello, world!"
        .section .note.GNU-stack,"",%progbits
"#;

#[cfg(all(target_arch = "aarch64", target_os = "linux"))]
const SOURCE: &str = r#"
        .globl main
main:   stp   x29, x30, [sp, #-16]!
        adr   x0, text
        bl    puts
        mov   w0, #0
        ldp   x29, x30, [sp], #16
        ret
text:   .asciz "Hello, world!"
        .section .note.GNU-stack,"",%progbits
"#;

#[cfg(all(target_arch = "aarch64", target_os = "macos"))]
const SOURCE: &str = r#"
        .globl _main
        .p2align 2
_main:  stp   x29, x30, [sp, #-16]!
        adr   x0, text
        bl    _puts
        mov   w0, #0
        ldp   x29, x30, [sp], #16
        ret
text:   .asciz "Hello, world!"
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (source, program) = (folder.path().join("hello.s"), folder.path().join("hello"));
    fs::write(&source, SOURCE)?;
    let built = Command::new("cc")
        .arg("-o")
        .args([&program, &source])
        .status()?;
    assert!(built.success());

    let output = Command::new(&program).output()?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(output.stdout, b"Hello, world!\n");
    assert!(output.status.success());
    if cfg!(target_os = "linux") {
        let quiet = trace::Command::new(&program).stdout(fs::File::create("/dev/null")?);
        let recording = Recording::of(&quiet, Options::default())?;
        let names: Vec<_> = recording.calls().map(|call| call.name).collect();
        let write = names.iter().position(|name| *name == "write");
        let before = &names[..write.ok_or("nothing was written")?];
        println!(
            "{} calls before the write: {}",
            before.len(),
            before.join(" ")
        );
        assert!(before.len() > 10);
        assert!(before.contains(&"openat"), "nobody opened the C library");
        assert_eq!(names.last(), Some(&"exit_group"));
    }
    Ok(())
}
