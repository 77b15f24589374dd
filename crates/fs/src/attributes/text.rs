//! A mode as `ls -l` writes it.

/// The nine letters of a mode: `rwxr-xr-x`.
///
/// Three bits have no letter of their own and change an `x`: set-user-ID and set-group-ID make it `s`,
/// sticky makes it `t`; in capitals where the `x` is not there.
///
/// ```
/// use fs::attributes::mode_text;
///
/// assert_eq!(mode_text(0o755), "rwxr-xr-x");
/// assert_eq!(mode_text(0o4755), "rwsr-xr-x");
/// assert_eq!(mode_text(0o1776), "rwxrwxrwT");
/// ```
#[must_use]
pub fn mode_text(mode: u32) -> String {
    [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')]
        .into_iter()
        .flat_map(|(shift, special, letter)| triple(mode >> shift, mode & special != 0, letter))
        .collect()
}

/// The letter before those nine, for the kind of file that `st_mode` says: `-`, `d`, `l`, `p`, `s`,
/// `c`, `b`.
#[must_use]
pub const fn kind_letter(mode: u32) -> char {
    match mode >> 12 {
        0o01 => 'p',
        0o02 => 'c',
        0o04 => 'd',
        0o06 => 'b',
        0o10 => '-',
        0o12 => 'l',
        0o14 => 's',
        _ => '?',
    }
}

fn triple(bits: u32, special: bool, letter: char) -> [char; 3] {
    let read = if bits & 4 != 0 { 'r' } else { '-' };
    let write = if bits & 2 != 0 { 'w' } else { '-' };
    let execute = match (bits & 1 != 0, special) {
        (true, true) => letter,
        (false, true) => letter.to_ascii_uppercase(),
        (true, false) => 'x',
        (false, false) => '-',
    };
    [read, write, execute]
}
