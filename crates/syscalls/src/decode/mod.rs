//! Numbers and addresses made readable: flags, paths, structures.
//!
//! A tracer gets a call as numbers: its own, six arguments, later a result. What they mean differs
//! from call to call, and an address means something only to whoever can look into the task. So a
//! [`Signature`] says for each call what its arguments are, in the words of the manual page, and a
//! [`Memory`] is the window into the task. Nothing here traces anything: a test gives a byte slice
//! as the memory.
//!
//! A call is decoded in two steps, because the kernel reads some memory and writes other.
//! [`Decoder::enter`] writes the arguments that the kernel is given, up to the first that it will
//! fill; [`Decoder::exit`] the rest, and the result. A task may be gone between the two, or may have
//! become another program (execve), so nothing that was known at entry is read at exit.

#[cfg(test)]
mod any_call;
mod bytes;
mod calls;
mod context;
mod date;
#[cfg(test)]
mod fake;
mod named;
mod note;
mod result;
mod sigevent;
mod siginfo;
mod signature;
mod sigset;
mod sockaddr;
mod text;
mod timespec;

use std::collections::HashMap;
use std::ops::Range;

pub use context::Context;
pub use named::{Choice, Flags};
pub use siginfo::{siginfo, signal_name};
pub use signature::{Argument, ResultKind, Signature};

use crate::event::Outcome;
use crate::table::Architecture;

/// A window into a task: its memory and its descriptors.
pub trait Memory {
    /// Copies bytes from `address` on; returns how many, fewer where the mapped memory ends.
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize;

    /// What a descriptor of the task is open on (`/etc/passwd`, `pipe:[123]`, `socket:[45]`).
    fn descriptor(&self, fd: i32) -> Option<String>;

    /// The task's working directory.
    fn working_directory(&self) -> Option<String>;

    /// Where the task's stack ends; `None` where nobody knows. `rt_sigreturn` has its argument there.
    fn stack_pointer(&self) -> Option<u64> {
        None
    }
}

/// How much to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// How many bytes of a string, as strace's `-s`.
    pub string_limit: usize,
    /// Whether to say what descriptors are open on, as strace's `-y`.
    pub descriptors: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            string_limit: 32,
            descriptors: false,
        }
    }
}

/// A call that has a name, and perhaps a signature.
type Known = (&'static str, Option<&'static Signature>);

/// Knows the calls of this architecture.
#[derive(Debug)]
pub struct Decoder {
    style: Style,
    /// By number, which is dense enough for a plain array: this is looked at twice a call.
    calls: Vec<Option<Known>>,
}

/// A call between entry and exit.
#[derive(Clone, Debug)]
pub struct Decoding {
    /// The call's number.
    pub number: u64,
    /// Its name.
    pub name: &'static str,
    /// The argument registers at entry.
    pub registers: [u64; 6],
    /// The arguments written so far.
    pub text: String,
    /// Where each of them stands in `text`.
    pub spans: Vec<Range<usize>>,
    signature: Option<&'static Signature>,
    /// How many arguments are done; more than there are spans when some were left out.
    done: usize,
    /// Where the argument starts of which only the first half is written.
    half: Option<usize>,
    /// See [`Context::kept`].
    kept: u64,
}

impl Decoder {
    /// A decoder for calls of the running architecture.
    #[must_use]
    pub fn new(style: Style) -> Self {
        let signatures: HashMap<&str, &Signature> =
            calls::all().map(|call| (call.name, call)).collect();
        let mut calls = Vec::new();
        for (number, name) in Architecture::HERE.calls() {
            let Ok(number) = usize::try_from(number) else {
                continue;
            };
            if calls.len() <= number {
                calls.resize(number + 1, None);
            }
            calls[number] = Some((name, signatures.get(name).copied()));
        }
        Self { style, calls }
    }

    fn known(&self, number: u64) -> Option<Known> {
        let index = usize::try_from(number).ok()?;
        self.calls.get(index).copied().flatten()
    }

    /// Decodes what is known when the task enters the kernel. The text ends in `, ` when arguments
    /// are still to come.
    pub fn enter(&self, number: u64, registers: [u64; 6], memory: &dyn Memory) -> Decoding {
        let (name, signature) = self
            .known(number)
            .unwrap_or_else(|| (signature::unknown(number), None));
        let mut decoding = Decoding::new(number, name, registers, signature);
        decoding.enter(Context::new(registers, self.style, memory));
        decoding
    }

    /// Decodes the rest. `result` is the register as the program gets it, `failed` whether it is an
    /// error (then `result` is negative).
    pub fn exit(
        &self,
        decoding: &mut Decoding,
        result: i64,
        failed: bool,
        memory: &dyn Memory,
    ) -> Outcome {
        let answer = context::Answer { result, failed };
        let mut context = Context::new(decoding.registers, self.style, memory);
        context.answer = Some(answer);
        decoding.exit(&mut context);
        let kind = decoding
            .signature
            .map_or(ResultKind::Number, |signature| signature.result);
        result::outcome(kind, answer, &mut context)
    }
}

impl Decoding {
    fn new(
        number: u64,
        name: &'static str,
        registers: [u64; 6],
        signature: Option<&'static Signature>,
    ) -> Self {
        Self {
            number,
            name,
            registers,
            text: String::new(),
            spans: Vec::new(),
            signature,
            done: 0,
            half: None,
            kept: 0,
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        self.signature
            .map_or(signature::SIX_NUMBERS, |signature| signature.arguments)
    }

    /// Writes what the kernel is given, and remembers what it will overwrite.
    fn enter(&mut self, mut context: Context<'_>) {
        let arguments = self.arguments();
        let until = arguments.iter().position(Argument::is_output);
        self.spans.reserve_exact(arguments.len());
        self.write(until.unwrap_or(arguments.len()), &mut context);
        for (argument, value) in arguments.iter().zip(self.registers).skip(self.done) {
            if let Argument::Kept(remember, _) = argument {
                context.kept = remember(&context, value);
            }
        }
        if let Some(Argument::InOut(first_half, _)) = arguments.get(self.done) {
            self.half = Some(context.text.len());
            first_half(&mut context, self.registers[self.done]);
        }
        self.kept = context.kept;
        self.text = context.text;
    }

    /// Writes what the kernel has filled; the context's text is empty afterwards, for the result.
    fn exit(&mut self, context: &mut Context<'_>) {
        context.text = std::mem::take(&mut self.text);
        context.kept = self.kept;
        self.write(self.arguments().len(), context);
        self.text = std::mem::take(&mut context.text);
    }

    /// Writes arguments up to `until`.
    fn write(&mut self, until: usize, context: &mut Context<'_>) {
        let arguments = self.arguments();
        while self.done < until {
            let start = self.half.take().unwrap_or(context.text.len());
            arguments[self.done].write(context, self.registers[self.done]);
            if context.text.len() > start {
                self.spans.push(start..context.text.len());
                context.push(", ");
            }
            self.done += 1;
        }
        if self.done == arguments.len()
            && let Some(last) = self.spans.last()
        {
            context.text.truncate(last.end);
        }
    }

    /// False while there are arguments that the kernel has still to fill. When such a call never
    /// returns, `text` is what entry showed, and strace's `<unfinished ...>` stands for the rest.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.done == self.arguments().len()
    }
}

#[cfg(test)]
mod tests {
    use super::fake::Fake;
    use super::*;

    /// Decodes one call; returns its arguments at entry, and all of it after exit.
    fn decoded(signature: &'static Signature, registers: [u64; 6], result: i64) -> [String; 2] {
        let memory = Fake::default().with(0x1000, "text");
        let decoder = Decoder {
            style: Style::default(),
            calls: vec![Some((signature.name, Some(signature)))],
        };
        let mut decoding = decoder.enter(0, registers, &memory);
        let entry = decoding.text.clone();
        let outcome = decoder.exit(&mut decoding, result, result < 0, &memory);
        assert!(decoding.is_complete());
        for span in &decoding.spans {
            assert!(decoding.text.get(span.clone()).is_some(), "{span:?}");
        }
        let Decoding { name, text, .. } = decoding;
        [entry, format!("{name}({text}) = {outcome}")]
    }

    #[test]
    fn what_the_kernel_fills_waits_for_its_answer() {
        static READ: Signature = Signature {
            name: "read",
            arguments: &[
                Argument::Fd,
                Argument::Out(|context, address| {
                    context.buffer(address, context.success().unwrap_or(0) as u64);
                }),
                Argument::Size,
            ],
            result: ResultKind::Number,
        };
        let registers = [3, 0x1000, 99, 0, 0, 0];
        let [entry, all] = decoded(&READ, registers, 4);
        assert_eq!((&*entry, &*all), ("3, ", r#"read(3, "text", 99) = 4"#));
        let [_, failed] = decoded(&READ, registers, -2);
        assert!(failed.starts_with("read(3, 0x1000, 99) = -1 "), "{failed}");
    }

    #[test]
    fn an_argument_that_writes_nothing_is_left_out() {
        static OPEN: Signature = Signature {
            name: "open",
            arguments: &[
                Argument::In(|_, _| ()),
                Argument::Int,
                Argument::In(|_, _| ()),
            ],
            result: ResultKind::Fd,
        };
        let [entry, all] = decoded(&OPEN, [1, 2, 3, 0, 0, 0], 4);
        assert_eq!((&*entry, &*all), ("2", "open(2) = 4"));
    }

    #[test]
    fn an_argument_may_be_written_in_two_halves() {
        static CLONE: Signature = Signature {
            name: "clone3",
            arguments: &[
                Argument::InOut(
                    |context, _| context.push("{before}"),
                    |context, _| context.push(" => {after}"),
                ),
                Argument::Int,
            ],
            result: ResultKind::Number,
        };
        let [entry, all] = decoded(&CLONE, [1, 88, 0, 0, 0, 0], 5);
        assert_eq!(entry, "{before}");
        assert_eq!(all, "clone3({before} => {after}, 88) = 5");
    }

    #[test]
    fn what_will_be_overwritten_is_remembered() {
        static ACCEPT: Signature = Signature {
            name: "accept",
            arguments: &[
                Argument::Out(|context, _| {
                    let kept = context.kept;
                    context.format(format_args!("<{kept}>"));
                }),
                Argument::Kept(
                    |_, value| value + 1,
                    |context, value| {
                        let kept = context.kept;
                        context.format(format_args!("[{kept} => {value}]"));
                    },
                ),
            ],
            result: ResultKind::Fd,
        };
        let [entry, all] = decoded(&ACCEPT, [1, 128, 0, 0, 0, 0], 5);
        assert_eq!((&*entry, &*all), ("", "accept(<129>, [129 => 128]) = 5"));
    }

    #[test]
    fn a_number_without_a_name_has_six_arguments() {
        let decoder = Decoder {
            style: Style::default(),
            calls: Vec::new(),
        };
        let decoding = decoder.enter(0x1c5, [1, 2, 3, 4, 5, 0], &Fake::default());
        assert_eq!(decoding.name, "syscall_0x1c5");
        assert_eq!(decoding.text, "0x1, 0x2, 0x3, 0x4, 0x5, 0");
    }
}
