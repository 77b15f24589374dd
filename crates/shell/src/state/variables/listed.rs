//! What `set` and `export -p` show.

use std::rc::Rc;

use super::{Content, Slot, Variables};
use crate::syntax::name::Name;

/// One variable, as `set` and `export -p` list it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'a> {
    /// How it is spelled.
    pub name: Rc<[u8]>,
    /// None when it has only attributes.
    pub value: Option<&'a [u8]>,
    /// Children get it.
    pub exported: bool,
    /// It may not be changed.
    pub read_only: bool,
}

impl Variables {
    /// All that have a value or an attribute, sorted by name.
    #[must_use]
    pub fn listed(&self) -> Vec<Listed<'_>> {
        let mut listed: Vec<_> = self
            .in_use()
            .map(|(name, slot)| Listed {
                name: name.text(),
                value: self.get(name),
                exported: slot.exported,
                read_only: slot.read_only,
            })
            .collect();
        listed.sort_by(|one, other| one.name.cmp(&other.name));
        listed
    }

    pub(super) fn in_use(&self) -> impl Iterator<Item = (Name, &Slot)> {
        let numbered = self.slots.iter().enumerate();
        numbered
            .filter(|(_, slot)| slot.content != Content::Unset || slot.exported || slot.read_only)
            .filter_map(|(index, slot)| Some((Name::from_index(index)?, slot)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_has_what_has_only_attributes() {
        let mut variables = Variables::new();
        variables.set(Name::new("zebra"), Vec::new()).unwrap();
        variables.export(Name::new("absent"));
        let listed = variables.listed();
        assert!(listed.is_sorted_by_key(|one| one.name.clone()));
        let absent = listed.iter().find(|one| one.name[..] == *b"absent");
        assert!(absent.is_some_and(|one| one.exported && one.value.is_none()));
    }
}
