//! Free memory in small pieces cannot hold a big block, unless a page table joins them.
//!
//! Before page tables a program needed its memory in one piece. After a while of coming and going
//! there is enough of it free and none in one piece: *external fragmentation*. A page table ends
//! that: pages that follow each other in the program's addresses may lie anywhere in memory.
//! (Within a page, an allocator has the old problem still.)
//!
//! Both machines are toys of sixteen frames. Then the kernel's own answer: neighbours in our
//! addresses, and where they lie, if we are allowed to know.

use memory::page::{Pages, Sharing};

const FRAMES: usize = 16;

/// Who has each frame; `.` is nobody.
struct Memory([char; FRAMES]);

impl Memory {
    /// The frames of a block in one piece.
    fn in_one_piece(&mut self, owner: char, count: usize) -> Option<usize> {
        let free = |frames: &[char]| frames.iter().all(|&frame| frame == '.');
        let start = self.0.windows(count).position(free)?;
        self.0[start..start + count].fill(owner);
        Some(start)
    }

    /// A page table: the frame of each page, wherever there is one.
    fn by_the_page(&mut self, owner: char, count: usize) -> Option<Vec<usize>> {
        let free = (0..FRAMES).filter(|&frame| self.0[frame] == '.');
        let table: Vec<usize> = free.take(count).collect();
        (table.len() == count).then(|| {
            table.iter().for_each(|&frame| self.0[frame] = owner);
            table
        })
    }

    fn free(&mut self, owner: char) {
        let frames = self.0.iter_mut().filter(|frame| **frame == owner);
        frames.for_each(|frame| *frame = '.');
    }

    fn show(&self, what: &str) {
        println!("{}  {what}", self.0.iter().collect::<String>());
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut memory = Memory(['.'; FRAMES]);
    for owner in ['A', 'B', 'C', 'D'] {
        assert!(memory.in_one_piece(owner, 4).is_some());
    }
    memory.show("four programs");
    memory.free('A');
    memory.free('C');
    memory.show("two have ended: eight frames are free");

    assert_eq!(memory.in_one_piece('E', 8), None);
    memory.show("no room for eight in one piece");
    let table = memory.by_the_page('E', 8).expect("eight are free");
    memory.show("but for eight pages");
    println!("page table of E: {table:?}");
    assert_eq!(table, [0, 1, 2, 3, 8, 9, 10, 11]);
    assert_eq!(memory.by_the_page('F', 1), None);

    let frames = frames_of_neighbours()?;
    match frames.is_empty() {
        true => println!("where eight neighbours of this process lie only root is told"),
        false => println!("eight neighbours of this process lie in frames {frames:x?}"),
    }
    Ok(())
}

/// Empty where they are hidden, and on macOS.
fn frames_of_neighbours() -> Result<Vec<u64>, Box<dyn std::error::Error>> {
    let pages = Pages::anonymous(8, Sharing::Private)?.never_huge();
    (0..8).for_each(|page| pages.write(page, 1));
    if !cfg!(target_os = "linux") {
        return Ok(Vec::new());
    }
    let entries = memory::maps::Pagemap::open(None)?.entries(pages.range())?;
    let frames: Vec<u64> = entries.iter().filter_map(|entry| entry.frame()).collect();
    let mut different = frames.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), frames.len(), "no two pages are one frame");
    Ok(frames)
}
