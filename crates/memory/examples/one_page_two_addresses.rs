//! Two addresses can be one page: what is stored at the one is loaded at the other.
//!
//! Two entries of a page table may name the same frame. Shared memory between processes is just
//! that, and so is every shared library. Here a file in memory (`memfd_create`: no name, no disk)
//! is mapped twice by one process. Ring buffers use the trick: map the buffer a second time right
//! behind itself, and no record is ever cut in two at its end.
//!
//! Linux only: it has memfd_create and shows page tables.
//!
//! ```syscalls
//! memfd_create("page", *) = $fd
//! mmap(NULL, *, PROT_READ|PROT_WRITE, MAP_SHARED, $fd, 0) = $one
//! mmap(NULL, *, PROT_READ|PROT_WRITE, MAP_SHARED, $fd, 0) = $other
//! ```

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::fs::File;

    use memory::maps::Pagemap;
    use memory::page::{Pages, Sharing, page_size};
    use nix::sys::memfd::{MFdFlags, memfd_create};

    let file = File::from(memfd_create(c"page", MFdFlags::MFD_CLOEXEC)?);
    file.set_len(page_size() as u64)?;
    let one = Pages::of_file(&file, 1, Sharing::Shared)?;
    let other = Pages::of_file(&file, 1, Sharing::Shared)?;
    assert_ne!(one.range(), other.range());

    one.write(0, 42);
    println!("stored at {:#x}: 42", one.range().start);
    println!("loaded at {:#x}: {}", other.range().start, other.read(0));
    assert_eq!(other.read(0), 42);
    other.write(0, 43);
    assert_eq!(one.read(0), 43);

    let table = Pagemap::open(None)?;
    let one = table.entry(one.range().start)?.frame();
    let other = table.entry(other.range().start)?.frame();
    match one {
        Some(frame) => println!("both are frame {frame:#x}"),
        None => println!("which frame it is only root is told"),
    }
    assert_eq!(one, other);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux alone has memfd_create and shows page tables");
}
