//! Under strict seccomp a program can compute and write the sum; the first other call kills it.
//!
//! In seccomp's strict mode a process has four calls left: read, write, exit and the return from a
//! signal handler. Any other, and the kernel kills it on the spot. The child of this lesson enters
//! the mode, adds numbers as before, which takes no call, and writes the sum, which is one of the
//! four. To open a file is not.
//!
//! Where seccomp is in use already, as in most containers, there is no strict mode. Then the child
//! installs a filter, a small program in the kernel that allows the same four calls, and is killed
//! by `SIGSYS` (31) instead of `SIGKILL` (9). Containers, browsers and system services are locked
//! in with such filters.
//!
//! ```syscalls
//! prctl(PR_SET_SECCOMP, *) = 0
//! write(1, "500000500000", 12) = 12
//! openat(AT_FDCWD, "/dev/null", *) = ?
//! ```
//!
//! Linux only: seccomp is Linux's.

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    if std::env::args().nth(1).as_deref() == Some("child") {
        return child::compute_and_speak();
    }
    let output = Command::new(std::env::current_exe()?)
        .arg("child")
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    println!(
        "the child computed {said}, then it opened a file: {}",
        output.status
    );
    assert_eq!(said, "500000500000", "{complaint}");
    let expected = if complaint.is_empty() { 9 } else { 31 };
    print!("{complaint}");
    assert_eq!(output.status.signal(), Some(expected));
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
#[allow(unsafe_code)] // prctl(2), which does many things
mod child {
    use std::fs::File;
    use std::io::{self, Write};

    use nix::errno::Errno;
    use nix::libc::{self, BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W};
    use nix::sys::prctl::set_no_new_privs;

    pub(super) fn compute_and_speak() -> io::Result<()> {
        // All memory is at hand before the door closes: asking for more is a system call too.
        let mut text = [0; 20];
        if strict().is_err() {
            eprintln!("(in a container: a filter in place of the strict mode)");
            filter()?;
        }
        let sum: u64 = (1..=1_000_000).sum();
        let mut rest = &mut text[..];
        write!(rest, "{sum}")?;
        let length = 20 - rest.len();
        nix::unistd::write(io::stdout(), &text[..length])?;

        File::open("/dev/null")?;
        nix::unistd::write(io::stdout(), b" and is still there")?;
        Ok(())
    }

    fn strict() -> nix::Result<()> {
        // SAFETY: takes one number; what it forbids this process does not need to stay sound.
        let returned = unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT) };
        Errno::result(returned).map(drop)
    }

    /// The same by a program, which the kernel runs before each call.
    fn filter() -> nix::Result<()> {
        let (load, equal) = (BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K);
        let answer = BPF_RET | BPF_K;
        // What to do, how many instructions to skip if so, and with which number. What the kernel
        // shows to the program begins with the number of the call.
        let mut program = [
            (load, 0, 0),
            (equal, 4, libc::SYS_read as u32),
            (equal, 3, libc::SYS_write as u32),
            (equal, 2, libc::SYS_exit as u32),
            (equal, 1, libc::SYS_rt_sigreturn as u32),
            (answer, 0, libc::SECCOMP_RET_KILL_PROCESS),
            (answer, 0, libc::SECCOMP_RET_ALLOW),
        ]
        .map(|(code, jt, k)| libc::sock_filter {
            code: code as u16,
            jt,
            jf: 0,
            k,
        });
        let program = libc::sock_fprog {
            len: program.len() as u16,
            filter: program.as_mut_ptr(),
        };
        // Only who can gain no rights by executing other programs may do this without being root.
        set_no_new_privs()?;
        let (option, mode) = (libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER);
        // SAFETY: `program` points to `len` instructions, which the kernel checks and copies.
        Errno::result(unsafe { libc::prctl(option, mode, &raw const program) }).map(drop)
    }
}
