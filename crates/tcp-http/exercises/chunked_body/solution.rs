//! Every line ends with CR LF or the body is cut, and what is no size ends no body.
//!
//! Whoever is lenient here disagrees with the next reader about where the body ends, and the rest
//! of it is taken for a request of its own. Digits are looked at one by one: `from_str_radix` takes
//! a `+`.

use std::io::{self, BufRead, ErrorKind, Read};

/// The largest chunk that is taken.
pub const LIMIT: usize = 1 << 20;

/// The body that `reader` is at the start of.
pub fn read_chunked(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = parse_size(&read_line(reader)?)?;
        if size == 0 {
            while !read_line(reader)?.is_empty() {}
            return Ok(body);
        }
        let start = body.len();
        body.resize(start + size, 0);
        reader.read_exact(&mut body[start..])?;
        if !read_line(reader)?.is_empty() {
            return Err(ErrorKind::InvalidData.into());
        }
    }
}

fn parse_size(line: &str) -> io::Result<usize> {
    let digits = line.split(';').next().unwrap_or_default().trim_end();
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let size = usize::from_str_radix(digits, 16).ok();
    size.filter(|&size| plain && size <= LIMIT)
        .ok_or_else(|| ErrorKind::InvalidData.into())
}

/// A line without its CR LF.
fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(4096).read_line(&mut line)?;
    match line.strip_suffix("\r\n") {
        Some(line) => Ok(line.to_owned()),
        None if line.ends_with('\n') => Err(ErrorKind::InvalidData.into()),
        None => Err(ErrorKind::UnexpectedEof.into()),
    }
}
