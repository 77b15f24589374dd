//! `write_all(text.as_bytes())` puts a string into any `Write` and allocates nothing.
//!
//! A `&str` is a `&[u8]` known to be UTF-8, and neither can change what it refers to, so the view
//! as bytes is free. A Go []byte may be written to, so []byte(s) is in general a copy, which
//! io.WriteString avoids where the writer has a method for strings. (The `Vec` here has room.)
#![allow(unsafe_code)] // GlobalAlloc is an unsafe trait; `Counting` passes every call on unchanged

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: memory comes from System and goes back to it, with the layouts that the caller gave;
// counting touches no memory of the caller's. The other methods are built on these two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller upholds what `alloc` demands, which is the same for both.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: `memory` came from System.alloc with this layout: `alloc` has no other source.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// How often `work` asked for memory. No other thread runs here.
fn allocations(work: impl FnOnce() -> io::Result<()>) -> io::Result<usize> {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    work()?;
    Ok(ALLOCATIONS.load(Ordering::Relaxed) - before)
}

fn main() -> io::Result<()> {
    let text = String::from("a string, not bytes: ¥100\n");
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("text");
    let mut file = File::create(&path)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut socket = TcpStream::connect(listener.local_addr()?)?;
    let mut memory = Vec::with_capacity(text.len());

    let writers: [(&str, &mut dyn Write); 3] = [
        ("File", &mut file),
        ("TcpStream", &mut socket),
        ("Vec", &mut memory),
    ];
    for (name, writer) in writers {
        let count = allocations(|| writer.write_all(text.as_bytes()))?;
        println!("{name}: {count} allocations");
        assert_eq!(count, 0, "{name}");
    }
    let count = allocations(|| file.write_all(&Vec::from(text.as_bytes())))?;
    println!("File, by way of a copy: {count} allocation");
    assert_eq!(count, 1);

    drop(socket);
    let mut received = String::new();
    listener.accept()?.0.read_to_string(&mut received)?;
    assert_eq!(
        (received.as_str(), memory.as_slice()),
        (text.as_str(), text.as_bytes())
    );
    assert_eq!(fs::read_to_string(&path)?, text.repeat(2));
    Ok(())
}
