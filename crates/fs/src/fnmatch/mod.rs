//! The shell's patterns, as POSIX has them (XCU 2.14, and fnmatch(3) for the flags).
//!
//! `*` matches any text, `?` one character, `[…]` one character of a set; all else, and whatever
//! follows a backslash, stands for itself. Names of files are bytes that need not be UTF-8, so that
//! the unit of matching is a character where the bytes form one, and a single byte where they do
//! not: `?` matches either.
//!
//! A pattern is compiled once into a row of tokens and then matched often. The matcher goes back to
//! at most one place, the last star it passed. That is enough: a later star can swallow whatever an
//! earlier one could, so that what stood before the later star never needs to be matched in another
//! way. Hence `*a*a*a*a*b` takes time in proportion to pattern times text, where a matcher that
//! tries each star anew for each star before it needs time that doubles with every star.
//!
//! ```
//! use fs::fnmatch::{Options, Pattern};
//!
//! let pattern = Pattern::new("lib*.so.[0-9]", Options::default());
//! assert!(pattern.matches("libm.so.6"));
//! assert!(!pattern.matches("libm.so"));
//!
//! // As the shell expands names: a star stops at slashes, and passes over hidden files.
//! let names = Pattern::new("src/*", Options { pathname: true, period: true, ..Options::default() });
//! assert!(names.matches("src/main.rs"));
//! assert!(!names.matches("src/.git") && !names.matches("src/a/b"));
//! ```

mod bracket;
mod unit;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use bracket::Bracket;
use unit::{Unit, Units};

/// The flags of fnmatch(3). All are off by default, as in `case … esac`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// Only a slash in the pattern matches a slash.
    #[doc(alias = "FNM_PATHNAME")]
    pub pathname: bool,
    /// Only a period in the pattern matches a leading period: the first of the text and, with
    /// `pathname`, the first after each slash.
    #[doc(alias = "FNM_PERIOD")]
    pub period: bool,
    /// A backslash is a character like others.
    #[doc(alias = "FNM_NOESCAPE")]
    pub no_escape: bool,
    /// Upper and lower case are the same.
    #[doc(alias = "FNM_CASEFOLD")]
    pub case_fold: bool,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    tokens: Vec<Token>,
    options: Options,
}

#[derive(Debug, Clone)]
enum Token {
    /// Already folded when case does not matter.
    Literal(Unit),
    AnyOne,
    AnyText,
    OneOf(Bracket),
    /// Matches nothing: a backslash with nothing behind it, a class that does not exist.
    Never,
}

impl Pattern {
    /// Compiles. There are no invalid patterns: a `[` without its `]` stands for itself, and what
    /// makes no sense at all, as `[[:no-such-class:]]`, matches nothing.
    pub fn new(pattern: impl AsRef<OsStr>, options: Options) -> Self {
        let mut rest = Units::new(pattern.as_ref().as_bytes());
        let mut tokens = Vec::new();
        while let Some(unit) = rest.next() {
            let token = Token::read(unit, &mut rest, options);
            // Two stars in a row match what one does.
            if !matches!(
                (&token, tokens.last()),
                (Token::AnyText, Some(Token::AnyText))
            ) {
                tokens.push(token);
            }
        }
        Pattern { tokens, options }
    }

    /// Whether the pattern matches the whole of `text`.
    pub fn matches(&self, text: impl AsRef<OsStr>) -> bool {
        self.matches_bytes(text.as_ref().as_bytes())
    }

    /// The only text that the pattern matches, when it has no wildcards: what a shell leaves alone
    /// instead of reading directories, its backslashes taken off.
    pub fn literal(&self) -> Option<Vec<u8>> {
        if self.options.case_fold {
            return None;
        }
        let mut text = Vec::new();
        for token in &self.tokens {
            let Token::Literal(unit) = token else {
                return None;
            };
            unit.append_to(&mut text);
        }
        Some(text)
    }

    fn matches_bytes(&self, text: &[u8]) -> bool {
        let mut rest = Units::new(text);
        let mut tokens = &self.tokens[..];
        // The tokens behind the last star, and the text that it has not swallowed yet.
        let mut last_star: Option<(&[Token], Units)> = None;
        let mut at_start = true;
        loop {
            let mut ahead = rest;
            let unit = ahead.next();
            let hidden = self.options.period && at_start && unit == Some(Unit::PERIOD);
            match (tokens.split_first(), unit) {
                (None, None) => return true,
                (Some((Token::AnyText, after)), _) if !hidden => {
                    last_star = Some((after, rest));
                    tokens = after;
                    continue;
                }
                (Some((token, after)), Some(unit)) if self.one(token, unit, hidden) => {
                    at_start = self.is_separator(unit);
                    if at_start {
                        // No star reaches across: what is before a slash has been matched for good.
                        last_star = None;
                    }
                    (tokens, rest) = (after, ahead);
                    continue;
                }
                _ => {}
            }
            let Some((after, swallowed)) = &mut last_star else {
                return false;
            };
            match swallowed.next() {
                Some(unit) if !self.is_separator(unit) => {}
                _ => return false,
            }
            (tokens, rest, at_start) = (*after, *swallowed, false);
        }
    }

    /// Whether `token`, which is no star, matches `unit`.
    fn one(&self, token: &Token, unit: Unit, hidden: bool) -> bool {
        match token {
            Token::Literal(literal) => *literal == unit.folded_if(self.options.case_fold),
            Token::AnyOne => !hidden && !self.is_separator(unit),
            Token::OneOf(bracket) => {
                !hidden && !self.is_separator(unit) && bracket.matches(unit, self.options.case_fold)
            }
            Token::AnyText | Token::Never => false,
        }
    }

    fn is_separator(&self, unit: Unit) -> bool {
        self.options.pathname && unit == Unit::SLASH
    }
}

impl Token {
    /// The token that begins with `first`; `rest` is what follows it.
    fn read(first: Unit, rest: &mut Units, options: Options) -> Self {
        let literal = |unit: Unit| Token::Literal(unit.folded_if(options.case_fold));
        match first.character() {
            Some('*') => Token::AnyText,
            Some('?') => Token::AnyOne,
            Some('\\') if !options.no_escape => rest.next().map_or(Token::Never, literal),
            Some('[') => match Bracket::read(rest, options) {
                bracket::Read::Set(bracket) => Token::OneOf(bracket),
                bracket::Read::Impossible => Token::Never,
                bracket::Read::NotABracket => literal(first),
            },
            _ => literal(first),
        }
    }
}

/// Matches once: [`Pattern::new`] and [`Pattern::matches`] in one.
pub fn fnmatch(pattern: impl AsRef<OsStr>, text: impl AsRef<OsStr>, options: Options) -> bool {
    Pattern::new(pattern, options).matches(text)
}
