//! What is in memory of a buffer that was emptied, and what is in the buffer.
//!
//! ```syscalls
//! mmap(NULL, *, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = $buffer
//! madvise($buffer, *, MADV_DONTNEED) = 0
//! munmap($buffer, *) = 0
//! ```

use memory::page::{Pages, Sharing};
use memory::residency::resident;

use super::exercise::empty;

const COUNT: usize = 500;

pub fn main() {
    let pages = Pages::anonymous(COUNT, Sharing::Private)
        .expect("there is room")
        .never_huge();
    let fill = || (0..COUNT).for_each(|page| pages.write(page, 1 + (page % 200) as u8));
    fill();
    assert_eq!(
        in_memory(&pages),
        COUNT,
        "each page was written, so each is in memory"
    );

    empty(&pages).expect("a buffer can be emptied");
    let left = in_memory(&pages);
    assert_eq!(
        left, 0,
        "of {COUNT} pages that were emptied {left} are still in memory"
    );
    println!("✓ no page is in memory");

    assert!(
        (0..COUNT).all(|page| pages.read(page) == 0),
        "an emptied page reads as zeros"
    );
    fill();
    assert!(
        (0..COUNT).all(|page| pages.read(page) == 1 + (page % 200) as u8),
        "it can be used again"
    );
    println!("✓ it reads as zeros, and can be used again");
    empty(&pages).expect("more than once");
    assert_eq!(in_memory(&pages), 0, "the second time");
    println!("✓ again and again");
}

fn in_memory(pages: &Pages) -> usize {
    let resident = resident(pages).expect("the kernel tells");
    resident.iter().filter(|there| **there).count()
}
