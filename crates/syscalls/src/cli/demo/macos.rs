//! What there is without a tracer: numbers and errors.

use std::io::Write;

use syscalls::errno::Errno;
use syscalls::table::Architecture;

pub(super) fn show(out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "A program can compute by itself; for everything else it calls the kernel, by a number:\n"
    )?;
    for name in ["read", "write", "openat", "mmap", "kqueue", "epoll_wait"] {
        write!(out, "  {name:<12}")?;
        for architecture in Architecture::ALL {
            match architecture.number(name) {
                Some(number) => write!(out, " {architecture:>7} {number:<4}")?,
                None => write!(out, " {architecture:>7} -   ")?,
            }
        }
        writeln!(out)?;
    }
    writeln!(out, "\nand what fails is answered with one:\n")?;
    for name in ["ENOENT", "EAGAIN", "EPIPE"] {
        if let Some(error) = Errno::from_name(name) {
            writeln!(out, "  {name:<8} {:>3}  {}", error.number(), error.text())?;
        }
    }
    writeln!(
        out,
        "\nThe tracer, which shows the calls of any program, needs Linux.\n"
    )?;
    Ok(())
}
