//! What a request is for (RFC 9112 §3.2).

use super::syntax::table;
use super::{Method, Refusal, host};

/// A request's target, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// `/path?query`: what clients send to servers.
    Origin {
        /// From the first slash, still percent-encoded.
        path: &'a [u8],
        /// Behind the question mark.
        query: Option<&'a [u8]>,
    },
    /// `http://host/path?query`: what clients send to proxies, and every server has to take. The host
    /// here counts, and the Host field does not.
    Absolute {
        /// `http` or `https`, in any case.
        scheme: &'a [u8],
        /// Host, with its port if there is one.
        authority: &'a [u8],
        /// From the first slash, still percent-encoded; `/` if there is none.
        path: &'a [u8],
        /// Behind the question mark.
        query: Option<&'a [u8]>,
    },
    /// `*`: the server itself, which only OPTIONS can ask.
    Asterisk,
}

impl<'a> Target<'a> {
    /// Takes `target` apart. All visible ASCII characters pass but `#`: fragments are never sent.
    pub fn parse(method: Method, target: &'a [u8]) -> Result<Target<'a>, Refusal> {
        if Target::sound_part(target) < target.len() {
            return Err(Refusal::Target);
        }
        Target::split(method, target)
    }

    /// How many of the first bytes may be in a target.
    pub(crate) fn sound_part(bytes: &[u8]) -> usize {
        let end = bytes.iter().position(|&byte| !SOUND[usize::from(byte)]);
        end.unwrap_or(bytes.len())
    }

    /// Takes a target apart whose bytes are all [sound](Target::sound_part).
    #[inline]
    pub(crate) fn split(method: Method, target: &'a [u8]) -> Result<Target<'a>, Refusal> {
        match target {
            _ if method == Method::Connect => Err(Refusal::Connect),
            [b'/', ..] => {
                let (path, query) = split_query(target);
                Ok(Target::Origin { path, query })
            }
            b"*" if method == Method::Options => Ok(Target::Asterisk),
            _ => absolute(target).ok_or(Refusal::Target),
        }
    }

    /// The path, still percent-encoded; `*` for the asterisk.
    pub fn path(&self) -> &'a [u8] {
        match self {
            Target::Origin { path, .. } | Target::Absolute { path, .. } => path,
            Target::Asterisk => b"*",
        }
    }

    /// What is behind the question mark.
    pub fn query(&self) -> Option<&'a [u8]> {
        match self {
            Target::Origin { query, .. } | Target::Absolute { query, .. } => *query,
            Target::Asterisk => None,
        }
    }

    /// The host in an absolute target.
    pub fn authority(&self) -> Option<&'a [u8]> {
        match self {
            Target::Absolute { authority, .. } => Some(authority),
            _ => None,
        }
    }
}

fn absolute(target: &[u8]) -> Option<Target<'_>> {
    let colon = target.iter().position(|&byte| byte == b':')?;
    let scheme = &target[..colon];
    if !scheme.eq_ignore_ascii_case(b"http") && !scheme.eq_ignore_ascii_case(b"https") {
        return None;
    }
    let rest = target[colon..].strip_prefix(b"://")?;
    let end = rest.iter().position(|byte| b"/?".contains(byte));
    let (authority, rest) = rest.split_at(end.unwrap_or(rest.len()));
    if authority.is_empty() || !host::is_valid(authority) {
        return None;
    }
    let (path, query) = split_query(rest);
    Some(Target::Absolute {
        scheme,
        authority,
        path: if path.is_empty() { b"/" } else { path },
        query,
    })
}

fn split_query(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    match target.iter().position(|&byte| byte == b'?') {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}

/// Visible ASCII without `#`.
static SOUND: [bool; 256] = table(b"!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
