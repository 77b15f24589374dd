//! The page table has an entry for a page after the first touch, and none before.
//!
//! `/proc/self/pagemap` shows the table that the processor itself walks, a word a page: is it in
//! memory, is it a file's, does another process have it too, and which frame of physical memory it
//! is. The number of the frame is hidden from all but root, since knowing what lies next to what
//! has been used for attacks.
//!
//! Linux only: it shows page tables.

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use memory::maps::Pagemap;
    use memory::page::{Pages, Sharing, page_size};

    let pages = Pages::anonymous(4, Sharing::Private)?.never_huge();
    let table = Pagemap::open(None)?;
    let present = || -> std::io::Result<Vec<bool>> {
        let entries = table.entries(pages.range())?;
        Ok(entries.iter().map(|entry| entry.is_present()).collect())
    };
    println!("mapped:        {:?}", present()?);
    assert_eq!(present()?, [false; 4]);

    pages.write(2, 1);
    println!("page 2 written: {:?}", present()?);
    assert_eq!(present()?, [false, false, true, false]);

    let address = pages.range().start + 2 * page_size();
    let entry = table.entry(address)?;
    assert!(entry.is_exclusive() && !entry.is_file_or_shared());
    match entry.frame() {
        Some(frame) => println!("{address:#x} is frame {frame:#x} of physical memory"),
        None => println!("{address:#x} is a frame whose number only root is told"),
    }

    pages.discard(2..3)?;
    println!("given back:    {:?}", present()?);
    assert_eq!(present()?, [false; 4]);
    assert_eq!(pages.read(2), 0, "what comes back is zeros");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux alone shows page tables");
}
