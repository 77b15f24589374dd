//! Who called whom.
//!
//! At an access there is only time to note addresses; their names are looked up when a report is
//! made. The line of the access itself comes from the compiler and is always there, the rest from the debug
//! information, if the program has any.

use std::backtrace::Backtrace;
use std::panic::Location;

/// The calls at one moment, without their names.
#[derive(Debug)]
pub(super) struct Stack {
    place: &'static Location<'static>,
    backtrace: Backtrace,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The function; empty when that is not known.
    pub function: String,
    /// Its source file.
    pub file: String,
    /// The line in it.
    pub line: u32,
}

impl Stack {
    /// From here; `place` is where the program called us.
    pub(super) fn at(place: &'static Location<'static>) -> Stack {
        Stack {
            place,
            backtrace: Backtrace::force_capture(),
        }
    }

    pub(super) fn place(&self) -> &'static Location<'static> {
        self.place
    }

    /// The program's own calls, the innermost first: from the one that called us to the one that the
    /// strand began with.
    pub(super) fn frames(&self) -> Vec<Frame> {
        let mut all = parse(&self.backtrace.to_string());
        let end = all.iter().position(Frame::is_outermost);
        all.truncate(end.unwrap_or(all.len()));
        all.retain(|frame| !frame.is_machinery());
        // First come our own calls, and at the end those that a thread or a task of ours begins with.
        let calls = all.into_iter().skip_while(Frame::is_ours);
        let mut frames: Vec<Frame> = calls.take_while(|frame| !frame.is_ours()).collect();
        self.correct(&mut frames);
        frames
    }

    /// The innermost file and line are the compiler's, which are right even where several calls share a
    /// statement. The others' files are made to begin where that one does.
    fn correct(&self, frames: &mut Vec<Frame>) {
        let (file, line) = (self.place.file(), self.place.line());
        let Some(first) = frames.first_mut() else {
            frames.push(Frame {
                function: String::new(),
                file: file.to_owned(),
                line,
            });
            return;
        };
        let before = std::mem::replace(&mut first.file, file.to_owned());
        first.line = line;
        let too_much = before.strip_suffix(file).unwrap_or_default();
        let too_little = file.strip_suffix(&*before).unwrap_or_default();
        for frame in &mut frames[1..] {
            if let Some(rest) = frame.file.strip_prefix(too_much)
                && !rest.starts_with('/')
            {
                frame.file = format!("{too_little}{rest}");
            }
        }
    }
}

impl Frame {
    fn is_ours(&self) -> bool {
        let path = self.function.trim_start_matches('<');
        path.starts_with("concurrency::race::") || self.is_in("race/")
    }

    /// Further out is only how std starts threads, and `main`.
    fn is_outermost(&self) -> bool {
        self.function.contains("__rust_begin_short_backtrace")
    }

    /// The standard library's, which was compiled elsewhere, and its places say so; or the runtime's.
    fn is_machinery(&self) -> bool {
        self.file.is_empty()
            || self.file.starts_with("/rustc/")
            || self.file.contains("/lib/rustlib/src/")
            || self.function.starts_with("concurrency::runtime::")
            || self.is_in("runtime/")
    }

    /// A call that the compiler has inlined is named without its path: then the file says whose it is.
    fn is_in(&self, folder: &str) -> bool {
        let ours = file!().strip_suffix("race/stack.rs").unwrap_or_default();
        let rest = self.file.split_once(ours).map(|(_, rest)| rest);
        !ours.is_empty() && rest.is_some_and(|rest| rest.starts_with(folder))
    }
}

/// A backtrace as std prints it: `  12: some::function`, and mostly a line with the place, `at
/// file:line:column`.
fn parse(backtrace: &str) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for line in backtrace.lines().map(str::trim_start) {
        if let Some(place) = line.strip_prefix("at ") {
            if let (Some(frame), Some((file, line))) = (frames.last_mut(), file_and_line(place)) {
                frame.file = file.to_owned();
                frame.line = line;
            }
        } else if let Some((number, function)) = line.split_once(": ")
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            frames.push(Frame {
                function: function.to_owned(),
                file: String::new(),
                line: 0,
            });
        }
    }
    frames
}

fn file_and_line(place: &str) -> Option<(&str, u32)> {
    let (place, _column) = place.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    Some((file.trim_start_matches("./"), line.parse().ok()?))
}
