//! What a writer of one argument has at hand.

use std::fmt::Write;

use super::text::{self, Escape};
use super::{Memory, Style};

/// What the kernel answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) result: i64,
    pub(crate) failed: bool,
}

/// The state of decoding one call's arguments; a writer appends to its text. An argument whose writer
/// appends nothing is left out, as the mode of an `open` that creates nothing.
pub struct Context<'a> {
    /// The arguments so far.
    pub text: String,
    /// All argument registers: a length often stands behind its address.
    pub registers: [u64; 6],
    pub(crate) answer: Option<Answer>,
    /// How much to show.
    pub style: Style,
    /// The task.
    pub memory: &'a dyn Memory,
    /// What is shown in parentheses behind the result (`Timeout`, `flags O_RDONLY`).
    pub note: Option<String>,
    /// What an [`Argument::Kept`](super::Argument::Kept) or the first half of an
    /// [`Argument::InOut`](super::Argument::InOut) remembered at entry.
    pub kept: u64,
}

/// The longest path that the kernel takes, with its NUL.
const PATH_MAX: usize = 4096;

/// Most strings are shorter than this; what is longer is read in a second step.
const SHORT: usize = 256;

impl<'a> Context<'a> {
    /// A context at entry.
    pub(crate) fn new(registers: [u64; 6], style: Style, memory: &'a dyn Memory) -> Self {
        Self {
            text: String::new(),
            registers,
            answer: None,
            style,
            memory,
            note: None,
            kept: 0,
        }
    }

    /// The result of a call that succeeded; `None` at entry and after an error.
    #[must_use]
    pub fn success(&self) -> Option<i64> {
        self.answer
            .filter(|answer| !answer.failed)
            .map(|answer| answer.result)
    }

    /// Appends text.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends what `format_args!` gives.
    pub fn format(&mut self, arguments: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(arguments);
    }

    /// Appends `0x7f…`, or `NULL`.
    pub fn address(&mut self, address: u64) {
        if address == 0 {
            self.push("NULL");
        } else {
            self.format(format_args!("{address:#x}"));
        }
    }

    /// Appends a number in hexadecimal, as C does: zero is `0`.
    pub fn hex(&mut self, number: u64) {
        if number == 0 {
            self.push("0");
        } else {
            self.format(format_args!("{number:#x}"));
        }
    }

    /// Appends permission bits: `0644`, `000`.
    pub fn mode(&mut self, mode: u32) {
        // C's "%#03o": a zero in front, and at least three digits.
        if mode < 0o100 {
            self.format(format_args!("{mode:03o}"));
        } else {
            self.format(format_args!("0{mode:o}"));
        }
    }

    /// Appends a signal's name, `SIGTERM`, or its number when there is no such signal.
    pub fn signal(&mut self, number: i32) {
        self.push(&super::siginfo::signal_name(number));
    }

    /// Appends a descriptor: `3`, or `3</etc/passwd>`.
    pub fn fd(&mut self, fd: i32) {
        self.format(format_args!("{fd}"));
        if self.style.descriptors
            && fd >= 0
            && let Some(target) = self.memory.descriptor(fd)
        {
            text::descriptor(&mut self.text, &target);
        }
    }

    /// Appends a directory's descriptor: `3`, `AT_FDCWD`, `AT_FDCWD</home>`.
    pub fn directory(&mut self, fd: i32) {
        if fd != nix::libc::AT_FDCWD {
            return self.fd(fd);
        }
        self.push("AT_FDCWD");
        if self.style.descriptors
            && let Some(target) = self.memory.working_directory()
        {
            text::descriptor(&mut self.text, &target);
        }
    }

    /// Reads exactly `N` bytes of the task, or says that they are not there.
    #[must_use]
    pub fn bytes<const N: usize>(&self, address: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        (address != 0 && self.memory.read(address, &mut bytes) == N).then_some(bytes)
    }

    /// Reads a number of 32 bits.
    #[must_use]
    pub fn u32(&self, address: u64) -> Option<u32> {
        self.bytes(address).map(u32::from_ne_bytes)
    }

    /// Reads a number of 64 bits.
    #[must_use]
    pub fn u64(&self, address: u64) -> Option<u64> {
        self.bytes(address).map(u64::from_ne_bytes)
    }

    /// Appends the signed number of 32 bits at an address, in brackets: `[3]`.
    pub fn int_at(&mut self, address: u64) {
        match self.u32(address) {
            Some(number) => self.format(format_args!("[{}]", number.cast_signed())),
            None => self.address(address),
        }
    }

    /// Appends the path at an address, whole, however long.
    pub fn path(&mut self, address: u64) {
        self.terminated(address, PATH_MAX - 1);
    }

    /// Appends the NUL-terminated string at an address, up to the style's limit.
    pub fn string(&mut self, address: u64) {
        self.terminated(address, self.style.string_limit);
    }

    /// Appends at most `limit` bytes of a NUL-terminated string. Strings are short, so a page's worth
    /// is asked for only when the first few bytes have no end.
    fn terminated(&mut self, address: u64, limit: usize) {
        if address == 0 {
            return self.push("NULL");
        }
        // One byte more than is shown: it tells whether there is more.
        let wanted = limit.saturating_add(1);
        let mut short = [0; SHORT];
        let first = wanted.min(SHORT);
        let got = self.memory.read(address, &mut short[..first]);
        if let Some(end) = short[..got].iter().position(|byte| *byte == 0) {
            return text::quote(
                &mut self.text,
                &short[..end.min(limit)],
                Escape::Octal,
                end > limit,
            );
        }
        if got == wanted {
            return text::quote(&mut self.text, &short[..limit], Escape::Octal, true);
        }
        if got < first {
            return self.address(address);
        }
        self.terminated_long(address, limit);
    }

    /// As `terminated`, for a string that is known to be long.
    #[cold]
    fn terminated_long(&mut self, address: u64, limit: usize) {
        let wanted = limit.saturating_add(1);
        let mut bytes = Vec::new();
        while bytes.len() < wanted {
            let start = bytes.len();
            bytes.resize(wanted.min(start + PATH_MAX), 0);
            let got = self
                .memory
                .read(address.saturating_add(start as u64), &mut bytes[start..]);
            let end = bytes[start..start + got].iter().position(|byte| *byte == 0);
            if let Some(end) = end {
                let end = start + end;
                return text::quote(
                    &mut self.text,
                    &bytes[..end.min(limit)],
                    Escape::Octal,
                    end > limit,
                );
            }
            if start + got < bytes.len() {
                return self.address(address);
            }
        }
        text::quote(&mut self.text, &bytes[..limit], Escape::Octal, true);
    }

    /// Appends `length` bytes at an address, up to the style's limit.
    pub fn buffer(&mut self, address: u64, length: u64) {
        self.quoted(address, length, Escape::Octal);
    }

    /// As [`Context::buffer`], all in hexadecimal: for what is not text at all.
    pub fn hex_buffer(&mut self, address: u64, length: u64) {
        self.quoted(address, length, Escape::Hex);
    }

    fn quoted(&mut self, address: u64, length: u64, escape: Escape) {
        let limit = self.style.string_limit;
        let more = length > limit as u64;
        let wanted = usize::try_from(length).unwrap_or(limit).min(limit);
        let mut short = [0; SHORT];
        let mut long = Vec::new();
        let bytes = if wanted <= SHORT {
            &mut short[..wanted]
        } else {
            long.resize(wanted, 0);
            &mut long[..]
        };
        if address == 0 || self.memory.read(address, bytes) < wanted {
            return self.address(address);
        }
        text::quote(&mut self.text, bytes, escape, more);
    }

    /// Appends bytes that were read before, in quotation marks, up to the style's limit.
    pub fn quote(&mut self, bytes: &[u8]) {
        let shown = bytes.len().min(self.style.string_limit);
        text::quote(
            &mut self.text,
            &bytes[..shown],
            Escape::Octal,
            shown < bytes.len(),
        );
    }

    /// Appends bytes that were read before, in quotation marks, all of them.
    pub fn quote_all(&mut self, bytes: &[u8]) {
        text::quote(&mut self.text, bytes, Escape::Octal, false);
    }

    /// Appends an array of `count` elements of `N` bytes each: `[1, 2, 3]`. As many are shown as of a
    /// string's bytes, then `...`; where the memory ends, `... /* 0x7f… */` with the address.
    pub fn array<const N: usize>(
        &mut self,
        address: u64,
        count: u64,
        mut element: impl FnMut(&mut Self, &[u8; N]),
    ) {
        if address == 0 {
            return self.push("NULL");
        }
        if count == 0 {
            return self.push("[]");
        }
        let start = self.text.len();
        self.push("[");
        for index in 0..count {
            if index > 0 {
                self.push(", ");
            }
            if index >= self.style.string_limit as u64 {
                self.push("...");
                break;
            }
            let place = address.wrapping_add(index.wrapping_mul(N as u64));
            match self.bytes::<N>(place) {
                Some(bytes) => element(self, &bytes),
                None if index == 0 => {
                    self.text.truncate(start);
                    return self.address(address);
                }
                None => {
                    self.format(format_args!("... /* {place:#x} */"));
                    break;
                }
            }
        }
        self.push("]");
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("text", &self.text)
            .field("registers", &self.registers)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn with_memory(memory: &Fake, write: impl FnOnce(&mut Context<'_>)) -> String {
        written_with(memory, [0; 6], write)
    }

    #[test]
    fn a_path_is_shown_whole() {
        let long = "p".repeat(4095);
        let memory = Fake::default().with(0x1000, format!("{long}\0"));
        let text = with_memory(&memory, |context| context.path(0x1000));
        assert_eq!(text, format!("\"{long}\""));
    }

    #[test]
    fn a_path_longer_than_the_kernel_takes_is_cut() {
        let memory = Fake::default().with(0x1000, "p".repeat(5000));
        let text = with_memory(&memory, |context| context.path(0x1000));
        assert_eq!(text, format!("\"{}\"...", "p".repeat(4095)));
    }

    #[test]
    fn a_string_is_cut_at_the_limit() {
        let memory = Fake::default()
            .with(
                0x1000,
                [b'x'; 32].iter().chain(b"\0").copied().collect::<Vec<_>>(),
            )
            .with(0x2000, [b'x'; 40]);
        let shown = "x".repeat(32);
        let text = with_memory(&memory, |context| context.string(0x1000));
        assert_eq!(text, format!("\"{shown}\""));
        let text = with_memory(&memory, |context| context.string(0x2000));
        assert_eq!(text, format!("\"{shown}\"..."));
    }

    #[test]
    fn what_cannot_be_read_is_an_address() {
        let memory = Fake::default().with(0x1000, "no end");
        for (address, text) in [(0x1000, "0x1000"), (0x5000, "0x5000"), (0, "NULL")] {
            assert_eq!(with_memory(&memory, |context| context.path(address)), text);
            assert_eq!(
                with_memory(&memory, |context| context.string(address)),
                text
            );
        }
        assert_eq!(
            with_memory(&memory, |context| context.buffer(0x1000, 7)),
            "0x1000"
        );
    }

    #[test]
    fn a_buffer_ends_at_its_length_or_at_the_limit() {
        let memory = Fake::default().with(0x1000, [b'x'; 100]);
        for (length, text) in [
            (0, "\"\"".to_owned()),
            (3, "\"xxx\"".to_owned()),
            (32, format!("\"{}\"", "x".repeat(32))),
            (u64::MAX, format!("\"{}\"...", "x".repeat(32))),
        ] {
            assert_eq!(
                with_memory(&memory, |context| context.buffer(0x1000, length)),
                text
            );
        }
    }

    #[test]
    fn an_array_ends_where_its_memory_does() {
        let memory = Fake::default().with(0x1000, [1, 0, 0, 0, 2, 0, 0, 0, 3]);
        let ints = |context: &mut Context<'_>, count| {
            context.array(0x1000, count, |context, bytes| {
                context.format(format_args!("{}", u32::from_le_bytes(*bytes)));
            });
        };
        assert_eq!(with_memory(&memory, |context| ints(context, 0)), "[]");
        assert_eq!(with_memory(&memory, |context| ints(context, 2)), "[1, 2]");
        let text = with_memory(&memory, |context| ints(context, 3));
        assert_eq!(text, "[1, 2, ... /* 0x1008 */]");
    }

    #[test]
    fn an_array_is_cut_at_the_limit() {
        let memory = Fake::default().with(0x1000, [7; 100]);
        let text = with_memory(&memory, |context| {
            context.array(0x1000, u64::MAX, |context, bytes: &[u8; 1]| {
                context.format(format_args!("{}", bytes[0]));
            });
        });
        assert_eq!(text, format!("[{}...]", "7, ".repeat(32)));
    }

    #[test]
    fn permission_bits_have_three_digits_or_more() {
        for (mode, text) in [(0, "000"), (7, "007"), (0o22, "022"), (0o644, "0644")] {
            assert_eq!(
                with_memory(&Fake::default(), |context| context.mode(mode)),
                text
            );
        }
    }

    #[test]
    fn descriptors_say_what_they_are_when_asked() {
        let memory = Fake::default();
        let mut context = Context::new([0; 6], Style::default(), &memory);
        context.fd(3);
        context.style.descriptors = true;
        for fd in [3, 4, -1] {
            context.push(" ");
            context.fd(fd);
        }
        context.push(" ");
        context.directory(nix::libc::AT_FDCWD);
        assert_eq!(context.text, "3 3</etc/passwd> 4 -1 AT_FDCWD</home>");
    }
}
