//! Scopes: what `local` puts aside, and what `A=1 command` changes for that command alone.

use super::{Content, Variables};
use crate::syntax::name::Name;

/// Variables as they were before the scope changed them, each once.
pub(super) type Scope = Vec<Saved>;

#[derive(Debug, Clone)]
pub(super) struct Saved {
    name: Name,
    content: Content,
    exported: bool,
    read_only: bool,
}

impl Variables {
    /// Begins a scope: a function's call, or a command with assignments before it.
    pub fn push_scope(&mut self) {
        self.scopes.push(Vec::new());
    }

    /// Ends the innermost scope: its local variables are again what they were.
    pub fn pop_scope(&mut self) {
        for saved in self.scopes.pop().unwrap_or_default().into_iter().rev() {
            let slot = self.slot(saved.name);
            let was_exported = slot.exported;
            slot.content = saved.content;
            slot.exported = saved.exported;
            slot.read_only = saved.read_only;
            if was_exported || saved.exported {
                self.environment = None;
            }
            self.react(saved.name);
        }
    }

    /// Makes `name` local to the innermost scope. Its value and attributes stay until they are changed.
    ///
    /// False, and nothing done, outside of any scope.
    pub fn localize(&mut self, name: Name) -> bool {
        let slot = self.slot(name).clone();
        let Some(scope) = self.scopes.last_mut() else {
            return false;
        };
        if scope.iter().all(|saved| saved.name != name) {
            scope.push(Saved {
                name,
                content: slot.content,
                exported: slot.exported,
                read_only: slot.read_only,
            });
        }
        true
    }

    /// How many scopes there are.
    #[must_use]
    pub fn scopes(&self) -> usize {
        self.scopes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_variable_is_as_it_was_after_the_scope() {
        let mut variables = Variables::new();
        let (kept, fresh) = (Name::new("kept"), Name::new("fresh"));
        variables.set(kept, b"outer".to_vec()).unwrap();
        assert!(!variables.localize(kept), "there is no scope yet");

        variables.push_scope();
        assert!(variables.localize(kept) && variables.localize(fresh));
        assert_eq!(variables.get(kept), Some(&b"outer"[..]), "inherited");
        variables.set(kept, b"inner".to_vec()).unwrap();
        assert!(variables.localize(kept), "a second time is no second scope");
        variables.set(fresh, b"new".to_vec()).unwrap();
        variables.make_read_only(fresh);
        variables.pop_scope();

        assert_eq!(variables.get(kept), Some(&b"outer"[..]));
        assert_eq!(variables.get(fresh), None);
        assert!(!variables.is_read_only(fresh));
    }

    #[test]
    fn what_hangs_on_a_local_variable_comes_back_too() {
        let mut variables = Variables::new();
        let ifs = Name::new("IFS");
        variables.push_scope();
        variables.localize(ifs);
        variables.set(ifs, b":".to_vec()).unwrap();
        variables.pop_scope();
        assert_eq!(variables.ifs().joint(), b" ");
    }
}
