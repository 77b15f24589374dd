//! Instructions with symbols and source lines.
//!
//! [`Decoder`] turns bytes into [`Line`]s, one an instruction: iced-x86 decodes x86-64 and i386, and
//! yaxpeax-arm decodes arm64. [`Names`] says which function an address is in, for labels and for the
//! targets of calls and jumps. [`Listing`] puts the two together for a file: all that can be run in
//! it, or one function.
//!
//! Decoding forwards is exact on arm64, where every instruction has four bytes. On x86 an instruction
//! has one to fifteen, and where the next one begins is known only from the one before: data among
//! the code, or a wrong start, gives nonsense until the decoder falls into step again.

mod arm64;
mod decoder;
mod listing;
mod names;
mod slots;
mod x86;

pub use decoder::{Decoder, Line, Syntax};
pub use listing::{DisasmError, Function, Listing, Piece};
pub use names::{Name, Names};
