//! Content negotiation (RFC 9110 §12): the client says what it likes and how much, the server chooses.
//!
//! An answer that would have been another for other fields says so with `Vary`, or a cache hands the
//! compressed one to somebody who cannot read it.

use super::Fields;
use super::syntax::{decimal, split_unquoted, trim};

/// What is sent as it is.
pub const IDENTITY: &str = "identity";

/// How much something is wanted, in thousandths: 0 is not at all.
pub type Quality = u16;

/// Which of the codings in `offers`, or [`IDENTITY`], Accept-Encoding likes best; of those that it
/// likes equally the first, and identity last. `None` if it likes none: 406, or identity nevertheless.
///
/// Without the field anything may be sent, and who did not ask for gzip may not be able to read it:
/// identity.
///
/// ```
/// use tcp_http::http::{Headers, choose_encoding};
///
/// let mut fields = Headers::new();
/// fields.append("Accept-Encoding", "gzip;q=0.8, br, identity;q=0")?;
/// assert_eq!(choose_encoding(&fields, &["gzip"]), Some("gzip"));
/// assert_eq!(choose_encoding(&fields, &["deflate"]), None);
/// # Ok::<(), tcp_http::http::InvalidField>(())
/// ```
pub fn choose_encoding(fields: &impl Fields, offers: &[&'static str]) -> Option<&'static str> {
    let identity = encoding_quality(fields, IDENTITY);
    let offers = offers
        .iter()
        .map(|&offer| (offer, encoding_quality(fields, offer)));
    // Not to be excluded makes identity acceptable, and less liked than what is named.
    let offers = offers
        .map(|(offer, quality)| (offer, quality.unwrap_or(0)))
        .chain([(IDENTITY, identity.unwrap_or(1))]);
    first_best(offers)
}

/// Which of the media types in `offers` Accept likes best, of equals the first; the first if there is
/// no Accept, `None` if it likes none.
pub fn choose_media_type(fields: &impl Fields, offers: &[&'static str]) -> Option<&'static str> {
    if fields.get("accept").is_none() {
        return offers.first().copied();
    }
    first_best(
        offers
            .iter()
            .map(|&offer| (offer, media_quality(fields, offer))),
    )
}

/// How much `coding` is wanted; `None` if neither it nor `*` is named. `x-gzip` is an old name of gzip.
fn encoding_quality(fields: &impl Fields, coding: &str) -> Option<Quality> {
    let mut any = None;
    for (name, quality) in fields.list("accept-encoding").filter_map(weighted) {
        let name = match name.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case(b"x-") => &name[2..],
            _ => name,
        };
        if name.eq_ignore_ascii_case(coding.as_bytes()) {
            return Some(quality);
        }
        if name == b"*" {
            any = Some(quality);
        }
    }
    any
}

/// The most specific range decides: `text/html` before `text/*` before `*/*`.
fn media_quality(fields: &impl Fields, offer: &str) -> Quality {
    let offer = offer
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .as_bytes();
    let ranges = fields.list("accept").filter_map(weighted);
    let fitting = ranges.filter_map(|(range, quality)| {
        let specificity = match range {
            b"*/*" => 0,
            [kind @ .., b'/', b'*'] if starts_with_type(offer, kind) => 1,
            _ if range.eq_ignore_ascii_case(offer) => 2,
            _ => return None,
        };
        Some((specificity, quality))
    });
    fitting.max().map_or(0, |(_, quality)| quality)
}

fn starts_with_type(offer: &[u8], kind: &[u8]) -> bool {
    offer.get(kind.len()) == Some(&b'/') && offer[..kind.len()].eq_ignore_ascii_case(kind)
}

fn first_best<'a>(offers: impl Iterator<Item = (&'a str, Quality)>) -> Option<&'a str> {
    let better = |best: (&'a str, Quality), offer: (&'a str, Quality)| {
        if offer.1 > best.1 { offer } else { best }
    };
    let best = offers.fold(("", 0), better);
    (best.1 > 0).then_some(best.0)
}

/// Takes `name;q=0.5` apart; other parameters are passed over, and an element with a malformed weight
/// is none.
fn weighted(element: &[u8]) -> Option<(&[u8], Quality)> {
    let mut parts = split_unquoted(element, b';');
    let name = parts.next()?;
    let weight = parts.find_map(|part| match part {
        [b'q' | b'Q', rest @ ..] => trim(rest).strip_prefix(b"=").map(trim),
        _ => None,
    });
    match weight {
        Some(weight) => Some((name, quality(weight)?)),
        None => Some((name, 1000)),
    }
}

/// `0`, `1`, and up to three digits behind a point, not more than 1.
fn quality(text: &[u8]) -> Option<Quality> {
    let (whole, digits) = match text {
        [whole] => (*whole, &[][..]),
        [whole, b'.', digits @ ..] if digits.len() <= 3 => (*whole, digits),
        _ => return None,
    };
    let thousandths = match digits {
        [] => 0,
        _ => decimal(digits)? as Quality * [0, 100, 10, 1][digits.len()],
    };
    match whole {
        b'0' => Some(thousandths),
        b'1' if thousandths == 0 => Some(1000),
        _ => None,
    }
}
