//! What is wrong with a file, and where.

use std::fmt;

/// A file does not keep to its format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at {offset:#x}: {reason}")]
pub struct Malformed {
    /// Which part of the file.
    pub what: What,
    /// Its offset in the file.
    pub offset: u64,
    /// What is wrong with it.
    pub reason: Reason,
}

/// A part of a file by the name that its format gives it, with its number if there are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct What {
    name: &'static str,
    number: Option<u64>,
}

impl What {
    /// The only one of its kind.
    pub const fn the(name: &'static str) -> Self {
        Self { name, number: None }
    }

    /// One of many.
    pub const fn nth(name: &'static str, number: u64) -> Self {
        Self {
            name,
            number: Some(number),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Some(number) => write!(formatter, "{} {number}", self.name),
            None => formatter.write_str(self.name),
        }
    }
}

/// How a part of a file breaks its format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It does not lie within what it is a part of.
    #[error("{size} bytes end past the {have} bytes that are there")]
    PastEnd {
        /// How long it says it is.
        size: u64,
        /// How long the whole is that it should be in.
        have: u64,
    },
    /// A string that nothing ends.
    #[error("no zero byte ends the string")]
    Endless,
    /// Entries of a table would lie over each other.
    #[error("entries of {size} bytes where the format has at least {least}")]
    EntrySize {
        /// What the file says.
        size: u64,
        /// What the format asks for.
        least: u64,
    },
    /// A number names something that does not exist.
    #[error("{name} is {value}, and there are {count}")]
    NoSuch {
        /// What the format calls the number.
        name: &'static str,
        /// What the file says.
        value: u64,
        /// How many there are.
        count: u64,
    },
    /// A field has a value that the format does not give a meaning.
    #[error("{name} is {value:#x}")]
    Value {
        /// What the format calls the field.
        name: &'static str,
        /// What the file says.
        value: u64,
    },
    /// Two fields contradict each other, or a part is missing.
    #[error("{0}")]
    Other(&'static str),
}
