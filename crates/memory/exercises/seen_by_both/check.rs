//! What two processes find in pages that one of them has made.
//!
//! ```syscalls
//! mmap(NULL, *, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = $pages
//! munmap($pages, *) = 0
//! ```

use memory::residency::Twin;

use super::exercise::common;

pub fn main() {
    let pages = common(3).expect("there is room for three pages");
    assert_eq!(pages.count(), 3, "the number of pages");
    assert!(
        (0..3).all(|page| pages.read(page) == 0),
        "they begin as zeros"
    );
    pages.write(0, 1);
    {
        let mut child = Twin::of(&pages).expect("a fork");
        assert_eq!(
            child.read(0).expect("the child lives"),
            1,
            "stored before the fork"
        );
        println!("✓ the child finds what was there before the fork");

        pages.write(1, 2);
        let found = child.read(1).expect("the child lives");
        assert_eq!(
            found, 2,
            "the parent has stored 2 after the fork, and the child loads {found}"
        );
        child.write(2, 3).expect("the child lives");
        let found = pages.read(2);
        assert_eq!(
            found, 3,
            "the child has stored 3, and the parent loads {found}"
        );
        println!("✓ each sees what the other stores after it");
    }
    assert_eq!(pages.read(2), 3, "it stays when the child has ended");
    println!("✓ it outlives the child");
}
