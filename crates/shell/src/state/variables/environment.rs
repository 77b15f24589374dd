//! The environment: from it at the start, to it for each child.

use std::ffi::CString;
use std::rc::Rc;

use super::Variables;
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

impl Variables {
    /// [`Variables::new`] with the variables of an environment, all exported. Entries whose names are no
    /// names of variables are passed on to children as they are. IFS, OPTIND and LINENO are not taken
    /// from outside: POSIX.1-2024, 2.5.3.
    #[must_use]
    pub fn from_environment(entries: impl IntoIterator<Item = (Bytes, Bytes)>) -> Self {
        let mut new = Self::new();
        let own = [new.known.ifs, new.known.optind, Name::new("LINENO")];
        for (text, value) in entries {
            if !Name::is_valid(&text) {
                new.foreign.push(entry(&text, &value));
                continue;
            }
            let name = Name::new(&text);
            if !own.contains(&name) && new.set(name, value).is_ok() {
                new.export(name);
            }
        }
        new
    }

    /// `NAME=value` of each exported variable that has a value: what a child is started with. Made
    /// anew only when one of them changed.
    pub fn environment(&mut self) -> Rc<[CString]> {
        if let Some(made) = &self.environment {
            return Rc::clone(made);
        }
        let exported = self.in_use().filter(|(_, slot)| slot.exported);
        let entries = exported.filter_map(|(name, _)| Some(entry(&name.text(), self.get(name)?)));
        let made: Rc<[CString]> = entries.chain(self.foreign.iter().cloned()).collect();
        self.environment = Some(Rc::clone(&made));
        made
    }
}

/// A NUL would end the entry for the kernel, and is left out.
fn entry(name: &[u8], value: &[u8]) -> CString {
    let parts = [name, b"=", value].concat();
    CString::new(parts).unwrap_or_else(|error| {
        let mut parts = error.into_vec();
        parts.retain(|&byte| byte != 0);
        CString::new(parts).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(entries: &[(&str, &str)]) -> Variables {
        let pairs = entries.iter();
        Variables::from_environment(pairs.map(|(name, value)| ((*name).into(), (*value).into())))
    }

    fn lines(variables: &mut Variables) -> Vec<String> {
        let block = variables.environment();
        let mut lines: Vec<_> = block
            .iter()
            .map(|one| one.to_string_lossy().into())
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn what_came_in_goes_out() {
        let mut variables = given(&[("HOME", "/h"), ("a.b", "1"), ("IFS", "x")]);
        assert_eq!(lines(&mut variables), ["HOME=/h", "a.b=1"]);
        assert_eq!(variables.get(Name::new("IFS")), Some(&b" \t\n"[..]));
    }

    #[test]
    fn only_a_change_of_an_exported_variable_makes_it_anew() {
        let mut variables = given(&[("kept", "1")]);
        let first = variables.environment();
        variables.set(Name::new("inner"), b"2".to_vec()).unwrap();
        assert!(Rc::ptr_eq(&first, &variables.environment()));
        variables.set(Name::new("kept"), b"2".to_vec()).unwrap();
        assert_eq!(lines(&mut variables), ["kept=2"]);
        variables.unset(Name::new("kept")).unwrap();
        assert_eq!(lines(&mut variables), [""; 0]);
    }

    #[test]
    fn a_temporary_variable_is_there_for_its_scope() {
        let mut variables = given(&[]);
        let name = Name::new("temporary");
        variables.push_scope();
        variables.localize(name);
        variables.set(name, b"1".to_vec()).unwrap();
        variables.export(name);
        assert_eq!(lines(&mut variables), ["temporary=1"]);
        variables.pop_scope();
        assert_eq!(lines(&mut variables), [""; 0]);
    }

    #[test]
    fn all_export_exports_what_is_assigned() {
        let mut variables = given(&[]);
        variables.all_export = true;
        variables.set_integer(Name::new("n"), 1).unwrap();
        assert_eq!(lines(&mut variables), ["n=1"]);
    }
}
