//! What comes behind the `=`.

use super::context::Answer;
use super::{Context, ResultKind};
use crate::errno::Errno;
use crate::event::Outcome;

/// The numbers that the kernel uses inside for a call that a signal interrupted; a program never sees
/// them, a tracer does.
const RESTARTS: [(i64, &str); 4] = [
    (-512, "ERESTARTSYS (To be restarted if SA_RESTART is set)"),
    (-513, "ERESTARTNOINTR (To be restarted)"),
    (-514, "ERESTARTNOHAND (To be restarted if no handler)"),
    (-516, "ERESTART_RESTARTBLOCK (Interrupted by signal)"),
];

/// Reads a result; `context` is the one that the arguments were written in.
pub(super) fn outcome(kind: ResultKind, answer: Answer, context: &mut Context<'_>) -> Outcome {
    if answer.failed {
        let restart = RESTARTS.iter().find(|(number, _)| *number == answer.result);
        return match restart {
            Some((_, text)) => Outcome::Restart(text),
            None => Outcome::Error(Errno::from_number(-answer.result as i32)),
        };
    }
    let note = context.note.take();
    let value = answer.result;
    match kind {
        ResultKind::Number => context.format(format_args!("{value}")),
        ResultKind::Hex => context.hex(value as u64),
        ResultKind::Octal => context.mode(value as u32),
        ResultKind::Fd => context.fd(value as i32),
        ResultKind::Written(write) => write(context, value),
        ResultKind::Never => return Outcome::Never,
    }
    if let Some(note) = note {
        context.format(format_args!(" ({note})"));
    }
    let text = std::mem::take(&mut context.text);
    Outcome::Value { value, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Style;
    use crate::decode::fake::Fake;

    fn result(kind: ResultKind, result: i64, failed: bool) -> String {
        let memory = Fake::default();
        let mut context = Context::new([0; 6], Style::default(), &memory);
        context.note = Some("Timeout".to_owned());
        outcome(kind, Answer { result, failed }, &mut context).to_string()
    }

    #[test]
    fn a_result_reads_as_its_kind_says() {
        assert_eq!(result(ResultKind::Number, -5, false), "-5 (Timeout)");
        assert_eq!(result(ResultKind::Hex, 255, false), "0xff (Timeout)");
        assert_eq!(result(ResultKind::Octal, 0o22, false), "022 (Timeout)");
        assert_eq!(result(ResultKind::Never, 0, false), "?");
    }

    #[test]
    fn an_interrupted_call_is_no_error() {
        let text = "? ERESTARTSYS (To be restarted if SA_RESTART is set)";
        assert_eq!(result(ResultKind::Number, -512, true), text);
    }

    #[test]
    fn an_error_carries_no_note() {
        let text = result(ResultKind::Fd, -2, true);
        assert_eq!(text, "-1 ENOENT (No such file or directory)");
    }
}
