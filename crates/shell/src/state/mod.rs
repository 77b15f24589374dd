//! What a shell remembers between commands: POSIX.1-2024, 2.5 and 2.9.5, and `set` for the options.
//!
//! Nothing here starts a process or reads a file, so that each rule can be tested by itself.

pub mod variables;

pub mod ifs;

pub mod options;
pub mod positional;

pub mod aliases;
pub mod functions;

pub use aliases::Aliases;
pub use functions::Functions;
pub use ifs::Ifs;
pub use options::{Flag, Options};
pub use positional::Positional;
pub use variables::{ReadOnly, Variables};
