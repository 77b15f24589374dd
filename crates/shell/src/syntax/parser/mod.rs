//! The grammar: POSIX.1-2024, 2.10, one function for each rule.

mod compound;
mod list;
mod redirect;
mod simple;

use std::collections::HashSet;
use std::rc::Rc;

use super::ast::{Bytes, List, Position, Word};
use super::cursor::Cursor;
use super::error::{ErrorKind, SyntaxError};
use super::lexer::here::Pending;
use super::lexer::token::Token;

/// Deeper nesting is refused, since every level takes some of the stack: in the parser, and again in
/// whoever walks the tree.
pub const DEEPEST: u32 = 250;

/// What the parser has to ask while it reads.
pub trait Host {
    /// The value of an alias.
    fn alias(&self, _name: &[u8]) -> Option<Rc<[u8]>> {
        None
    }

    /// Whether `{a,b}` makes two words.
    fn braces(&self) -> bool {
        false
    }

    /// One more line, with its newline, for a command that has not ended yet. None when there are
    /// none.
    ///
    /// Asked only when the command needs it. So a script on standard input may be read line by line,
    /// and a command in it finds the lines that follow.
    fn next_line(&mut self) -> Option<Bytes> {
        None
    }
}

/// Nothing to ask: no aliases, no braces, no more lines.
impl Host for () {}

/// Reads one complete command after the other.
#[derive(Debug)]
pub struct Parser {
    cursor: Cursor,
}

impl Parser {
    /// Reads from `text`, and from the host's lines when that has ended.
    #[must_use]
    pub fn new(text: impl Into<Bytes>) -> Self {
        let position = Position { line: 1, column: 1 };
        let mut cursor = Cursor::new(text.into(), position);
        cursor.grows = true;
        Self { cursor }
    }

    /// The commands up to the end of a line, or further when they do not end there. None at the end
    /// of the text. A line that holds none is an empty list.
    ///
    /// # Errors
    ///
    /// When the text is not a script. The rest of what has been read is then forgotten: the next
    /// command begins with the host's next line.
    pub fn next_command(&mut self, host: &mut dyn Host) -> Result<Option<List>, SyntaxError> {
        self.cursor.forget();
        let mut grammar = Grammar::new(std::mem::take(&mut self.cursor), host, 0);
        let result = grammar.complete_command();
        self.cursor = grammar.cursor;
        if result.is_err() {
            self.cursor.discard();
        }
        result
    }

    /// Where the next command begins.
    #[must_use]
    pub fn position(&self) -> Position {
        self.cursor.position()
    }

    /// Lets the host be asked for lines again after it had none: Ctrl-D on a terminal need not be
    /// the end.
    pub fn resume(&mut self) {
        self.cursor.grows = true;
    }
}

/// All of a script at once, without aliases.
///
/// # Errors
///
/// When `source` is not a script.
///
/// ```
/// let list = shell::syntax::parse(b"echo hello | wc -c").unwrap();
/// assert_eq!(list[0].and_or.first.commands.len(), 2);
///
/// let error = shell::syntax::parse(b"if true; fi").unwrap_err();
/// assert_eq!(error.to_string(), "line 1, column 10: `fi` is unexpected, `then` is missing");
/// ```
pub fn parse(source: &[u8]) -> Result<List, SyntaxError> {
    let mut parser = Parser::new(source);
    let mut list = List::new();
    while let Some(mut commands) = parser.next_command(&mut ())? {
        list.append(&mut commands);
    }
    Ok(list)
}

pub(super) type Result<T, E = SyntaxError> = std::result::Result<T, E>;

/// What reads one complete command: the grammar here, the words in [`lexer`](super::lexer).
pub(super) struct Grammar<'h> {
    pub(super) cursor: Cursor,
    pub(super) host: &'h mut dyn Host,
    /// The token that was looked at and not taken.
    pub(super) token: Option<Token>,
    /// Whether the next token is the first of an alias's value, and so may be an alias again.
    pub(super) replaced: bool,
    /// Here-documents whose lines have not come yet.
    pub(super) pending: Vec<Pending>,
    /// Their bodies by number, until they are put into the tree.
    pub(super) bodies: Vec<Word>,
    pub(super) depth: u32,
    /// Where `$((` turned out to begin a command. Without it, each level of `$(($(($((` would be read
    /// twice by each level around it.
    pub(super) commands: HashSet<(usize, usize, usize)>,
}

impl<'h> Grammar<'h> {
    pub(super) fn new(cursor: Cursor, host: &'h mut dyn Host, depth: u32) -> Self {
        Self {
            cursor,
            host,
            token: None,
            replaced: false,
            pending: Vec::new(),
            bodies: Vec::new(),
            depth,
            commands: HashSet::new(),
        }
    }

    /// Reads something that may hold its own kind.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEEPEST {
            return Err(self.error(ErrorKind::TooDeep(DEEPEST)));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    pub(super) fn error(&self, kind: ErrorKind) -> SyntaxError {
        SyntaxError {
            position: self.cursor.position(),
            kind,
            incomplete: false,
        }
    }
}
