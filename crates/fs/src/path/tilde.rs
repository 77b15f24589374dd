//! `~` and `~user` at the start of a path.
//!
//! Neither the kernel nor std nor Go's library knows them: `~` is a file name like any other. The shell
//! replaces an unquoted one before the program sees it (POSIX, XCU 2.6.1), and so has a program to
//! that reads a path from elsewhere: a settings file, a prompt.

use std::borrow::Cow;
use std::env;
use std::os::unix::ffi::OsStringExt;

use nix::unistd::{Uid, User};

/// `path` with a leading `~` or `~user` replaced by that home directory.
///
/// Without a known home the path stays as it is, as in the shell.
///
/// ```
/// use fs::path::{home_directory, join, tilde};
///
/// let home = home_directory(None).unwrap();
/// assert_eq!(tilde(b"~/notes"), join(&[&home[..], b"notes"]));
/// assert_eq!(tilde(b"a/~"), &b"a/~"[..]);
/// ```
pub fn tilde(path: &[u8]) -> Cow<'_, [u8]> {
    tilde_with(path, home_directory)
}

/// [`tilde`] with the home directories that `home` knows: of the user named, or our own for `None`.
///
/// A slash at the end of the home directory and one that follows are one, so that `~/x` of a user at
/// home in `/` is `/x`.
pub fn tilde_with(
    path: &[u8],
    home: impl FnOnce(Option<&[u8]>) -> Option<Vec<u8>>,
) -> Cow<'_, [u8]> {
    let Some(after) = path.strip_prefix(b"~") else {
        return Cow::Borrowed(path);
    };
    let end = after.iter().position(|&byte| byte == b'/');
    let (user, rest) = after.split_at(end.unwrap_or(after.len()));
    let Some(mut home) = home((!user.is_empty()).then_some(user)) else {
        return Cow::Borrowed(path);
    };
    if !rest.is_empty() && home.last() == Some(&b'/') {
        home.pop();
    }
    home.extend_from_slice(rest);
    Cow::Owned(home)
}

/// The home directory of `user` as the user database has it; for `None` our own, which is what HOME
/// says, if it says anything.
pub fn home_directory(user: Option<&[u8]>) -> Option<Vec<u8>> {
    let entry = match user {
        Some(name) => User::from_name(str::from_utf8(name).ok()?),
        None => match env::var_os("HOME") {
            Some(home) => return Some(home.into_vec()),
            None => User::from_uid(Uid::current()),
        },
    };
    let entry = entry.ok().flatten()?;
    Some(entry.dir.into_os_string().into_vec())
}
