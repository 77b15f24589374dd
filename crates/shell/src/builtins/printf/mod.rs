//! `printf`: POSIX.1-2024's utility of that name, without processes.
//!
//! The format is used again as long as arguments are left. Conversions are `%d %i %o %u %x %X %c %s %b
//! %a %A %e %E %f %F %g %G %%`, with flags, width and precision (`*` takes them from the arguments), and
//! with `%n$` to take an argument by its number.

mod directive;
mod float;
mod number;

use directive::{Directive, Item, Taken};

use super::{escape, misused, options, print};
use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;

pub(super) fn printf(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"")?;
    let Some((text, operands)) = given.operands.split_first() else {
        return Err(misused(shell, b"printf", "a format is missing"));
    };
    let printed = format(text, operands);
    let written = print(shell, &printed.output);
    for complaint in &printed.complaints {
        shell.complain(format!("printf: {complaint}"));
    }
    Ok(written.max(i32::from(!printed.complaints.is_empty())))
}

/// What a call came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Printed {
    /// For standard output; whatever went before an error is there too.
    output: Bytes,
    /// One for each thing that was wrong. None means success.
    complaints: Vec<String>,
}

/// `printf format arguments…`
fn format(format: &[u8], arguments: &[Bytes]) -> Printed {
    let mut printer = Printer {
        arguments,
        next: 0,
        base: 0,
        printed: Printed::default(),
    };
    loop {
        let before = printer.next;
        if !printer.pass(format) || printer.next >= arguments.len() || printer.next == before {
            return printer.printed;
        }
        printer.base = printer.next;
    }
}

struct Printer<'a> {
    arguments: &'a [Bytes],
    /// The argument for the next conversion that does not name one.
    next: usize,
    /// The argument that `%1$` is, in this pass over the format.
    base: usize,
    printed: Printed,
}

impl Printer<'_> {
    /// Goes over the format once. False when nothing may be printed any more.
    fn pass(&mut self, format: &[u8]) -> bool {
        let mut rest = format;
        while !rest.is_empty() {
            let (item, length) = directive::next(rest);
            let goes_on = match item {
                Item::Text(text) => {
                    self.printed.output.extend_from_slice(text);
                    true
                }
                Item::Byte(byte) => {
                    self.printed.output.push(byte);
                    true
                }
                Item::Directive(directive) => self.convert(&directive),
                Item::Invalid(text) => {
                    let text = String::from_utf8_lossy(text);
                    self.complain(format!("{text}: invalid conversion"));
                    false
                }
            };
            if !goes_on {
                return false;
            }
            rest = &rest[length..];
        }
        true
    }

    fn convert(&mut self, directive: &Directive) -> bool {
        let mut layout = directive.layout;
        if let Some(taken) = directive.width_from {
            let width = self.integer(taken);
            layout.left |= width < 0;
            layout.width = limited(width.unsigned_abs());
        }
        if let Some(taken) = directive.precision_from {
            let precision = self.integer(taken);
            layout.precision = (precision >= 0).then(|| limited(precision.unsigned_abs()));
        }
        let argument = self.take(directive.argument);
        let text = argument.map_or(&[][..], Vec::as_slice);
        match directive.conversion {
            b's' => layout.text(text, &mut self.printed.output),
            b'c' => {
                let first = &text[..text.len().min(1)];
                layout.padded(first, &mut self.printed.output);
            }
            b'b' => {
                let mut replaced = Bytes::new();
                let whole = escape::append(text, &mut replaced);
                layout.text(&replaced, &mut self.printed.output);
                return whole;
            }
            b'd' | b'i' => {
                let value = self.number(argument, number::integer);
                layout.signed(value, &mut self.printed.output);
            }
            conversion @ (b'o' | b'u' | b'x' | b'X') => {
                let value = self.number(argument, number::unsigned);
                layout.unsigned(value, conversion, &mut self.printed.output);
            }
            conversion => {
                let value = self.number(argument, number::float);
                float::append(&layout, value, conversion, &mut self.printed.output);
            }
        }
        true
    }

    fn integer(&mut self, taken: Taken) -> i64 {
        let argument = self.take(taken);
        self.number(argument, number::integer)
    }

    fn number<T: Default>(
        &mut self,
        argument: Option<&Bytes>,
        read: fn(&[u8]) -> number::Read<T>,
    ) -> T {
        let Some(argument) = argument else {
            return T::default();
        };
        let (value, problem) = read(argument);
        if let Some(problem) = problem {
            self.complain(format!("{}: {problem}", String::from_utf8_lossy(argument)));
        }
        value
    }
}

impl<'a> Printer<'a> {
    fn take(&mut self, taken: Taken) -> Option<&'a Bytes> {
        let index = match taken {
            Taken::Next => self.next,
            Taken::Numbered(number) => self.base + number - 1,
        };
        self.next = self.next.max(index + 1);
        self.arguments.get(index)
    }

    fn complain(&mut self, complaint: String) {
        self.printed.complaints.push(complaint);
    }
}

/// Widths and precisions above this would only fill the memory.
fn limited(number: u64) -> usize {
    number.min(1 << 20) as usize
}
