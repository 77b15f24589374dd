//! `-perm`: modes in digits or in letters.

/// What a file's permissions have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permissions {
    /// `MODE`: these bits and no others.
    Exactly(u32),
    /// `-MODE`: all of these.
    All(u32),
    /// `/MODE`: any of these, or none when there are none to ask for.
    Any(u32),
}

/// A mode that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a mode: {0}")]
pub struct ModeError(pub String);

const ALL_BITS: u32 = 0o7777;

impl Permissions {
    /// # Errors
    ///
    /// A mode that is neither octal digits nor as `u=rw,g+x`.
    pub fn parse(text: &str) -> Result<Permissions, ModeError> {
        let (kind, mode): (fn(u32) -> Permissions, _) = match text.as_bytes().first() {
            Some(b'-') => (Permissions::All, &text[1..]),
            Some(b'/') => (Permissions::Any, &text[1..]),
            _ => (Permissions::Exactly, text),
        };
        let bits = if mode.starts_with(|first: char| first.is_ascii_digit()) {
            u32::from_str_radix(mode, 8)
                .ok()
                .filter(|bits| *bits <= ALL_BITS)
        } else {
            symbolic(mode)
        };
        bits.map(kind).ok_or_else(|| ModeError(text.to_owned()))
    }

    /// Whether `mode` has them; bits beyond the permissions do not count.
    pub fn hold(self, mode: u32) -> bool {
        let mode = mode & ALL_BITS;
        match self {
            Permissions::Exactly(bits) => mode == bits,
            Permissions::All(bits) => mode & bits == bits,
            Permissions::Any(bits) => bits == 0 || mode & bits != 0,
        }
    }
}

/// What `chmod` would make of mode 0, with no umask.
fn symbolic(text: &str) -> Option<u32> {
    text.split(',').try_fold(0, |mode, clause| {
        let who_ends = clause.find(['+', '-', '='])?;
        let (who, what) = clause.split_at(who_ends);
        let who = classes(who)?;
        let bits = bits(&what[1..])?;
        // Set-ids and the sticky bit belong to user, group and all of them.
        let special = [(0o4000, 0o700), (0o2000, 0o070), (0o1000, 0o777)];
        let special = special.iter().filter(|(_, whose)| who & whose == *whose);
        let reach = special.fold(who, |reach, (bit, _)| reach | bit);
        Some(match what.as_bytes()[0] {
            b'+' => mode | bits & reach,
            b'-' => mode & !(bits & reach),
            _ => mode & !reach | bits & reach,
        })
    })
}

fn classes(who: &str) -> Option<u32> {
    if who.is_empty() {
        return Some(0o777);
    }
    who.bytes().try_fold(0, |all, letter| {
        Some(
            all | match letter {
                b'u' => 0o700,
                b'g' => 0o070,
                b'o' => 0o007,
                b'a' => 0o777,
                _ => return None,
            },
        )
    })
}

fn bits(what: &str) -> Option<u32> {
    what.bytes().try_fold(0, |all, letter| {
        Some(
            all | match letter {
                b'r' => 0o444,
                b'w' => 0o222,
                b'x' => 0o111,
                b's' => 0o6000,
                b't' => 0o1000,
                _ => return None,
            },
        )
    })
}
