//! The first bytes of a stack, as the kernel leaves them for a new program.
//!
//! From the stack pointer upwards:
//!
//! ```text
//! sp -> argc
//!       argv[0] … argv[argc-1], 0
//!       envp[0] …, 0
//!       auxiliary vector: (type, value) …, (AT_NULL, 0)
//!       up to 15 bytes of padding
//!       16 random bytes; the strings of AT_PLATFORM and such; argv's; envp's; AT_EXECFN's
//!       8 bytes of zeros
//! top
//! ```
//!
//! The stack pointer is a multiple of 16 on x86-64 and arm64. (System V ABI, AMD64 supplement,
//! "Initial Stack and Register State"; Linux's `create_elf_tables`.)

use std::ffi::{CStr, CString};

use super::auxiliary::{AT_EXECFN, AT_NULL, AT_RANDOM, Auxiliary};
use super::error::StackError;

/// What is to be on the stack.
#[derive(Clone, Copy, Debug)]
pub struct StackInput<'a> {
    /// The program's own name first.
    pub arguments: &'a [CString],
    /// `NAME=value`
    pub environment: &'a [CString],
    /// Whatever its entries `AT_RANDOM`, `AT_EXECFN` and those of its texts are: they are made here.
    pub auxiliary: &'a Auxiliary,
    /// What `AT_EXECFN` points at: the path as it was given to exec.
    pub name: &'a CStr,
    /// What `AT_RANDOM` points at: the C library makes its stack canary of them.
    pub random: [u8; 16],
}

/// The finished bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// The initial stack pointer: where `bytes` belong.
    pub pointer: u64,
    /// From there to the top.
    pub bytes: Vec<u8>,
}

const WORD: u64 = 8;
const ALIGN: u64 = 16;

impl Stack {
    /// The stack that ends at address `top` and has to leave room above `limit`.
    ///
    /// # Errors
    ///
    /// It does not fit there.
    pub fn new(input: &StackInput<'_>, top: u64, limit: u64) -> Result<Self, StackError> {
        let mut strings = Strings::new();
        let random = strings.add(&input.random);
        let platform: Vec<_> = input
            .auxiliary
            .strings
            .iter()
            .map(|(kind, text)| (*kind, strings.add(text.as_bytes_with_nul())))
            .collect();
        let mut add = |text: &CString| strings.add(text.as_bytes_with_nul());
        let arguments: Vec<_> = input.arguments.iter().map(&mut add).collect();
        let environment: Vec<_> = input.environment.iter().map(&mut add).collect();
        let name = strings.add(input.name.to_bytes_with_nul());

        let vector = input.auxiliary.entries.iter().map(|&(kind, value)| {
            let pointed = match kind {
                AT_RANDOM => Some(random),
                AT_EXECFN => Some(name),
                _ => platform
                    .iter()
                    .find(|text| text.0 == kind)
                    .map(|text| text.1),
            };
            (kind, value, pointed)
        });
        let vector: Vec<_> = vector.collect();
        let words = 1 + arguments.len() + 1 + environment.len() + 1 + 2 * (vector.len() + 1);

        let above = strings.bytes.len() as u64 + WORD;
        let too_large = StackError {
            needed: above + words as u64 * WORD,
            room: top.saturating_sub(limit),
        };
        if too_large.needed + ALIGN > too_large.room {
            return Err(too_large);
        }
        let base = top - above;
        let pointer = (base - words as u64 * WORD) / ALIGN * ALIGN;

        let mut image = Words::new(pointer);
        image.push(arguments.len() as u64);
        image.list(base, &arguments);
        image.list(base, &environment);
        for (kind, value, pointed) in vector {
            image.pair(kind, pointed.map_or(value, |place| base + place));
        }
        image.pair(AT_NULL, 0);
        Ok(image.finish(base, &strings.bytes))
    }
}

/// The bytes that pointers point at; a string's place is its distance from their beginning.
struct Strings {
    bytes: Vec<u8>,
}

impl Strings {
    fn new() -> Self {
        Strings { bytes: Vec::new() }
    }

    fn add(&mut self, bytes: &[u8]) -> u64 {
        let place = self.bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        place
    }
}

/// The words at the stack pointer.
struct Words {
    pointer: u64,
    bytes: Vec<u8>,
}

impl Words {
    fn new(pointer: u64) -> Self {
        let bytes = Vec::new();
        Words { pointer, bytes }
    }

    fn push(&mut self, word: u64) {
        self.bytes.extend_from_slice(&word.to_ne_bytes());
    }

    fn pair(&mut self, kind: u64, value: u64) {
        self.push(kind);
        self.push(value);
    }

    /// Addresses of strings, and the 0 that ends them.
    fn list(&mut self, base: u64, places: &[u64]) {
        places.iter().for_each(|place| self.push(base + place));
        self.push(0);
    }

    fn finish(mut self, base: u64, strings: &[u8]) -> Stack {
        self.bytes.resize((base - self.pointer) as usize, 0);
        self.bytes.extend_from_slice(strings);
        self.push(0);
        let Words { pointer, bytes } = self;
        Stack { pointer, bytes }
    }
}
