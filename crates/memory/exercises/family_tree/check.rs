//! The ways through a tree, and what of it lives for how long.

use std::cell::Cell;
use std::rc::Rc;

use super::exercise::Node;

/// Counts itself as long as it lives.
struct Counted<'a>(&'a Cell<u32>, &'static str);

impl<'a> Counted<'a> {
    fn new(alive: &'a Cell<u32>, name: &'static str) -> Self {
        alive.set(alive.get() + 1);
        Self(alive, name)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

pub fn main() {
    let alive = Cell::new(0);
    let counted = |name| Counted::new(&alive, name);

    let root = Node::root(counted("root"));
    let leaf = {
        let branch = root.add(counted("branch"));
        root.add(counted("other branch"));
        branch.add(counted("leaf"))
    };
    let name = |node: Rc<Node<Counted>>| node.value.1;
    let children: Vec<&str> = root.children().into_iter().map(name).collect();
    assert_eq!(
        children,
        ["branch", "other branch"],
        "the children of the root, in their order"
    );
    let branch = leaf.parent().expect("the leaf has a parent");
    assert_eq!(branch.value.1, "branch", "the parent of the leaf");
    assert_eq!(
        branch.parent().map(name),
        Some("root"),
        "the parent of the branch"
    );
    assert!(root.parent().is_none(), "a root has no parent");
    drop(branch);
    println!("✓ up and down");

    drop(root);
    assert_eq!(
        alive.get(),
        1,
        "nobody holds the root any more and only the leaf is held: of four nodes one should live"
    );
    assert!(leaf.parent().is_none(), "the parent of the leaf is gone");
    println!("✓ the tree is freed with its root; a leaf that is held lives on");

    drop(leaf);
    assert_eq!(alive.get(), 0, "nobody holds anything");
    println!("✓ nothing is left");
}
