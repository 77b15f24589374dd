//! The format of `printf`, piece by piece; and text laid out as a piece says.

use super::super::escape::{Dialect, Escape, escape};
use super::limited;

/// A piece of a format.
pub(super) enum Item<'a> {
    Text(&'a [u8]),
    Byte(u8),
    Directive(Directive),
    Invalid(&'a [u8]),
}

/// `%5.2d`
pub(super) struct Directive {
    pub(super) argument: Taken,
    pub(super) layout: Layout,
    /// `*` instead of a width.
    pub(super) width_from: Option<Taken>,
    /// `.*`
    pub(super) precision_from: Option<Taken>,
    pub(super) conversion: u8,
}

/// Which argument.
#[derive(Clone, Copy)]
pub(super) enum Taken {
    Next,
    /// From 1.
    Numbered(usize),
}

/// How what is converted is written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Layout {
    /// `-`
    pub(super) left: bool,
    /// `+`
    pub(super) plus: bool,
    /// A space
    pub(super) space: bool,
    /// `#`
    pub(super) alternative: bool,
    /// `0`
    pub(super) zero: bool,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
}

/// The first piece of `format`, which is not empty, and its length.
pub(super) fn next(format: &[u8]) -> (Item<'_>, usize) {
    match format[0] {
        b'%' => directive(format),
        b'\\' => match escape(&format[1..], Dialect::Format) {
            Some((Escape::Byte(byte), length)) => (Item::Byte(byte), 1 + length),
            _ => (Item::Byte(b'\\'), 1),
        },
        _ => {
            let end = format.iter().position(|byte| matches!(byte, b'%' | b'\\'));
            let end = end.unwrap_or(format.len());
            (Item::Text(&format[..end]), end)
        }
    }
}

fn directive(format: &[u8]) -> (Item<'_>, usize) {
    if format.get(1) == Some(&b'%') {
        return (Item::Byte(b'%'), 2);
    }
    let mut scanner = Scanner {
        text: format,
        at: 1,
    };
    let directive = scanner.directive();
    let length = scanner.at.min(format.len());
    match directive {
        Some(directive) => (Item::Directive(directive), length),
        None => (Item::Invalid(&format[..length]), length),
    }
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn directive(&mut self) -> Option<Directive> {
        let argument = self.numbered().unwrap_or(Taken::Next);
        let mut layout = self.flags();
        let mut width_from = None;
        if self.accept(b'*') {
            width_from = Some(self.numbered().unwrap_or(Taken::Next));
        } else {
            layout.width = self.digits().unwrap_or(0);
        }
        let mut precision_from = None;
        if self.accept(b'.') {
            if self.accept(b'*') {
                precision_from = Some(self.numbered().unwrap_or(Taken::Next));
            } else {
                layout.precision = Some(self.digits().unwrap_or(0));
            }
        }
        let conversion = self.peek();
        self.at += 1;
        let known = b"diouxXcsbaAeEfFgG";
        Some(Directive {
            argument,
            layout,
            width_from,
            precision_from,
            conversion: conversion.filter(|byte| known.contains(byte))?,
        })
    }

    /// `3$`
    fn numbered(&mut self) -> Option<Taken> {
        let start = self.at;
        if let Some(number @ 1..) = self.digits()
            && self.accept(b'$')
        {
            return Some(Taken::Numbered(number));
        }
        self.at = start;
        None
    }

    fn flags(&mut self) -> Layout {
        let mut layout = Layout::default();
        loop {
            match self.peek() {
                Some(b'-') => layout.left = true,
                Some(b'+') => layout.plus = true,
                Some(b' ') => layout.space = true,
                Some(b'#') => layout.alternative = true,
                Some(b'0') => layout.zero = true,
                _ => return layout,
            }
            self.at += 1;
        }
    }

    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        let mut number = 0u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        (self.at > start).then(|| limited(number))
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }
}

impl Layout {
    /// `%s`: the precision is the most bytes.
    pub(super) fn text(&self, text: &[u8], out: &mut Vec<u8>) {
        let length = self.precision.unwrap_or(text.len()).min(text.len());
        self.padded(&text[..length], out);
    }

    pub(super) fn padded(&self, text: &[u8], out: &mut Vec<u8>) {
        let padding = self.width.saturating_sub(text.len());
        if !self.left {
            out.resize(out.len() + padding, b' ');
        }
        out.extend_from_slice(text);
        if self.left {
            out.resize(out.len() + padding, b' ');
        }
    }

    pub(super) fn signed(&self, value: i64, out: &mut Vec<u8>) {
        let digits = self.at_least(value.unsigned_abs().to_string());
        self.number(self.sign(value < 0), &digits, self.precision.is_none(), out);
    }

    pub(super) fn unsigned(&self, value: u64, conversion: u8, out: &mut Vec<u8>) {
        let digits = match conversion {
            b'o' => format!("{value:o}"),
            b'x' => format!("{value:x}"),
            b'X' => format!("{value:X}"),
            _ => value.to_string(),
        };
        let mut digits = self.at_least(digits);
        let prefix = match conversion {
            b'x' if self.alternative && value != 0 => "0x",
            b'X' if self.alternative && value != 0 => "0X",
            _ => "",
        };
        if conversion == b'o' && self.alternative && !digits.starts_with('0') {
            digits.insert(0, '0');
        }
        self.number(prefix, &digits, self.precision.is_none(), out);
    }

    /// What stands before a number.
    pub(super) fn sign(&self, negative: bool) -> &'static str {
        match self {
            _ if negative => "-",
            Self { plus: true, .. } => "+",
            Self { space: true, .. } => " ",
            _ => "",
        }
    }

    /// Writes prefix and digits, with zeros between them where the layout has them.
    pub(super) fn number(&self, prefix: &str, digits: &str, may_zero: bool, out: &mut Vec<u8>) {
        let missing = self.width.saturating_sub(prefix.len() + digits.len());
        let zeros = if self.zero && !self.left && may_zero {
            missing
        } else {
            0
        };
        let text = format!("{prefix}{}{digits}", "0".repeat(zeros));
        self.padded(text.as_bytes(), out);
    }

    /// The precision of an integer is the fewest digits; with a precision of 0, a 0 has none.
    fn at_least(&self, digits: String) -> String {
        match self.precision {
            Some(0) if digits == "0" => String::new(),
            Some(precision) => format!("{digits:0>precision$}"),
            None => digits,
        }
    }
}
