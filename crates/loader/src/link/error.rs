//! Why objects cannot be linked.

use thiserror::Error;

use crate::bytes::Malformed;

/// Objects are counted from 0, in the order in which they were given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkError {
    /// No object was given.
    #[error("there is nothing to link")]
    Nothing,
    /// An object's tables are not sound.
    #[error("object {object}: {error}")]
    Malformed {
        /// Which object.
        object: usize,
        /// What is wrong, and where.
        error: Malformed,
    },
    /// An object is no relocatable file for a machine known here, or for another than the first.
    #[error("object {object} is no relocatable file for this machine")]
    Machine {
        /// Which object.
        object: usize,
    },
    /// Sections of another kind than those of plain C.
    #[error("object {object}: section {name} is of a kind that this linker does not know")]
    Section {
        /// Which object.
        object: usize,
        /// By this name.
        name: String,
    },
    /// Nobody defines it.
    #[error("undefined reference to {name}")]
    Undefined {
        /// By this name.
        name: String,
    },
    /// Two objects define it.
    #[error("{name} is defined in object {first} and in object {second}")]
    Twice {
        /// By this name.
        name: String,
        /// One object.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A kind of hole that this linker cannot fill.
    #[error("relocation of type {kind} is not known here")]
    Kind {
        /// Its number in the processor's ABI.
        kind: u32,
    },
    /// The value is too large for the hole.
    #[error("the value {value:#x} does not fit a relocation of type {kind}")]
    Range {
        /// Its number in the processor's ABI.
        kind: u32,
        /// What should have been put there.
        value: i64,
    },
    /// The hole is not in its section.
    #[error("a relocation at {offset:#x} of a section is outside of it")]
    Outside {
        /// From the start of the section.
        offset: u64,
    },
}
