//! Several parts in one body (RFC 9110 §14.6): `multipart/byteranges`.

use std::ops::Range;

use super::encode::write_field;
use super::range::content_range;

/// How the body of a 206 with several parts is laid out.
///
/// The body is, for each part, [`part_head`](Multipart::part_head) and the part's bytes, and then
/// [`end`](Multipart::end). So the parts themselves can be sent from a file.
///
/// ```
/// use tcp_http::http::Multipart;
///
/// let text = b"hello, world";
/// let layout = Multipart::new(vec![0..1, 11..12], 12, "text/plain", 0xb0);
/// let mut body = Vec::new();
/// for (index, part) in layout.parts().iter().enumerate() {
///     body.extend(layout.part_head(index));
///     body.extend(&text[part.start as usize..part.end as usize]);
/// }
/// body.extend(layout.end());
/// assert_eq!(body.len() as u64, layout.content_length());
/// assert_eq!(layout.content_type(), "multipart/byteranges; boundary=00000000000000b0");
/// ```
#[derive(Clone, Debug)]
pub struct Multipart {
    parts: Vec<Range<u64>>,
    length: u64,
    content_type: String,
    boundary: u64,
}

impl Multipart {
    /// A layout of `parts` of a resource of `length` bytes. `boundary` must not be guessable by
    /// whoever wrote the resource: text that contains it would end a part early.
    pub fn new(parts: Vec<Range<u64>>, length: u64, content_type: &str, boundary: u64) -> Self {
        Multipart {
            parts,
            length,
            content_type: content_type.to_owned(),
            boundary,
        }
    }

    /// The parts.
    pub fn parts(&self) -> &[Range<u64>] {
        &self.parts
    }

    /// The Content-Type of the answer; the resource's own is in each part.
    pub fn content_type(&self) -> String {
        format!("multipart/byteranges; boundary={:016x}", self.boundary)
    }

    /// What comes before the bytes of part number `index`.
    pub fn part_head(&self, index: usize) -> Vec<u8> {
        let before = if index == 0 { "" } else { "\r\n" };
        let mut head = format!("{before}--{:016x}\r\n", self.boundary).into_bytes();
        write_field(&mut head, b"Content-Type", self.content_type.as_bytes());
        let range = content_range(&self.parts[index], self.length);
        write_field(&mut head, b"Content-Range", range.as_bytes());
        head.extend(b"\r\n");
        head
    }

    /// What comes behind the last part.
    pub fn end(&self) -> Vec<u8> {
        format!("\r\n--{:016x}--\r\n", self.boundary).into_bytes()
    }

    /// How long all of it is.
    pub fn content_length(&self) -> u64 {
        let heads = (0..self.parts.len()).map(|index| self.part_head(index).len() as u64);
        let parts = self.parts.iter().map(|part| part.end - part.start);
        heads.chain(parts).sum::<u64>() + self.end().len() as u64
    }
}
