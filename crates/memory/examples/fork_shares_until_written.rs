//! After a fork both processes have the same pages; the first store to one copies that one.
//!
//! To copy a process the kernel copies its page table, and marks every page in both as read-only. A
//! store is then a fault, in which the kernel copies one page for the one who writes. The other
//! keeps the old page, and has it for himself alone. That is why a fork of a big process is quick,
//! and why a database may fork itself to write a snapshot to disk.
//!
//! Linux only: it shows page tables.

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use memory::maps::Pagemap;
    use memory::page::{Pages, Sharing};
    use memory::residency::{State, Twin};

    let pages = Pages::anonymous(8, Sharing::Private)?.never_huge();
    (0..8).for_each(|page| pages.write(page, 1));

    // A child that reads and writes pages when it is told to.
    let mut twin = Twin::of(&pages)?;
    let (ours, childs) = (Pagemap::open(None)?, Pagemap::open(Some(twin.pid()))?);
    let states = |table: &Pagemap| -> std::io::Result<String> {
        let entries = table.entries(pages.range())?;
        let states = entries.into_iter().map(State::of);
        Ok(states.map(State::symbol).collect())
    };
    let check = |what: &str, expected: &str| -> std::io::Result<()> {
        let (ours, childs) = (states(&ours)?, states(&childs)?);
        println!("{what:<28} ours {ours}   child's {childs}");
        assert_eq!((ours.as_str(), childs.as_str()), (expected, expected));
        Ok(())
    };
    println!("s: both have the page. O: its own.");
    check("after the fork", "ssssssss")?;
    assert_eq!(twin.read(3)?, 1);
    check("the child has read page 3", "ssssssss")?;
    twin.write(3, 2)?;
    check("the child has written page 3", "sssOssss")?;
    pages.write(5, 3);
    check("we have written page 5", "sssOsOss")?;
    assert_eq!((pages.read(3), twin.read(3)?), (1, 2));
    assert_eq!((pages.read(5), twin.read(5)?), (3, 1));
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux alone shows page tables");
}
