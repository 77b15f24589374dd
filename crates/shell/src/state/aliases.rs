//! Aliases: words that the lexer replaces by text, in command position.

use std::collections::BTreeMap;

use crate::syntax::ast::Bytes;

/// The table of `alias` and `unalias`, in the order in which `alias` prints it.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    texts: BTreeMap<Bytes, Bytes>,
}

impl Aliases {
    /// What `name` stands for.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.texts.get(name).map(Vec::as_slice)
    }

    /// `alias name=text`
    pub fn set(&mut self, name: Bytes, text: Bytes) {
        self.texts.insert(name, text);
    }

    /// `unalias name`: whether there was one.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        self.texts.remove(name).is_some()
    }

    /// `unalias -a`
    pub fn clear(&mut self) {
        self.texts.clear();
    }

    /// Whether there are none, so that the lexer need not ask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// All, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.texts
            .iter()
            .map(|(name, text)| (name.as_slice(), text.as_slice()))
    }
}
