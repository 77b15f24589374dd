//! The fields that steer the connection, read as they come by.

use super::syntax::{decimal, is_token, list, split_unquoted};
use super::{Refusal, Version, host};

/// What the fields so far say about the body and the connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steering {
    pub(crate) length: Option<u64>,
    pub(crate) transfer: Transfer,
    /// `Connection: close`.
    pub(crate) close: bool,
    /// `Connection: keep-alive`.
    pub(crate) keep_alive: bool,
    /// `Connection: upgrade`.
    pub(crate) upgrade: bool,
    /// `Expect: 100-continue`.
    pub(crate) expects_continue: bool,
    /// Another expectation.
    expects_more: bool,
    /// Whether there is a Host.
    pub(crate) host: bool,
}

/// What Transfer-Encoding says, all its lines together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// There is none.
    #[default]
    Absent,
    /// Codings, and not (yet) `chunked`.
    Unfinished,
    /// `chunked` alone.
    Chunked,
    /// Other codings, and last `chunked`.
    CodedAndChunked,
}

impl Steering {
    /// Looks at one field. The length of the name decides nearly always, so most fields cost a jump.
    pub(crate) fn see(&mut self, name: &[u8], value: &[u8]) -> Result<(), Refusal> {
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.see_host(value),
            6 if name.eq_ignore_ascii_case(b"expect") => {
                self.see_expect(value);
                Ok(())
            }
            10 if name.eq_ignore_ascii_case(b"connection") => {
                self.see_connection(value);
                Ok(())
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => self.see_length(value),
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => self.see_transfer(value),
            _ => Ok(()),
        }
    }

    /// The same for a response, where Host and Expect mean nothing.
    pub(crate) fn see_in_response(&mut self, name: &[u8], value: &[u8]) -> Result<(), Refusal> {
        match name.len() {
            4 | 6 => Ok(()),
            _ => self.see(name, value),
        }
    }

    /// Whether the sender is ready to go on with this connection after this message (RFC 9112 §9.3).
    pub(crate) fn keeps(&self, version: Version) -> bool {
        !self.close && (self.keep_alive || version == Version::Http11)
    }

    /// What can be wrong with body and version together, in requests and responses alike.
    pub(crate) fn check_framing(&self, version: Version) -> Result<(), Refusal> {
        match self.transfer {
            Transfer::Absent => Ok(()),
            _ if self.length.is_some() => Err(Refusal::LengthAndTransferEncoding),
            _ if version == Version::Http10 => Err(Refusal::TransferEncodingIn10),
            Transfer::Unfinished => Err(Refusal::TransferEncoding),
            Transfer::CodedAndChunked => Err(Refusal::Coding),
            Transfer::Chunked => Ok(()),
        }
    }

    /// What can be wrong with a request beyond that. An expectation in HTTP/1.0 is to be ignored
    /// (RFC 9110 §10.1.1).
    pub(crate) fn check_request(&mut self, version: Version) -> Result<(), Refusal> {
        let is_old = version == Version::Http10;
        self.expects_continue &= !is_old;
        if !self.host && !is_old {
            return Err(Refusal::MissingHost);
        }
        if self.expects_more && !is_old {
            return Err(Refusal::Expectation);
        }
        Ok(())
    }

    fn see_host(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.host {
            return Err(Refusal::TwoHosts);
        }
        self.host = true;
        if host::is_valid(value) {
            Ok(())
        } else {
            Err(Refusal::Host)
        }
    }

    fn see_expect(&mut self, value: &[u8]) {
        for expectation in list(value) {
            if expectation.eq_ignore_ascii_case(b"100-continue") {
                self.expects_continue = true;
            } else {
                self.expects_more = true;
            }
        }
    }

    fn see_connection(&mut self, value: &[u8]) {
        for option in list(value) {
            self.close |= option.eq_ignore_ascii_case(b"close");
            self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
            self.upgrade |= option.eq_ignore_ascii_case(b"upgrade");
        }
    }

    fn see_length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.length.is_some() {
            return Err(Refusal::TwoContentLengths);
        }
        self.length = Some(decimal(value).ok_or(Refusal::ContentLength)?);
        Ok(())
    }

    /// Empty elements, parameters and anything after `chunked` are refused: they are spelled by people
    /// who look for two programs that read them differently.
    fn see_transfer(&mut self, value: &[u8]) -> Result<(), Refusal> {
        for coding in split_unquoted(value, b',') {
            let is_chunked = coding.eq_ignore_ascii_case(b"chunked");
            self.transfer = match self.transfer {
                Transfer::Absent if is_chunked => Transfer::Chunked,
                Transfer::Unfinished if is_chunked => Transfer::CodedAndChunked,
                Transfer::Absent | Transfer::Unfinished if is_token(coding) => Transfer::Unfinished,
                _ => return Err(Refusal::TransferEncoding),
            };
        }
        Ok(())
    }
}
