//! A program that begins at `_start` needs two system calls: one to write, one to end.
//!
//! Without the C library there is no `main`. The kernel jumps to the address that the file's header
//! names, and the linker takes that of the label `_start`. Nobody has called it, so it cannot return:
//! where a `ret` would find an address lies argc. It has to ask the kernel to end it.
//!
//! A call is four numbers in registers and one instruction, `syscall` or `svc`. Each processor has its
//! own registers and its own numbers for the same calls. `write` wants the *address* of the text; who
//! loads the text itself gets `EFAULT`.
//!
//! Linux only: elsewhere system calls have no fixed numbers, and every program goes through libSystem.
//! Needs: cc

use std::error::Error;
use std::fs;
use std::process::Command;

use syscalls::trace::{self, Options, Recording};

#[cfg(target_arch = "x86_64")]
const SOURCE: &str = r#"
        .globl _start
_start: mov   $1, %eax              # write
        mov   $1, %edi              # to standard output
        lea   text(%rip), %rsi      # from here
        mov   $14, %edx             # so many bytes
        syscall
        mov   $60, %eax             # exit
        xor   %edi, %edi            # with status 0
        syscall
        .section .rodata
text:   .ascii "Hello, world!\n"
"#;

#[cfg(target_arch = "aarch64")]
const SOURCE: &str = r#"
        .globl _start
_start: mov   x8, #64               // write
        mov   x0, #1                // to standard output
        adr   x1, text              // from here
        mov   x2, #14               // so many bytes
        svc   #0
        mov   x8, #93               // exit
        mov   x0, #0                // with status 0
        svc   #0
text:   .ascii "Hello, world!\n"
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (source, program) = (folder.path().join("hello.s"), folder.path().join("hello"));
    fs::write(&source, SOURCE)?;
    let mut cc = Command::new("cc");
    cc.args(["-nostdlib", "-static", "-o"])
        .args([&program, &source]);
    assert!(cc.status()?.success());

    let output = Command::new(&program).output()?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(output.stdout, b"Hello, world!\n");
    assert!(output.status.success());

    let quiet = trace::Command::new(&program).stdout(fs::File::create("/dev/null")?);
    let recording = Recording::of(&quiet, Options::default())?;
    recording.calls().for_each(|call| println!("{call:.70}"));
    let names: Vec<_> = recording.calls().map(|call| call.name).collect();
    assert_eq!(names, ["execve", "write", "exit"]);
    println!("the file has {} bytes", fs::metadata(&program)?.len());
    Ok(())
}
