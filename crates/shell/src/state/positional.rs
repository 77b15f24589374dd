//! `$0`, `$1` …, `$#`, `$@`

use std::mem;

use crate::syntax::ast::Bytes;

/// The positional parameters, and what `$0` is.
#[derive(Debug, Clone, Default)]
pub struct Positional {
    /// `$0`: the name of the shell or of the script; functions leave it as it is.
    pub zero: Bytes,
    arguments: Arguments,
}

/// The parameters without `$0`: what a function's call puts aside and its return brings back.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    values: Vec<Bytes>,
    /// So many were shifted away; they stay in `values`, so that `shift` moves nothing.
    shifted: usize,
}

impl Positional {
    /// `$0` is `zero`, and `$1` onwards are `values`.
    #[must_use]
    pub fn new(zero: Bytes, values: Vec<Bytes>) -> Self {
        let arguments = Arguments { values, shifted: 0 };
        Self { zero, arguments }
    }

    /// `$number`, from 1; [`Positional::zero`] for 0.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        match number {
            0 => Some(&self.zero),
            _ => self.all().get(number - 1).map(Vec::as_slice),
        }
    }

    /// `$1` onwards.
    #[must_use]
    pub fn all(&self) -> &[Bytes] {
        &self.arguments.values[self.arguments.shifted..]
    }

    /// `$#`
    #[must_use]
    pub fn count(&self) -> usize {
        self.all().len()
    }

    /// `set -- values…`
    pub fn set(&mut self, values: Vec<Bytes>) {
        self.replace(values);
    }

    /// [`Positional::set`], giving back what there was for [`Positional::restore`].
    pub fn replace(&mut self, values: Vec<Bytes>) -> Arguments {
        mem::replace(&mut self.arguments, Arguments { values, shifted: 0 })
    }

    /// Undoes [`Positional::replace`].
    pub fn restore(&mut self, arguments: Arguments) {
        self.arguments = arguments;
    }

    /// `shift count`: false, and nothing done, when there are fewer.
    #[must_use]
    pub fn shift(&mut self, count: usize) -> bool {
        let possible = count <= self.count();
        if possible {
            self.arguments.shifted += count;
        }
        possible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Positional {
        Positional::new(
            b"name".to_vec(),
            vec![b"a".to_vec(), b"b".to_vec(), b"c".to_vec()],
        )
    }

    #[test]
    fn shift_moves_the_numbers_and_not_zero() {
        let mut positional = three();
        assert!(positional.shift(2));
        assert_eq!(positional.get(0), Some(&b"name"[..]));
        assert_eq!(positional.get(1), Some(&b"c"[..]));
        assert_eq!(positional.get(2), None);
        assert!(!positional.shift(2), "one is left");
        assert_eq!(positional.count(), 1);
    }

    #[test]
    fn a_call_puts_them_aside() {
        let mut positional = three();
        assert!(positional.shift(1));
        let callers = positional.replace(vec![b"x".to_vec()]);
        assert_eq!(positional.count(), 1);
        positional.restore(callers);
        assert_eq!(positional.get(1), Some(&b"b"[..]));
    }
}
