//! What was read once is in memory, until the kernel is told that nobody needs it.
//!
//! Reads and writes of files go through the page cache: all memory that nobody else wants.
//! `mincore(2)` tells which pages of a mapped file are there, `posix_fadvise(POSIX_FADV_DONTNEED)`
//! has clean ones dropped, and the next read has to go to the disk. That is why a benchmark of
//! reading files says whether the cache was warm. Go has neither call in its standard library.
//!
//! Linux only: macOS has no `posix_fadvise`.
//!
//! ```syscalls
//! fsync($file) = 0
//! fadvise64($file, 0, 0, POSIX_FADV_DONTNEED) = 0
//! mincore(*) = 0
//! read($file, *) = 1048576
//! mincore(*) = 0
//! ```

// Mapping a file and asking for its pages is unsafe; nothing here reads the mapping.
#![allow(unsafe_code)]

#[cfg(target_os = "linux")]
mod linux {
    use std::error::Error;
    use std::fs::File;
    use std::io::{Read, Seek, Write};
    use std::num::NonZero;
    use std::ptr::NonNull;
    use std::time::{Duration, Instant};
    use std::{env, io, thread};

    use nix::errno::Errno;
    use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
    use nix::libc::{c_void, mincore};
    use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
    use nix::sys::statfs::{TMPFS_MAGIC, fstatfs};
    use nix::unistd::{SysconfVar, sysconf};

    const LENGTH: NonZero<usize> = NonZero::new(1 << 20).unwrap();

    pub(crate) fn main() -> Result<(), Box<dyn Error>> {
        // Beside this program there is a disk, while the folder for temporary files may be in memory.
        let program = env::current_exe()?;
        let mut file = tempfile::tempfile_in(program.parent().unwrap())?;
        file.write_all(&vec![7; LENGTH.get()])?;
        if fstatfs(&file)?.filesystem_type() == TMPFS_MAGIC {
            println!("this filesystem *is* memory: nothing can be dropped");
            return Ok(());
        }
        // What is not on the disk yet cannot be dropped.
        file.sync_all()?;
        drop_pages(&file)?;
        println!("{:>3} pages in memory", resident(&file)?);

        for which in ["first", "second"] {
            file.rewind()?;
            let start = Instant::now();
            file.read_exact(&mut vec![0; LENGTH.get()])?;
            println!("{which} read: {:.3?}", start.elapsed());
        }
        let pages = resident(&file)?;
        println!("{pages:>3} pages in memory");
        assert_eq!(pages, LENGTH.get().div_ceil(page()?));
        Ok(())
    }

    /// Advice is no order: a page that somebody is busy with stays.
    fn drop_pages(file: &File) -> Result<(), Box<dyn Error>> {
        for _ in 0..100 {
            posix_fadvise(file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?;
            if resident(file)? == 0 {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Err("the pages stay".into())
    }

    fn resident(file: &File) -> Result<usize, Box<dyn Error>> {
        let mut pages = vec![0_u8; LENGTH.get().div_ceil(page()?)];
        // SAFETY: a new mapping, at an address of the kernel's choice.
        let start = unsafe {
            mmap(
                None,
                LENGTH,
                ProtFlags::PROT_READ,
                MapFlags::MAP_SHARED,
                file,
                0,
            )
        }?;
        let told = ask(start, &mut pages);
        // SAFETY: it is mapped, and nothing points into it.
        unsafe { munmap(start, LENGTH.get()) }?;
        told?;
        // The other bits are reserved.
        Ok(pages.iter().filter(|page| *page & 1 == 1).count())
    }

    fn ask(start: NonNull<c_void>, pages: &mut [u8]) -> io::Result<()> {
        // SAFETY: LENGTH bytes are mapped at `start`, and `pages` has a byte for each page of them.
        let outcome = unsafe { mincore(start.as_ptr(), LENGTH.get(), pages.as_mut_ptr()) };
        Ok(Errno::result(outcome).map(drop)?)
    }

    fn page() -> Result<usize, Box<dyn Error>> {
        let page = sysconf(SysconfVar::PAGE_SIZE)?.ok_or("pages have no size")?;
        Ok(usize::try_from(page)?)
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
