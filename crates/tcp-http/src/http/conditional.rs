//! Conditional requests: not to send what the client has, and not to overwrite what it has not seen.
//!
//! The conditions are asked in the order of RFC 9110 §13.2.2. First whether the client has lost sight
//! of the resource (If-Match, or else If-Unmodified-Since): 412. Then whether it has all of it already
//! (If-None-Match, or else If-Modified-Since): 304. Then whether the part that it asks for belongs to
//! what it has (If-Range): if not, it gets the whole. A tag goes before a date, as two versions can be
//! of one second.

use std::ops::Range;

use super::range::{self, Ranges};
use super::{EntityTag, Fields, HttpDate, Method};

/// What is known of the version of a resource that would be sent or changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Representation<'a> {
    /// Its tag.
    pub etag: Option<EntityTag<'a>>,
    /// When it was changed last, as it is sent in Last-Modified.
    pub last_modified: Option<HttpDate>,
    /// Its length, if parts of it can be sent.
    pub length: Option<u64>,
}

/// What to do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// What it asks for, as if it had no conditions and no Range; for GET: 200 with all of it.
    Proceed,
    /// 206 with this part and [`content_range`](super::content_range).
    Part(Range<u64>),
    /// 206 with these parts, two or more, as [`Multipart`](super::Multipart) lays them out.
    Parts(Vec<Range<u64>>),
    /// 304, without a body, with the fields that name the version (ETag, Last-Modified, Vary …).
    NotModified,
    /// 412.
    PreconditionFailed,
    /// 416 with [`unsatisfied_range`](super::unsatisfied_range).
    RangeNotSatisfiable,
}

/// Decides what the conditions and ranges in `fields` mean for `current`; `None` if there is no such
/// resource yet. `now` is the server's clock.
///
/// It is to be asked only when the answer without conditions would be a success (RFC 9110 §13.2.1).
///
/// ```
/// use tcp_http::http::{Decision, EntityTag, Headers, HttpDate, Method, Representation, decide};
///
/// let mut fields = Headers::new();
/// fields.append("If-None-Match", "W/\"v1\", \"v2\"")?;
/// let current = Representation {
///     etag: Some(EntityTag::strong(b"v2")),
///     ..Representation::default()
/// };
/// let now = HttpDate::from_seconds(0);
/// assert_eq!(decide(Method::Get, &fields, Some(&current), now), Decision::NotModified);
/// assert_eq!(decide(Method::Put, &fields, Some(&current), now), Decision::PreconditionFailed);
/// # Ok::<(), tcp_http::http::InvalidField>(())
/// ```
pub fn decide(
    method: Method,
    fields: &impl Fields,
    current: Option<&Representation<'_>>,
    now: HttpDate,
) -> Decision {
    if matches!(method, Method::Connect | Method::Options | Method::Trace) {
        return Decision::Proceed;
    }
    let conditions = Conditions::of(fields);
    if !conditions.is_any {
        return Decision::Proceed;
    }
    if lost_update(fields, &conditions, current, now) {
        return Decision::PreconditionFailed;
    }
    let is_read = matches!(method, Method::Get | Method::Head);
    match is_known(fields, &conditions, current, now, is_read) {
        true if is_read => return Decision::NotModified,
        true => return Decision::PreconditionFailed,
        false => {}
    }
    match (method, current) {
        (Method::Get, Some(current)) => parts(&conditions, current, now),
        _ => Decision::Proceed,
    }
}

/// The fields that can ask for something other than the whole, found in one pass: most requests have
/// none of them.
#[derive(Default)]
struct Conditions<'a> {
    is_any: bool,
    has_match: bool,
    has_none_match: bool,
    unmodified_since: Option<&'a [u8]>,
    modified_since: Option<&'a [u8]>,
    range: Option<&'a [u8]>,
    if_range: Option<&'a [u8]>,
}

impl<'a> Conditions<'a> {
    fn of(fields: &'a impl Fields) -> Self {
        let mut found = Conditions::default();
        for (name, value) in fields.lines() {
            match name.len() {
                5 if name.eq_ignore_ascii_case(b"range") => found.range = Some(value),
                8 if name.eq_ignore_ascii_case(b"if-match") => found.has_match = true,
                8 if name.eq_ignore_ascii_case(b"if-range") => found.if_range = Some(value),
                13 if name.eq_ignore_ascii_case(b"if-none-match") => found.has_none_match = true,
                17 if name.eq_ignore_ascii_case(b"if-modified-since") => {
                    found.modified_since = Some(value);
                }
                19 if name.eq_ignore_ascii_case(b"if-unmodified-since") => {
                    found.unmodified_since = Some(value);
                }
                _ => continue,
            }
            found.is_any = true;
        }
        found
    }
}

/// Steps 1 and 2: whether the client means another version than the current one.
fn lost_update(
    fields: &impl Fields,
    conditions: &Conditions<'_>,
    current: Option<&Representation<'_>>,
    now: HttpDate,
) -> bool {
    if conditions.has_match {
        return !any_tag(fields, "if-match", current, |tag, etag| tag.strong_eq(etag));
    }
    let since = conditions
        .unmodified_since
        .and_then(|value| HttpDate::parse(value, now));
    let changed = current.and_then(|current| current.last_modified);
    matches!((changed, since), (Some(changed), Some(since)) if changed > since)
}

/// Steps 3 and 4: whether the client has the current version. The date is asked for reads only.
fn is_known(
    fields: &impl Fields,
    conditions: &Conditions<'_>,
    current: Option<&Representation<'_>>,
    now: HttpDate,
    is_read: bool,
) -> bool {
    if conditions.has_none_match {
        return any_tag(fields, "if-none-match", current, |tag, etag| {
            tag.weak_eq(etag)
        });
    }
    let since = conditions.modified_since.filter(|_| is_read);
    let since = since.and_then(|value| HttpDate::parse(value, now));
    let changed = current.and_then(|current| current.last_modified);
    matches!((changed, since), (Some(changed), Some(since)) if changed <= since)
}

/// Whether one of the tags of the field is the current one; `*` is whatever exists.
fn any_tag(
    fields: &impl Fields,
    name: &str,
    current: Option<&Representation<'_>>,
    equal: fn(&EntityTag<'_>, &EntityTag<'_>) -> bool,
) -> bool {
    let Some(current) = current else {
        return false;
    };
    fields.get_all(name).any(|value| {
        let is_named = |etag| EntityTag::list(value).any(|tag| equal(&tag, &etag));
        value == b"*" || current.etag.is_some_and(is_named)
    })
}

/// Step 5, and what Range asks for.
fn parts(conditions: &Conditions<'_>, current: &Representation<'_>, now: HttpDate) -> Decision {
    let (Some(range), Some(length)) = (conditions.range, current.length) else {
        return Decision::Proceed;
    };
    if conditions
        .if_range
        .is_some_and(|value| !is_same(value, current, now))
    {
        return Decision::Proceed;
    }
    match range::parse(range, length) {
        Ranges::Ignored => Decision::Proceed,
        Ranges::Unsatisfiable => Decision::RangeNotSatisfiable,
        Ranges::Parts(mut parts) if parts.len() == 1 => Decision::Part(parts.remove(0)),
        Ranges::Parts(parts) => Decision::Parts(parts),
    }
}

/// Whether If-Range names the current version. A date does so only when it is the very one, and of a
/// second that is over: in a running second the file may change again.
fn is_same(value: &[u8], current: &Representation<'_>, now: HttpDate) -> bool {
    if let Some(tag) = EntityTag::parse(value) {
        return current.etag.is_some_and(|etag| etag.strong_eq(&tag));
    }
    let date = HttpDate::parse(value, now);
    date.is_some() && date == current.last_modified && date < Some(now)
}
