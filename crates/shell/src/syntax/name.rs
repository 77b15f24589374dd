//! Names that are compared by number.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

/// The name of a variable or a function: equal names have equal numbers, in one thread.
///
/// The numbers count up from 0, so that a table of variables can be a vector.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

#[derive(Default)]
struct Names {
    numbers: HashMap<Rc<[u8]>, u32>,
    texts: Vec<Rc<[u8]>>,
}

thread_local! {
    static NAMES: RefCell<Names> = RefCell::default();
}

impl Name {
    /// The name that is spelled so.
    #[must_use]
    pub fn new(text: impl AsRef<[u8]>) -> Self {
        let text = text.as_ref();
        NAMES.with_borrow_mut(|names| {
            if let Some(&number) = names.numbers.get(text) {
                return Self(number);
            }
            let number = u32::try_from(names.texts.len()).expect("fewer than 2^32 names");
            let text: Rc<[u8]> = text.into();
            names.texts.push(Rc::clone(&text));
            names.numbers.insert(text, number);
            Self(number)
        })
    }

    /// How it is spelled.
    #[must_use]
    pub fn text(self) -> Rc<[u8]> {
        NAMES.with_borrow(|names| Rc::clone(&names.texts[self.0 as usize]))
    }

    /// Its number, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The name with this number, if one has it.
    #[must_use]
    pub fn from_index(index: usize) -> Option<Self> {
        let count = NAMES.with_borrow(|names| names.texts.len());
        let number = u32::try_from(index).ok()?;
        (index < count).then_some(Self(number))
    }

    /// Whether `text` may be the name of a variable: letters, digits and `_`, no digit first.
    #[must_use]
    pub fn is_valid(text: &[u8]) -> bool {
        matches!(text, [first, rest @ ..]
            if (first.is_ascii_alphabetic() || *first == b'_')
                && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.text().escape_ascii())
    }
}
