//! The internal field separators, ready for use.

/// What IFS says, worked out once for each value of it: POSIX.1-2024, 2.6.5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ifs {
    /// By first byte.
    classes: [Class; 256],
    /// Characters of more than one byte; their first bytes are [`Class::Long`].
    long: Vec<Box<[u8]>>,
    /// Between the parameters in `"$*"`.
    joint: Box<[u8]>,
}

/// What a byte is to the splitting of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    White,
    Hard,
    Long,
}

/// A delimiter found in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// Space, tab or newline: a run of them is one delimiter, and none at either end.
    White,
    /// Anything else, of so many bytes: each ends a field, even an empty one.
    Hard(usize),
}

impl Delimiter {
    /// In bytes.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::White => 1,
            Self::Hard(length) => length,
        }
    }
}

impl Default for Ifs {
    /// Space, tab, newline: what an unset IFS means.
    fn default() -> Self {
        Self::new(b" \t\n")
    }
}

impl Ifs {
    /// The separators in `value`, in which characters may be UTF-8.
    #[must_use]
    pub fn new(value: &[u8]) -> Self {
        let mut ifs = Self {
            classes: [Class::Text; 256],
            long: Vec::new(),
            joint: characters(value).next().unwrap_or_default().into(),
        };
        for character in characters(value) {
            ifs.add(character);
        }
        ifs
    }

    fn add(&mut self, character: &[u8]) {
        let class = &mut self.classes[usize::from(character[0])];
        match character {
            b" " | b"\t" | b"\n" => *class = Class::White,
            [_] => *class = Class::Hard,
            _ => {
                *class = Class::Long;
                self.long.push(character.into());
            }
        }
    }

    /// What stands between the parameters in `"$*"`: the first character of IFS, or nothing.
    #[must_use]
    pub fn joint(&self) -> &[u8] {
        &self.joint
    }

    /// The delimiter that `text` begins with.
    #[must_use]
    pub fn at_start(&self, text: &[u8]) -> Option<Delimiter> {
        match self.classes[usize::from(*text.first()?)] {
            Class::Text => None,
            Class::White => Some(Delimiter::White),
            Class::Hard => Some(Delimiter::Hard(1)),
            Class::Long => {
                let mut long = self.long.iter();
                let found = long.find(|character| text.starts_with(character))?;
                Some(Delimiter::Hard(found.len()))
            }
        }
    }

    /// How many bytes at the start of `text` are surely no delimiter.
    #[must_use]
    pub fn plain(&self, text: &[u8]) -> usize {
        let class = |byte: &u8| self.classes[usize::from(*byte)];
        let end = text.iter().position(|byte| class(byte) != Class::Text);
        end.unwrap_or(text.len())
    }

    /// Whether `byte` is a separator of the white kind.
    #[must_use]
    pub fn is_white(&self, byte: u8) -> bool {
        self.classes[usize::from(byte)] == Class::White
    }
}

/// The characters of `text`; bytes that are not UTF-8 one by one.
pub(crate) fn characters(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid();
        let starts = valid.char_indices();
        let whole = starts.map(|(at, one)| &valid.as_bytes()[at..at + one.len_utf8()]);
        whole.chain(chunk.invalid().chunks(1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_a_kind_of_its_own() {
        let ifs = Ifs::new(b": ");
        assert_eq!(ifs.at_start(b" x"), Some(Delimiter::White));
        assert_eq!(ifs.at_start(b":x"), Some(Delimiter::Hard(1)));
        assert_eq!(ifs.at_start(b"\tx"), None, "not in this IFS");
        assert_eq!(ifs.at_start(b""), None);
        assert_eq!(ifs.plain(b"ab c"), 2);
        assert_eq!(ifs.joint(), b":");
    }

    #[test]
    fn characters_of_several_bytes() {
        let ifs = Ifs::new("é".as_bytes());
        assert_eq!(ifs.at_start("éa".as_bytes()), Some(Delimiter::Hard(2)));
        assert_eq!(ifs.at_start("è".as_bytes()), None, "the same first byte");
        assert_eq!(ifs.joint(), "é".as_bytes());
    }

    #[test]
    fn bytes_that_are_no_characters() {
        let all: Vec<_> = characters(b"a\xffb\xc3").collect();
        assert_eq!(all, [&b"a"[..], b"\xff", b"b", b"\xc3"]);
        assert_eq!(
            Ifs::new(b"\xff").at_start(b"\xff"),
            Some(Delimiter::Hard(1))
        );
    }

    #[test]
    fn an_empty_ifs_joins_without_anything() {
        let ifs = Ifs::new(b"");
        assert_eq!(ifs.joint(), b"");
        assert_eq!(ifs.plain(b"a b"), 3);
    }
}
