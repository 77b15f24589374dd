//! In a tree the parent owns its children; the way back only knows. `Weak` is that: it keeps the block
//! (for its counters), but not the value, and `upgrade` says whether that is still alive.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// A node, with what hangs on it.
pub struct Node<T> {
    /// The user's own.
    pub value: T,
    parent: Weak<Node<T>>,
    children: RefCell<Vec<Rc<Node<T>>>>,
}

impl<T> Node<T> {
    /// A tree of one.
    pub fn root(value: T) -> Rc<Self> {
        Rc::new(Self {
            value,
            parent: Weak::new(),
            children: RefCell::default(),
        })
    }

    /// A new child of `self`.
    pub fn add(self: &Rc<Self>, value: T) -> Rc<Self> {
        let child = Rc::new(Self {
            value,
            parent: Rc::downgrade(self),
            children: RefCell::default(),
        });
        self.children.borrow_mut().push(Rc::clone(&child));
        child
    }

    /// The way up.
    pub fn parent(&self) -> Option<Rc<Self>> {
        self.parent.upgrade()
    }

    /// The ways down.
    pub fn children(&self) -> Vec<Rc<Self>> {
        self.children.borrow().clone()
    }
}
