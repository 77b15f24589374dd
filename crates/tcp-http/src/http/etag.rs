//! Entity tags (RFC 9110 §8.8.3): names of versions.

use super::syntax::trim;

/// The name of one version of a resource: `"abc"`, or `W/"abc"` if versions that differ in nothing
/// that matters have the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntityTag<'a> {
    /// Whether it is a weak one.
    pub is_weak: bool,
    /// What is between the quotes.
    pub opaque: &'a [u8],
}

impl<'a> EntityTag<'a> {
    /// A tag that changes with each byte.
    pub fn strong(opaque: &'a [u8]) -> Self {
        EntityTag {
            is_weak: false,
            opaque,
        }
    }

    /// Reads one tag and nothing else.
    pub fn parse(bytes: &'a [u8]) -> Option<EntityTag<'a>> {
        split_tag(trim(bytes))
            .filter(|(_, rest)| rest.is_empty())
            .map(|(tag, _)| tag)
    }

    /// Reads the tags of a list, up to the first thing that is none. A comma may be in a tag, and a
    /// backslash escapes nothing, so this is not a list like others.
    pub fn list(value: &'a [u8]) -> impl Iterator<Item = EntityTag<'a>> {
        let mut rest = value;
        std::iter::from_fn(move || {
            while let [b' ' | b'\t' | b',', tail @ ..] = rest {
                rest = tail;
            }
            let (tag, tail) = split_tag(rest)?;
            rest = trim(tail);
            // What touches a tag belongs to nothing.
            if !matches!(rest, [] | [b',', ..]) {
                rest = &[];
            }
            Some(tag)
        })
    }

    /// Whether both name the same bytes: for If-Match, If-Range and ranges.
    pub fn strong_eq(&self, other: &EntityTag<'_>) -> bool {
        !self.is_weak && !other.is_weak && self.opaque == other.opaque
    }

    /// Whether both name what may stand for each other: for If-None-Match.
    pub fn weak_eq(&self, other: &EntityTag<'_>) -> bool {
        self.opaque == other.opaque
    }

    /// As it is written in a field.
    pub fn to_bytes(&self) -> Vec<u8> {
        let prefix: &[u8] = if self.is_weak { b"W/\"" } else { b"\"" };
        [prefix, self.opaque, b"\""].concat()
    }
}

/// The tag at the start of `bytes`, and what is behind it.
fn split_tag(bytes: &[u8]) -> Option<(EntityTag<'_>, &[u8])> {
    let (is_weak, quoted) = match bytes {
        [b'W', b'/', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    let inside = quoted.strip_prefix(b"\"")?;
    let end = inside
        .iter()
        .position(|byte| !matches!(byte, 0x21 | 0x23..=0x7e | 0x80..))?;
    let rest = inside[end..].strip_prefix(b"\"")?;
    let opaque = &inside[..end];
    Some((EntityTag { is_weak, opaque }, rest))
}
