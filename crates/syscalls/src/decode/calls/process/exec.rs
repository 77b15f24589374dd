//! Becoming another program, and ending.

use crate::decode::Argument::{DirFd, Flags, In, Int, Path};
use crate::decode::named::{self, named};
use crate::decode::{Context, ResultKind, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("execve", &[Path, In(words), In(environment)]),
    Signature::new(
        "execveat",
        &[DirFd, Path, In(words), In(environment), Flags(&EXECVEAT)],
    ),
    Signature::new("exit", &[Int]).returns(ResultKind::Never),
    Signature::new("exit_group", &[Int]).returns(ResultKind::Never),
];

const EXECVEAT: named::Flags = named::Flags {
    names: named![AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH],
    unknown: "AT_???",
};

/// An address.
const POINTER: usize = size_of::<u64>();

/// Addresses are read this many at a time.
const CHUNK: usize = 32;

/// Calls `each` for the addresses of a list that ends in a zero; false when the memory ends before.
fn each_pointer(
    context: &mut Context<'_>,
    list: u64,
    mut each: impl FnMut(&mut Context<'_>, u64) -> bool,
) -> bool {
    let mut place = list;
    loop {
        let mut bytes = [0; CHUNK * POINTER];
        let got = context.memory.read(place, &mut bytes);
        let (pointers, _) = bytes[..got].as_chunks::<POINTER>();
        for pointer in pointers {
            let pointer = u64::from_ne_bytes(*pointer);
            if pointer == 0 || !each(context, pointer) {
                return true;
            }
        }
        if pointers.len() < CHUNK {
            return false;
        }
        place = place.wrapping_add(bytes.len() as u64);
    }
}

/// `["ls", "-l"]`, as many words as bytes of a string.
fn words(context: &mut Context<'_>, list: u64) {
    if context.u64(list).is_none() {
        return context.address(list);
    }
    let limit = context.style.string_limit;
    let mut count = 0;
    context.push("[");
    let whole = each_pointer(context, list, |context, word| {
        if count > 0 {
            context.push(", ");
        }
        if count == limit {
            context.push("...");
            return false;
        }
        context.string(word);
        count += 1;
        true
    });
    if !whole {
        context.push(if count > 0 { ", ???" } else { "???" });
    }
    context.push("]");
}

/// More variables than any program has: a list without an end is given up here.
const MOST_VARIABLES: usize = 1 << 15;

/// `0x7ffd… /* 23 vars */`
fn environment(context: &mut Context<'_>, list: u64) {
    context.address(list);
    if context.u64(list).is_none() {
        return;
    }
    let mut count = 0;
    let whole = each_pointer(context, list, |_, _| {
        count += 1;
        count < MOST_VARIABLES
    });
    let plural = if count == 1 { "" } else { "s" };
    let unterminated = if whole { "" } else { ", unterminated" };
    context.format(format_args!(" /* {count} var{plural}{unterminated} */"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn list(pointers: &[u64]) -> Vec<u8> {
        pointers.iter().flat_map(|p| p.to_ne_bytes()).collect()
    }

    #[test]
    fn words_are_shown_and_variables_counted() {
        let memory = Fake::default()
            .with(0x1000, list(&[0x2000, 0x3000, 0]))
            .with(0x2000, "ls\0")
            .with(0x3000, "-l\0");
        let text = written_with(&memory, [0; 6], |context| {
            words(context, 0x1000);
            context.push(", ");
            environment(context, 0x1000);
        });
        assert_eq!(text, r#"["ls", "-l"], 0x1000 /* 2 vars */"#);
    }

    #[test]
    fn a_long_list_of_words_is_cut() {
        let memory = Fake::default()
            .with(0x1000, list(&[[0x2000; 40].as_slice(), &[0]].concat()))
            .with(0x2000, "a\0");
        let text = written_with(&memory, [0; 6], |context| words(context, 0x1000));
        assert_eq!(text, format!("[{}...]", r#""a", "#.repeat(32)));
        let text = written_with(&memory, [0; 6], |context| environment(context, 0x1000));
        assert_eq!(text, "0x1000 /* 40 vars */");
    }

    #[test]
    fn a_list_that_is_not_there_is_an_address() {
        let text = written_with(&Fake::default(), [0; 6], |context| {
            words(context, 0);
            environment(context, 0x8);
        });
        assert_eq!(text, "NULL0x8");
    }
}
