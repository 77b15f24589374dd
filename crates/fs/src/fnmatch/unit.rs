//! Bytes as a row of units: characters where they are UTF-8, single bytes where they are not.

/// A character, or a byte that is no part of one. Characters compare by code point, as in the
/// locale C.UTF-8; stray bytes come after all characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit(u32);

/// Beyond the last code point.
const STRAY: u32 = 0x11_0000;

impl Unit {
    pub(super) const PERIOD: Unit = Unit('.' as u32);
    pub(super) const SLASH: Unit = Unit('/' as u32);

    pub(super) fn character(self) -> Option<char> {
        char::from_u32(self.0)
    }

    /// Lower case when `fold`. A character with a longer lower case keeps its form.
    pub(super) fn folded_if(self, fold: bool) -> Unit {
        if !fold {
            return self;
        }
        self.simple_case(char::to_lowercase)
    }

    pub(super) fn upper(self) -> Unit {
        self.simple_case(char::to_uppercase)
    }

    fn simple_case<I: Iterator<Item = char>>(self, case: impl Fn(char) -> I) -> Unit {
        let Some(character) = self.character() else {
            return self;
        };
        let mut cased = case(character);
        match (cased.next(), cased.next()) {
            (Some(one), None) => Unit(one as u32),
            _ => self,
        }
    }

    /// The bytes that this was read from.
    pub(super) fn append_to(self, text: &mut Vec<u8>) {
        match self.character() {
            Some(character) => text.extend(character.encode_utf8(&mut [0; 4]).bytes()),
            None => text.push((self.0 - STRAY) as u8),
        }
    }
}

/// Iterates over the units of a text; a copy is a place to come back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Units<'a> {
    rest: &'a [u8],
}

impl<'a> Units<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Units { rest: text }
    }
}

impl Iterator for Units<'_> {
    type Item = Unit;

    fn next(&mut self) -> Option<Unit> {
        let (&first, after) = self.rest.split_first()?;
        if first.is_ascii() {
            self.rest = after;
            return Some(Unit(u32::from(first)));
        }
        let head = &self.rest[..self.rest.len().min(4)];
        match head
            .utf8_chunks()
            .next()
            .and_then(|chunk| chunk.valid().chars().next())
        {
            Some(character) => {
                self.rest = &self.rest[character.len_utf8()..];
                Some(Unit(character as u32))
            }
            None => {
                self.rest = after;
                Some(Unit(STRAY + u32::from(first)))
            }
        }
    }
}
