//! What the grammar is made of.

use crate::syntax::ast::{Position, Word};

/// A token and where it was.
#[derive(Debug, Clone)]
pub(in crate::syntax) struct Token {
    pub(in crate::syntax) kind: Kind,
    pub(in crate::syntax) position: Position,
    /// Whether the value of an alias ended right before it, with a blank.
    pub(in crate::syntax) after_alias: bool,
}

#[derive(Debug, Clone)]
pub(in crate::syntax) enum Kind {
    Word(Word),
    /// The descriptor of a redirection.
    Number(u32),
    Op(Op),
    Newline,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Op {
    Semicolon,
    DoubleSemicolon,
    SemicolonAnd,
    And,
    AndAnd,
    Pipe,
    OrOr,
    Open,
    Close,
    Less,
    LessLess,
    LessLessDash,
    LessAnd,
    LessGreater,
    Greater,
    GreaterGreater,
    GreaterAnd,
    Clobber,
}

impl Op {
    /// The operator of one byte.
    pub(super) fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            b';' => Self::Semicolon,
            b'&' => Self::And,
            b'|' => Self::Pipe,
            b'(' => Self::Open,
            b')' => Self::Close,
            b'<' => Self::Less,
            b'>' => Self::Greater,
            _ => return None,
        })
    }

    /// The operator that `next` makes of this one.
    pub(super) fn with(self, next: u8) -> Option<Self> {
        Some(match (self, next) {
            (Self::Semicolon, b';') => Self::DoubleSemicolon,
            (Self::Semicolon, b'&') => Self::SemicolonAnd,
            (Self::And, b'&') => Self::AndAnd,
            (Self::Pipe, b'|') => Self::OrOr,
            (Self::Less, b'<') => Self::LessLess,
            (Self::LessLess, b'-') => Self::LessLessDash,
            (Self::Less, b'&') => Self::LessAnd,
            (Self::Less, b'>') => Self::LessGreater,
            (Self::Greater, b'>') => Self::GreaterGreater,
            (Self::Greater, b'&') => Self::GreaterAnd,
            (Self::Greater, b'|') => Self::Clobber,
            _ => return None,
        })
    }

    pub(in crate::syntax) fn text(self) -> &'static str {
        match self {
            Self::Semicolon => ";",
            Self::DoubleSemicolon => ";;",
            Self::SemicolonAnd => ";&",
            Self::And => "&",
            Self::AndAnd => "&&",
            Self::Pipe => "|",
            Self::OrOr => "||",
            Self::Open => "(",
            Self::Close => ")",
            Self::Less => "<",
            Self::LessLess => "<<",
            Self::LessLessDash => "<<-",
            Self::LessAnd => "<&",
            Self::LessGreater => "<>",
            Self::Greater => ">",
            Self::GreaterGreater => ">>",
            Self::GreaterAnd => ">&",
            Self::Clobber => ">|",
        }
    }

    pub(in crate::syntax) fn is_redirect(self) -> bool {
        matches!(self.text().as_bytes(), [b'<' | b'>', ..])
    }
}

/// The words that the grammar is made of, where they are words of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Reserved {
    Bang,
    OpenBrace,
    CloseBrace,
    Case,
    Do,
    Done,
    Elif,
    Else,
    Esac,
    Fi,
    For,
    If,
    In,
    Then,
    Until,
    While,
}

impl Reserved {
    pub(in crate::syntax) fn of(text: &[u8]) -> Option<Self> {
        Some(match text {
            b"!" => Self::Bang,
            b"{" => Self::OpenBrace,
            b"}" => Self::CloseBrace,
            b"case" => Self::Case,
            b"do" => Self::Do,
            b"done" => Self::Done,
            b"elif" => Self::Elif,
            b"else" => Self::Else,
            b"esac" => Self::Esac,
            b"fi" => Self::Fi,
            b"for" => Self::For,
            b"if" => Self::If,
            b"in" => Self::In,
            b"then" => Self::Then,
            b"until" => Self::Until,
            b"while" => Self::While,
            _ => return None,
        })
    }

    /// Quoted, for a message.
    pub(in crate::syntax) fn quoted(self) -> &'static str {
        match self {
            Self::Bang => "`!`",
            Self::OpenBrace => "`{`",
            Self::CloseBrace => "`}`",
            Self::Case => "`case`",
            Self::Do => "`do`",
            Self::Done => "`done`",
            Self::Elif => "`elif`",
            Self::Else => "`else`",
            Self::Esac => "`esac`",
            Self::Fi => "`fi`",
            Self::For => "`for`",
            Self::If => "`if`",
            Self::In => "`in`",
            Self::Then => "`then`",
            Self::Until => "`until`",
            Self::While => "`while`",
        }
    }

    /// Whether it ends a list of commands.
    pub(in crate::syntax) fn closes(self) -> bool {
        matches!(
            self,
            Self::CloseBrace
                | Self::Do
                | Self::Done
                | Self::Elif
                | Self::Else
                | Self::Esac
                | Self::Fi
                | Self::Then
        )
    }
}

impl Token {
    /// The word's text if no byte of it is quoted or expanded.
    pub(in crate::syntax) fn literal(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Word(word) => word.literal(),
            _ => None,
        }
    }

    pub(in crate::syntax) fn reserved(&self) -> Option<Reserved> {
        self.literal().and_then(Reserved::of)
    }

    pub(in crate::syntax) fn is(&self, operator: Op) -> bool {
        matches!(self.kind, Kind::Op(found) if found == operator)
    }

    /// Its name in a message.
    pub(in crate::syntax) fn describe(&self) -> String {
        match &self.kind {
            Kind::Word(word) => match word.literal() {
                Some(text) => format!("`{}`", text.escape_ascii()),
                None => "a word".to_owned(),
            },
            Kind::Number(number) => format!("`{number}`"),
            Kind::Op(operator) => format!("`{}`", operator.text()),
            Kind::Newline => "the end of the line".to_owned(),
            Kind::End => "the end of the text".to_owned(),
        }
    }
}
