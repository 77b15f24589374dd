//! The text of an expression as tokens.

use super::constant;
use super::error::{At, Fault};
use super::program::Binary;
use crate::syntax::name::Name;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    Number(i64),
    Name(Name),
    /// A `$name` that was not replaced by its text: the value is taken when the program runs.
    Operand(u8),
    Binary(Binary),
    And,
    Or,
    /// `=`, or an operator and `=`.
    Assign(Option<Binary>),
    Not,
    Complement,
    /// `++` and `--`
    Increment(i64),
    Question,
    Colon,
    Comma,
    Open,
    Close,
}

/// The longest first, so that none is taken for the start of another.
const OPERATORS: [(&[u8], Token); 38] = [
    (b"<<=", Token::Assign(Some(Binary::ShiftLeft))),
    (b">>=", Token::Assign(Some(Binary::ShiftRight))),
    (b"*=", Token::Assign(Some(Binary::Multiply))),
    (b"/=", Token::Assign(Some(Binary::Divide))),
    (b"%=", Token::Assign(Some(Binary::Remainder))),
    (b"+=", Token::Assign(Some(Binary::Add))),
    (b"-=", Token::Assign(Some(Binary::Subtract))),
    (b"&=", Token::Assign(Some(Binary::BitAnd))),
    (b"^=", Token::Assign(Some(Binary::BitXor))),
    (b"|=", Token::Assign(Some(Binary::BitOr))),
    (b"++", Token::Increment(1)),
    (b"--", Token::Increment(-1)),
    (b"<<", Token::Binary(Binary::ShiftLeft)),
    (b">>", Token::Binary(Binary::ShiftRight)),
    (b"<=", Token::Binary(Binary::LessOrEqual)),
    (b">=", Token::Binary(Binary::GreaterOrEqual)),
    (b"==", Token::Binary(Binary::Equal)),
    (b"!=", Token::Binary(Binary::NotEqual)),
    (b"&&", Token::And),
    (b"||", Token::Or),
    (b"<", Token::Binary(Binary::Less)),
    (b">", Token::Binary(Binary::Greater)),
    (b"*", Token::Binary(Binary::Multiply)),
    (b"/", Token::Binary(Binary::Divide)),
    (b"%", Token::Binary(Binary::Remainder)),
    (b"+", Token::Binary(Binary::Add)),
    (b"-", Token::Binary(Binary::Subtract)),
    (b"&", Token::Binary(Binary::BitAnd)),
    (b"^", Token::Binary(Binary::BitXor)),
    (b"|", Token::Binary(Binary::BitOr)),
    (b"=", Token::Assign(None)),
    (b"!", Token::Not),
    (b"~", Token::Complement),
    (b"?", Token::Question),
    (b":", Token::Colon),
    (b",", Token::Comma),
    (b"(", Token::Open),
    (b")", Token::Close),
];

/// Appends the tokens of `text`, each with its place counted from `start`.
pub(super) fn append(
    text: &[u8],
    start: usize,
    tokens: &mut Vec<(Token, usize)>,
) -> Result<(), At> {
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let at = start + text.len() - rest.len();
        if first.is_ascii_whitespace() || first == 0x0b {
            rest = &rest[1..];
            continue;
        }
        let (token, length) = if is_of_word(first) {
            word(rest).ok_or(At(Fault::Constant, at))?
        } else {
            operator(rest).ok_or(At(Fault::Character, at))?
        };
        tokens.push((token, at));
        rest = &rest[length..];
    }
    Ok(())
}

/// Whether `byte` may be part of a number or a name.
pub(super) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn word(text: &[u8]) -> Option<(Token, usize)> {
    let end = text.iter().position(|&byte| !is_of_word(byte));
    let word = &text[..end.unwrap_or(text.len())];
    let token = if word[0].is_ascii_digit() {
        Token::Number(constant::unsigned(word)?)
    } else {
        Token::Name(Name::new(word))
    };
    Some((token, word.len()))
}

fn operator(text: &[u8]) -> Option<(Token, usize)> {
    let found = OPERATORS.iter().find(|(sign, _)| text.starts_with(sign))?;
    Some((found.1, found.0.len()))
}
