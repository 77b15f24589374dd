//! A path taken apart: what is before the last slash, what is after it, and what follows the last
//! dot there.

use std::borrow::Cow;

use super::clean;

/// The last element, trailing slashes aside. Of an empty path that is `.`, of slashes alone `/`: the
/// answer is never empty.
///
/// std's `file_name` has no answer for those two, nor for a path that ends in `..`.
///
/// ```
/// use fs::path::base;
///
/// assert_eq!(base(b"/usr/lib/"), b"lib");
/// assert_eq!(base(b".."), b"..");
/// assert_eq!(base(b"//"), b"/");
/// ```
pub fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let Some(last) = path.iter().rposition(|&byte| byte != b'/') else {
        return b"/";
    };
    split(&path[..=last]).1
}

/// All but the last element, [`clean`]ed; `.` if there is nothing before it.
///
/// A trailing slash ends an (empty) last element: the directory of `a/b/` is `a/b`. For std's
/// `parent` it is `a`, that of `a` is the empty path, and that of `/` does not exist.
///
/// ```
/// use fs::path::dir;
///
/// assert_eq!(dir(b"/usr/lib"), &b"/usr"[..]);
/// assert_eq!(dir(b"a/b/"), &b"a/b"[..]);
/// assert_eq!(dir(b"name"), &b"."[..]);
/// ```
pub fn dir(path: &[u8]) -> Cow<'_, [u8]> {
    clean(split(path).0)
}

/// The end of the last element from its last dot on, the dot included; empty if it has none.
///
/// A name that begins with a dot is nothing special: `.bashrc` is all extension. std's `extension`
/// leaves the dot out, takes a leading dot for a part of the name, and looks past a trailing slash.
///
/// ```
/// use fs::path::ext;
///
/// assert_eq!(ext(b"a/photo.tar.gz"), b".gz");
/// assert_eq!(ext(b".bashrc"), b".bashrc");
/// assert_eq!(ext(b"a.d/b"), b"");
/// ```
pub fn ext(path: &[u8]) -> &[u8] {
    let name = split(path).1;
    match name.iter().rposition(|&byte| byte == b'.') {
        Some(dot) => &name[dot..],
        None => b"",
    }
}

/// The path up to its last slash and with it, and what follows. Put together again, the two are the
/// path. std has no such function: `parent` and `file_name` forget the slashes.
///
/// ```
/// use fs::path::split;
///
/// assert_eq!(split(b"/usr/lib"), (&b"/usr/"[..], &b"lib"[..]));
/// assert_eq!(split(b"lib"), (&b""[..], &b"lib"[..]));
/// ```
pub fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let slash = path.iter().rposition(|&byte| byte == b'/');
    path.split_at(slash.map_or(0, |slash| slash + 1))
}

/// The entries of a list such as PATH, between its colons. Of an empty list there are none;
/// otherwise empty entries count (the shell takes them for the current directory).
///
/// std's `env::split_paths` makes one empty path of an empty list.
///
/// ```
/// use fs::path::split_list;
///
/// assert_eq!(split_list(b"/bin::/usr/bin"), [&b"/bin"[..], b"", b"/usr/bin"]);
/// assert!(split_list(b"").is_empty());
/// ```
pub fn split_list(list: &[u8]) -> Vec<&[u8]> {
    if list.is_empty() {
        return Vec::new();
    }
    list.split(|&byte| byte == b':').collect()
}

/// Whether the path starts at the root. So does std's `is_absolute` on Unix.
pub fn is_abs(path: &[u8]) -> bool {
    path.first() == Some(&b'/')
}

/// The path with the system's separators for slashes: on Unix the path itself.
pub fn from_slash(path: &[u8]) -> &[u8] {
    path
}

/// The path with slashes for the system's separators: on Unix the path itself. A backslash is a byte
/// like any other here, and stays.
pub fn to_slash(path: &[u8]) -> &[u8] {
    path
}
