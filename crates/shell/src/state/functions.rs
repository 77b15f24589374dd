//! Functions, by name.

use std::collections::HashMap;
use std::rc::Rc;

use crate::syntax::ast::Function;

/// The functions that are defined. They have a namespace of their own beside the variables.
///
/// They are found by the text of a command's first word, which may be anything, and therefore is not
/// made a [`Name`](crate::syntax::name::Name): names are never forgotten.
#[derive(Debug, Clone, Default)]
pub struct Functions {
    bodies: HashMap<Rc<[u8]>, Rc<Function>>,
}

impl Functions {
    /// The function called `name`. The caller's copy stays whole when the function redefines itself
    /// while it runs.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<&Rc<Function>> {
        // Most scripts reach most commands before they define a function.
        if self.bodies.is_empty() {
            return None;
        }
        self.bodies.get(name)
    }

    /// `name() body`, in place of any that was called so.
    pub fn define(&mut self, function: Rc<Function>) {
        self.bodies.insert(function.name.text(), function);
    }

    /// `unset -f name`: whether there was one.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        self.bodies.remove(name).is_some()
    }

    /// The names of all, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<Rc<[u8]>> {
        let mut names: Vec<_> = self.bodies.keys().cloned().collect();
        names.sort();
        names
    }
}
