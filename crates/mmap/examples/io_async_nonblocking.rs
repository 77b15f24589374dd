//! An asynchronous read completes while the thread that asked for it counts on.
//!
//! The thread hands over a buffer and goes on; when the bytes have come, somebody has put them there
//! already. With Linux's io_uring that is the kernel itself: this program has one thread, and calls no
//! `read`. Two rings of memory are shared with the kernel, one for requests and one for completions,
//! so that looking for an answer is not even a system call.
//!
//! Where io_uring is missing or forbidden (macOS; many containers) a thread does a blocking read,
//! which is also how glibc makes POSIX's `aio_read`. Go has neither: for it a goroutine is cheap
//! enough to wait.
#![allow(unsafe_code)] // The kernel is given a pointer to the buffer.

use std::io::{self, PipeReader, PipeWriter, Write, pipe};
use std::num::NonZero;

use mmap::quadrants::completion::Completions;

const ENOUGH: u64 = 100_000;

#[cfg(target_os = "linux")]
fn by_the_kernel(reader: &PipeReader, mut writer: &PipeWriter) -> io::Result<(Vec<u8>, u64)> {
    use std::os::fd::AsRawFd;

    use io_uring::{IoUring, opcode, types};

    let mut ring = IoUring::new(4)?;
    let mut buffer = vec![0; 5];
    let file = types::Fd(reader.as_raw_fd());
    let read = opcode::Read::new(file, buffer.as_mut_ptr(), 5).build();
    // SAFETY: the buffer is neither touched nor freed before the completion has been seen.
    unsafe { ring.submission().push(&read) }.expect("the ring is empty");
    ring.submit()?;
    let mut counted = 0;
    let completion = loop {
        if let Some(completion) = ring.completion().next() {
            break completion;
        }
        counted += 1;
        if counted == ENOUGH {
            writer.write_all(b"hello")?;
        }
    };
    match completion.result() {
        error if error < 0 => Err(io::Error::from_raw_os_error(-error)),
        n => Ok((buffer[..n as usize].to_vec(), counted)),
    }
}

#[cfg(not(target_os = "linux"))]
fn by_the_kernel(_: &PipeReader, _: &PipeWriter) -> io::Result<(Vec<u8>, u64)> {
    Err(io::ErrorKind::Unsupported.into())
}

fn by_a_thread(reader: PipeReader, mut writer: &PipeWriter) -> io::Result<(Vec<u8>, u64)> {
    let mut reads = Completions::new(NonZero::<usize>::MIN)?;
    reads.submit(1, reader, vec![0; 5]);
    let mut counted = 0;
    let completion = loop {
        if let Some(completion) = reads.try_next() {
            break completion;
        }
        counted += 1;
        if counted == ENOUGH {
            writer.write_all(b"hello")?;
        }
    };
    completion.result?;
    Ok((completion.buffer, counted))
}

fn main() -> io::Result<()> {
    let (reader, writer) = pipe()?;
    match by_the_kernel(&reader, &writer) {
        Ok((bytes, counted)) => report("the kernel", &bytes, counted),
        Err(error) => println!("no io_uring here: {error}"),
    }
    let (bytes, counted) = by_a_thread(reader, &writer)?;
    report("a thread", &bytes, counted);
    Ok(())
}

fn report(who: &str, bytes: &[u8], counted: u64) {
    let text = String::from_utf8_lossy(bytes);
    println!("{who} completed the read of {text:?}; meanwhile counted to {counted}");
    assert_eq!(text, "hello");
    assert!(counted >= ENOUGH);
}
