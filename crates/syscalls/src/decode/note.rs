//! What stands in parentheses behind a result: `2 (in [3 4], left {tv_sec=0, tv_usec=5})`.

use super::Context;

/// What `write` appends, taken away from the arguments again.
pub(crate) fn aside(context: &mut Context<'_>, write: impl FnOnce(&mut Context<'_>)) -> String {
    let start = context.text.len();
    write(context);
    context.text.split_off(start)
}

/// Adds to the note, behind a comma when there is one.
pub(crate) fn add(context: &mut Context<'_>, text: &str) {
    match &mut context.note {
        Some(note) => {
            note.push_str(", ");
            note.push_str(text);
        }
        None => context.note = Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Style;
    use crate::decode::fake::Fake;

    #[test]
    fn a_note_grows_beside_the_arguments() {
        let memory = Fake::default();
        let mut context = Context::new([0; 6], Style::default(), &memory);
        context.push("argument");
        let text = aside(&mut context, |context| context.push("in [3]"));
        add(&mut context, &text);
        add(&mut context, "left");
        assert_eq!(context.text, "argument");
        assert_eq!(context.note.as_deref(), Some("in [3], left"));
    }
}
