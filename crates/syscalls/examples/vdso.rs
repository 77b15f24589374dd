//! A thousand readings of the clock make no system call: the kernel's code for it is in our memory.
//!
//! Into every process the kernel maps a small shared library, the vDSO, and a page of its own data.
//! The library's `clock_gettime` reads the processor's counter, and from that page how to turn it
//! into a time; the C library calls it, and `Instant::now` calls the C library. The auxiliary
//! vector, a list that the kernel hands to each new program, has the address as `AT_SYSINFO_EHDR`.
//!
//! The check needs no tracer: with a seccomp filter the lesson has the kernel refuse it two calls,
//! `clock_gettime` and `getppid`. The second is refused indeed, and the clock can be read as if
//! nothing had happened. (Where the processor's counter cannot be trusted, as under some
//! hypervisors, the vDSO has to call the kernel after all.) On macOS the page for this is called
//! commpage.
//!
//! Linux only: it has the vDSO and seccomp.
//!
//! ```syscalls
//! seccomp(SECCOMP_SET_MODE_FILTER, *) = 0
//! getppid() = -1 EPERM (Operation not permitted)
//! getppid() = * x1001
//! !clock_gettime
//! ```
#![allow(unsafe_code)] // looks at the vDSO, and installs a filter

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::hint::black_box;
    use std::io::Error;
    use std::os::unix::process::parent_id;
    use std::time::Instant;

    use nix::libc;

    // SAFETY: looks up a number in a list that the C library keeps.
    let vdso = unsafe { libc::getauxval(libc::AT_SYSINFO_EHDR) } as *const [u8; 4];
    assert!(!vdso.is_null(), "the kernel was built without a vDSO");
    // SAFETY: the kernel mapped an ELF file there, for as long as the process lives.
    let magic = unsafe { vdso.read() };
    println!("at {vdso:?}: {}", magic.escape_ascii());
    assert_eq!(&magic, b"\x7fELF");

    let thousand = |work: fn()| {
        let start = Instant::now();
        (0..1000).for_each(|_| work());
        start.elapsed()
    };
    let clock = thousand(|| _ = black_box(Instant::now()));
    let call = thousand(|| _ = black_box(parent_id()));
    println!("1000 readings of the clock: {clock:?}; 1000 calls of getppid: {call:?}");

    refuse(libc::SYS_clock_gettime, libc::SYS_getppid)?;
    // SAFETY: takes nothing and changes nothing.
    let refused = unsafe { libc::syscall(libc::SYS_getppid) };
    let error = Error::last_os_error();
    println!("with the filter, getppid: {error}");
    assert_eq!((refused, error.raw_os_error()), (-1, Some(libc::EPERM)));
    // Instant::now panics when the clock cannot be read.
    let clock = thousand(|| _ = black_box(Instant::now()));
    println!("with the filter, 1000 readings: {clock:?}");
    assert!(!clock.is_zero());
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux alone has the vDSO and seccomp");
}

/// From now on both calls fail with `EPERM` in this thread.
#[cfg(target_os = "linux")]
fn refuse(one: i64, other: i64) -> std::io::Result<()> {
    use nix::libc::{self, BPF_ABS, BPF_JEQ, BPF_JMP, BPF_LD, BPF_RET};

    const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;
    const REFUSE: u32 = libc::SECCOMP_RET_ERRNO | libc::EPERM as u32;
    // A program for the kernel's own little machine: load the number of the call (its offset is 0),
    // compare, jump over so many instructions if equal, else over so many.
    let program = [
        (BPF_LD | BPF_ABS, 0, 0, 0),
        (BPF_JMP | BPF_JEQ, 2, 0, one as u32),
        (BPF_JMP | BPF_JEQ, 1, 0, other as u32),
        (BPF_RET, 0, 0, ALLOW),
        (BPF_RET, 0, 0, REFUSE),
    ];
    let mut filter = program.map(|(code, jt, jf, k)| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    });
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // Without root, only those may install a filter who give up ever gaining rights by execve.
    nix::sys::prctl::set_no_new_privs()?;
    let mode = libc::SECCOMP_SET_MODE_FILTER;
    // SAFETY: `program` and the filter it points to live until the kernel has copied them.
    match unsafe { libc::syscall(libc::SYS_seccomp, mode, 0, &raw const program) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}
