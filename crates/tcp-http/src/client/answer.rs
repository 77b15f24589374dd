//! What is answered.

use super::{Body, Url};
use crate::http::{Headers, Status, Version};

/// The head of an answer, and its body still on the way.
///
/// The connection is kept for the next request once the body has been read to its end; an answer that
/// is dropped before closes it.
#[derive(Debug)]
pub struct Answer {
    /// Where it comes from, after all redirects.
    pub url: Url,
    /// The version of the server.
    pub version: Version,
    /// The status.
    pub status: Status,
    /// The words behind it.
    pub reason: Vec<u8>,
    /// The header fields.
    pub headers: Headers,
    /// The body.
    pub body: Body,
}
