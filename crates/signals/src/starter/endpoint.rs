//! Where to listen, as `--port` and `--path` say it.

use std::fmt;
use std::os::fd::RawFd;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

/// A port, perhaps with an address and with the number that the workers find the descriptor at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortSpec {
    /// A name or an address, without brackets; all IPv4 addresses if none is said.
    pub host: Option<String>,
    /// 0 is any that is free.
    pub port: u16,
    /// Datagrams: the port is written `u53`.
    pub udp: bool,
    /// The number that the workers find it at.
    pub descriptor: Option<RawFd>,
}

/// What is wrong with a `--port`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PortError {
    /// Neither a number nor `u` and a number.
    #[error("the port is not a number from 0 to 65535")]
    Port,
    /// Not a number, or too big for a descriptor.
    #[error("the descriptor is not a number from 0 to 1023")]
    Descriptor,
    /// A bracket without its partner.
    #[error("an IPv6 address is written [ADDRESS]:PORT")]
    Brackets,
    /// Nothing before the colon.
    #[error("nothing stands before the colon")]
    Host,
    /// It separates entries of SERVER_STARTER_PORT.
    #[error("';' and '=' cannot be said in SERVER_STARTER_PORT")]
    Separator,
}

/// Beyond the usual limit of open files a descriptor cannot be had.
const HIGHEST_DESCRIPTOR: RawFd = 1023;

impl FromStr for PortSpec {
    type Err = PortError;

    /// `8080`, `host:8080`, `[::1]:8080`, each with `=7` behind it, the port with `u` before it.
    fn from_str(text: &str) -> Result<Self, PortError> {
        let (place, descriptor) = match text.trim().split_once('=') {
            Some((place, number)) => (place.trim_end(), Some(descriptor(number.trim())?)),
            None => (text.trim(), None),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (Some(without_brackets(host.trim())?.to_owned()), port),
            None => (None, place),
        };
        let (udp, port) = match port.trim().strip_prefix('u') {
            Some(port) => (true, port),
            None => (false, port.trim()),
        };
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|_| digits);
        Ok(PortSpec {
            host,
            port: port.ok_or(PortError::Port)?,
            udp,
            descriptor,
        })
    }
}

fn descriptor(text: &str) -> Result<RawFd, PortError> {
    let number = text.parse().map_err(|_| PortError::Descriptor)?;
    match number {
        0..=HIGHEST_DESCRIPTOR => Ok(number),
        _ => Err(PortError::Descriptor),
    }
}

fn without_brackets(host: &str) -> Result<&str, PortError> {
    let host = match (host.strip_prefix('['), host.contains([']', '['])) {
        (Some(rest), _) => rest.strip_suffix(']').ok_or(PortError::Brackets)?.trim(),
        (None, true) => return Err(PortError::Brackets),
        (None, false) => host,
    };
    match host {
        "" => Err(PortError::Host),
        _ if host.contains(';') => Err(PortError::Separator),
        _ => Ok(host),
    }
}

impl fmt::Display for PortSpec {
    /// As SERVER_STARTER_PORT names it: without the `u`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Some(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            Some(host) => write!(f, "{host}:{}", self.port),
            None => write!(f, "{}", self.port),
        }
    }
}

/// The path of a socket file that SERVER_STARTER_PORT can name.
///
/// # Errors
///
/// [`PortError::Separator`].
pub fn path(text: &str) -> Result<PathBuf, PortError> {
    match text.contains([';', '=']) {
        true => Err(PortError::Separator),
        false => Ok(text.into()),
    }
}
