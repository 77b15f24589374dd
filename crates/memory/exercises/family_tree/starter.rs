//! Builds a tree in which children know their parents, and which is freed.
//!
//! `Node::add` makes a child. From every node one comes to its children and to its parent (`None` for
//! the root, and for a child whose parent is gone). When the last handle to a root is dropped, the
//! whole tree below it is freed, except what somebody else still holds.
//!
//! Below, parent and child keep each other: their counts never reach zero.
//!
//! Checked: the ways up and down, and what is freed when.
//!
//! Lesson: memory/reference-counts

use std::cell::RefCell;
use std::rc::Rc;

/// A node, with what hangs on it.
pub struct Node<T> {
    /// The user's own.
    pub value: T,
    parent: Option<Rc<Node<T>>>,
    children: RefCell<Vec<Rc<Node<T>>>>,
}

impl<T> Node<T> {
    /// A tree of one.
    pub fn root(value: T) -> Rc<Self> {
        Rc::new(Self {
            value,
            parent: None,
            children: RefCell::default(),
        })
    }

    /// A new child of `self`.
    pub fn add(self: &Rc<Self>, value: T) -> Rc<Self> {
        let child = Rc::new(Self {
            value,
            parent: Some(Rc::clone(self)),
            children: RefCell::default(),
        });
        self.children.borrow_mut().push(Rc::clone(&child));
        child
    }

    /// The way up.
    pub fn parent(&self) -> Option<Rc<Self>> {
        self.parent.clone()
    }

    /// The ways down.
    pub fn children(&self) -> Vec<Rc<Self>> {
        self.children.borrow().clone()
    }
}
