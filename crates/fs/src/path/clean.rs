//! The shortest path that means the same, as far as the string alone can tell.
//!
//! After Rob Pike's "Lexical File Names in Plan 9, or Getting Dot-Dot Right": elements that are empty
//! or `.` go; `..` goes together with the element before it; `..` at the root goes; what is left of a
//! relative path, if nothing else, is `.`. So `..` stays at the front of a relative path only, and
//! the result ends in a slash only if it is `/`.

use std::borrow::Cow;

/// The shortest equivalent of `path`, found without looking at the disk.
///
/// Nothing is allocated when `path` is clean already, trailing slashes apart. Where an element before a
/// `..` is a symbolic link, the kernel goes elsewhere than the cleaned path says:
/// [`eval_symlinks`](super::eval_symlinks) asks it.
///
/// std's `components()` drops empty elements and `.` (not a leading one), and leaves `..` alone.
///
/// ```
/// use fs::path::clean;
///
/// assert_eq!(clean(b"a//b/./c/.."), &b"a/b"[..]);
/// assert_eq!(clean(b"/../a"), &b"/a"[..]);
/// assert_eq!(clean(b"../../a"), &b"../../a"[..]);
/// assert_eq!(clean(b""), &b"."[..]);
/// ```
pub fn clean(path: &[u8]) -> Cow<'_, [u8]> {
    let path = without_trailing_slashes(path);
    if is_clean(path) {
        return Cow::Borrowed(path);
    }
    let cleaned = rebuild(path);
    if cleaned.is_empty() {
        return Cow::Borrowed(b".");
    }
    Cow::Owned(cleaned)
}

/// Go's `path.Clean`, which is for slash-separated paths on any system; on Unix it is [`clean`].
pub fn path_clean(path: &[u8]) -> Cow<'_, [u8]> {
    clean(path)
}

/// The elements with slashes between them, [`clean`]ed. Empty ones are left out; of nothing but
/// empty ones comes an empty path, not `.`.
///
/// An absolute element is joined like any other. std's `Path::join` starts afresh with it, so that
/// a name which a stranger chose can leave the directory that it was joined to; `..` can in both.
///
/// ```
/// use fs::path::join;
///
/// assert_eq!(join(&["/srv", "/etc/passwd"]), b"/srv/etc/passwd");
/// assert_eq!(join(&["a", "", "../b"]), b"b");
/// assert_eq!(join::<&str>(&[]), b"");
/// ```
pub fn join<E: AsRef<[u8]>>(elements: &[E]) -> Vec<u8> {
    let mut joined = Vec::new();
    for element in elements.iter().map(AsRef::as_ref) {
        if !joined.is_empty() {
            joined.push(b'/');
        }
        joined.extend_from_slice(element);
    }
    if joined.is_empty() {
        return joined;
    }
    clean(&joined).into_owned()
}

/// Cuts slashes off the end; of a path of slashes alone one is left.
fn without_trailing_slashes(path: &[u8]) -> &[u8] {
    let length = path.iter().rposition(|&byte| byte != b'/');
    match length {
        Some(last) => &path[..=last],
        None => &path[..path.len().min(1)],
    }
}

fn is_clean(path: &[u8]) -> bool {
    let (rooted, elements) = match path {
        b"." | b"/" => return true,
        [b'/', rest @ ..] => (true, rest),
        _ => (false, path),
    };
    let mut only_dot_dots = !rooted;
    elements.split(|&byte| byte == b'/').all(|element| {
        only_dot_dots &= element == b"..";
        !matches!(element, b"" | b"." | b"..") || only_dot_dots
    })
}

fn rebuild(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    if path.first() == Some(&b'/') {
        out.push(b'/');
    }
    let root = out.len();
    // What is before `floor` cannot be taken back: the root, or `..` that lead out of the start.
    let mut floor = root;
    for element in path.split(|&byte| byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." if out.len() > floor => drop_last_element(&mut out, floor),
            b".." if root == 1 => {}
            b".." => {
                push_element(&mut out, root, element);
                floor = out.len();
            }
            _ => push_element(&mut out, root, element),
        }
    }
    out
}

fn push_element(out: &mut Vec<u8>, root: usize, element: &[u8]) {
    if out.len() > root {
        out.push(b'/');
    }
    out.extend_from_slice(element);
}

fn drop_last_element(out: &mut Vec<u8>, floor: usize) {
    let slash = out[floor..].iter().rposition(|&byte| byte == b'/');
    out.truncate(floor + slash.unwrap_or(0));
}
