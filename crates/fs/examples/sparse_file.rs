//! A hole takes no blocks: ten mebibytes with one page of data take one page.
//!
//! Who seeks past the end and writes, or makes a file longer, leaves a hole: a range without
//! blocks, which reads as zeros. `st_size` counts it and `st_blocks` does not, which is why `ls -l`
//! and `du` differ. `lseek` with `SEEK_DATA` tells where the data is; a copy that asks copies one
//! page, and one that does not fills the disk with zeros. Go's `io.Copy` asks not, except where the
//! kernel clones.
//!
//! Linux only: APFS makes holes when it likes, of pieces larger than a page.
//!
//! ```syscalls
//! ftruncate($file, 10485760) = 0
//! pwrite64($file, *, 4096, 5242880) = 4096
//! lseek(*, 0, SEEK_DATA) = 5242880
//! lseek(*, 5242880, SEEK_HOLE) = *
//! ftruncate(*, 10485760) = 0
//! ```

use std::error::Error;
use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};

use fs::copy::extents::Extents;
use fs::copy::{Way, copy};

const LENGTH: u64 = 10 << 20;
const PAGE: usize = 4096;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (path, to) = (folder.path().join("sparse"), folder.path().join("copy"));
    let file = File::options()
        .create_new(true)
        .read(true)
        .write(true)
        .open(&path)?;
    file.set_len(LENGTH)?;
    assert_eq!(file.metadata()?.blocks(), 0);

    file.write_all_at(&[7; PAGE], LENGTH / 2)?;
    file.sync_all()?;
    let room = show("sparse", &file)?;
    assert!(
        room < 64 * 1024,
        "a page, and what the filesystem adds to it"
    );

    for extent in Extents::of(&file)? {
        println!("data at {:?}", extent?);
    }
    let mut byte = [1];
    file.read_exact_at(&mut byte, 0)?;
    assert_eq!(byte, [0], "a hole reads as zeros");

    let copied = copy(&path, &to)?;
    println!("copied {} bytes of data", copied.data);
    assert!(copied.way == Way::Clone || copied.data < 64 * 1024);
    let copy = File::open(&to)?;
    copy.sync_all()?;
    assert!(show("copy", &copy)? < 64 * 1024);
    Ok(())
}

/// How much room the file takes on the disk.
fn show(name: &str, file: &File) -> Result<u64, Box<dyn Error>> {
    let status = file.metadata()?;
    // st_blocks counts 512 bytes each, whatever the filesystem's blocks are.
    let room = status.blocks() * 512;
    println!(
        "{name}: {} bytes long, {room} bytes of blocks",
        status.len()
    );
    Ok(room)
}
