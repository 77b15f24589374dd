//! Bodies: from the bytes of a connection to the bytes of the content.

use super::chunked::ChunkedDecoder;
use super::{Framing, Limits, Refusal};

/// Takes the body out of the bytes that follow a head.
///
/// ```
/// use tcp_http::http::{BodyDecoder, Framing, Limits};
///
/// let mut input = &b"4\r\nread\r\n4\r\n me!\r\n0\r\n\r\nGET / HTTP/1.1"[..];
/// let mut body = BodyDecoder::new(Framing::Chunked, &Limits::default())?;
/// let mut content = Vec::new();
/// while !body.is_done() {
///     let piece = body.decode(input)?;
///     content.extend_from_slice(piece.data);
///     input = &input[piece.taken..];
/// }
/// assert_eq!(content, b"read me!");
/// assert_eq!(input, b"GET / HTTP/1.1");
/// # Ok::<(), tcp_http::http::Refusal>(())
/// ```
#[derive(Clone, Debug)]
pub struct BodyDecoder {
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    /// So many bytes are left; 0 is the end.
    Length(u64),
    /// Boxed, as most bodies are not chunked.
    Chunked(Box<ChunkedDecoder>),
    /// Until the peer closes; so many bytes are allowed.
    UntilClose(u64),
    /// The peer closed, and that was the end.
    Closed,
}

/// What one call found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// How many bytes of the input are done with; the next call begins behind them.
    pub taken: usize,
    /// The content among them.
    pub data: &'a [u8],
}

impl BodyDecoder {
    /// A decoder for a body framed like this; an error if its length is beyond the limit.
    pub fn new(framing: Framing, limits: &Limits) -> Result<Self, Refusal> {
        let state = match framing {
            Framing::None => State::Length(0),
            Framing::Length(length) if length > limits.body => return Err(Refusal::BodyTooLarge),
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Chunked(Box::new(ChunkedDecoder::new(limits))),
            Framing::UntilClose => State::UntilClose(limits.body),
        };
        Ok(BodyDecoder { state })
    }

    /// Takes what it can from the start of `input`, up to the end of one run of content. When nothing
    /// of it is taken and the body [is not done](BodyDecoder::is_done), more has to come.
    pub fn decode<'a>(&mut self, input: &'a [u8]) -> Result<Piece<'a>, Refusal> {
        match &mut self.state {
            State::Length(left) => Ok(take(input, left)),
            State::Chunked(decoder) => decoder.decode(input),
            State::UntilClose(left) if *left < input.len() as u64 => Err(Refusal::BodyTooLarge),
            State::UntilClose(left) => Ok(take(input, left)),
            State::Closed => Ok(Piece {
                taken: 0,
                data: &[],
            }),
        }
    }

    /// Whether all of the body is out.
    pub fn is_done(&self) -> bool {
        match &self.state {
            State::Length(left) => *left == 0,
            State::Chunked(decoder) => decoder.is_done(),
            State::UntilClose(_) => false,
            State::Closed => true,
        }
    }

    /// The peer has closed: that is the end of a body that lasts until then, and cuts any other.
    pub fn end_of_input(&mut self) -> Result<(), Refusal> {
        if let State::UntilClose(_) = self.state {
            self.state = State::Closed;
        }
        if self.is_done() {
            Ok(())
        } else {
            Err(Refusal::Cut)
        }
    }

    /// How much is to come, if that is known.
    pub fn remaining(&self) -> Option<u64> {
        match &self.state {
            State::Length(left) => Some(*left),
            State::Closed => Some(0),
            State::Chunked(decoder) => decoder.is_done().then_some(0),
            State::UntilClose(_) => None,
        }
    }

    /// The trailers of a chunked body that is done: name and value. They are not to be taken for
    /// fields of the head: what a proxy has checked there it has not checked here.
    pub fn trailers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let decoder = match &self.state {
            State::Chunked(decoder) => Some(decoder),
            _ => None,
        };
        decoder.into_iter().flat_map(|decoder| decoder.trailers())
    }
}

/// The first of `input`, up to `left` bytes, which are then fewer.
pub(crate) fn take<'a>(input: &'a [u8], left: &mut u64) -> Piece<'a> {
    let taken = usize::try_from(*left).map_or(input.len(), |left| left.min(input.len()));
    *left -= taken as u64;
    Piece {
        taken,
        data: &input[..taken],
    }
}
