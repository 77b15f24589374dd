//! What a half-typed word may become.
//!
//! Where the word stands decides what may be meant ([`context()`]), the shell and the file system say
//! what there is ([`Sources`]), and whatever is put into the line is quoted again, so that a name with
//! a blank or a newline in it stays one word ([`quoted`]).

mod context;

mod quoting;

mod sources;

pub use context::{Context, Kind, Quote, context};
pub use quoting::quoted;
pub use sources::Sources;

/// One possibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As it is listed.
    pub display: String,
    /// What replaces the text from the start.
    pub replacement: String,
}

/// The possibilities at the end of `line`, and from which byte on they replace it.
#[must_use]
pub fn complete(line: &str, sources: &Sources) -> (usize, Vec<Candidate>) {
    let context = context(line);
    let mut candidates = match &context.kind {
        Kind::Variable { braces } => sources.variables(&context.typed, *braces),
        Kind::Command => sources.commands(&context),
        Kind::File => sources.files(&context, false),
        Kind::Directory => sources.files(&context, true),
    };
    candidates.sort_by(|one, other| one.display.cmp(&other.display));
    candidates.dedup();
    (context.start, candidates)
}
