//! Which addresses an allocator gives out that only moves on.

use std::alloc::Layout;

use super::exercise::Bump;

pub fn main() {
    let mut bump = Bump::new(1000..2000);
    let first = bump.take(layout(1, 1));
    assert_eq!(first, Some(1000), "the first piece is at the beginning");
    for align in [2, 8, 64, 256] {
        let address = bump.take(layout(3, align)).expect("there is room");
        assert_eq!(
            address % align,
            0,
            "{address} is no multiple of {align}, as the layout asks: some processors refuse such an \
             address, and atomics are none there"
        );
    }
    println!("✓ addresses are aligned");

    let mut bump = Bump::new(1000..2000);
    let sizes = [(1, 1), (8, 8), (5, 1), (3, 1), (16, 16), (0, 1), (24, 8)];
    let found = sizes.map(|(size, align)| bump.take(layout(size, align)).expect("there is room"));
    assert_eq!(
        found,
        [1000, 1008, 1016, 1021, 1024, 1040, 1040],
        "pieces follow each other with no more between them than the alignment asks"
    );
    println!("✓ no room is wasted");

    let mut bump = Bump::new(1000..1100);
    assert_eq!(bump.take(layout(101, 1)), None, "101 bytes of 100");
    assert_eq!(
        bump.take(layout(60, 1)),
        Some(1000),
        "a refusal takes no room"
    );
    assert_eq!(
        bump.take(layout(8, 64)),
        Some(1088),
        "the next multiple of 64"
    );
    assert_eq!(bump.take(layout(5, 1)), None, "there are four bytes left");
    assert_eq!(
        bump.take(layout(1, 4096)),
        None,
        "no multiple of 4096 is left"
    );
    assert_eq!(
        bump.take(layout(4, 1)),
        Some(1096),
        "after two refusals the four bytes are there"
    );
    bump.clear();
    assert_eq!(bump.take(layout(100, 1)), Some(1000), "all is free again");
    println!("✓ the end of the range is the end, and a refusal changes nothing");

    let end = usize::MAX - 10;
    let mut bump = Bump::new(end - 100..end);
    let most = isize::MAX as usize;
    let refused = std::panic::catch_unwind(move || {
        let refused = (bump.take(layout(most, 1)), bump.take(layout(1, 1 << 20)));
        (refused, bump.take(layout(100, 1)))
    });
    assert_eq!(
        refused.ok(),
        Some(((None, None), Some(end - 100))),
        "near the end of all addresses a sum can overflow: that is no room, and no panic"
    );
    println!("✓ sums that overflow are no room");
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("a layout")
}
