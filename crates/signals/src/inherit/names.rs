//! What the variables say. Pure.

use std::os::fd::RawFd;

use thiserror::Error;

/// A descriptor, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Variable and entry, for messages.
    pub place: String,
    /// The address or path.
    pub name: String,
    /// The number; not negative.
    pub fd: RawFd,
}

/// A variable that does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {reason}: {text:?}")]
pub struct Malformed {
    /// Variable and entry.
    pub place: String,
    /// What is wrong.
    pub reason: &'static str,
    /// The entry.
    pub text: String,
}

/// More than that is no honest answer.
const MOST: RawFd = 1024;
const SD_LISTEN_FDS_START: RawFd = 3;

/// `8080=3;[::1]:8080=4;/run/x.sock=5`: names and descriptors. An empty value has none.
///
/// # Errors
///
/// The first entry that is none, or that names a descriptor again.
pub fn server_starter(value: &[u8]) -> Result<Vec<Named>, Malformed> {
    let mut all: Vec<Named> = Vec::new();
    if value.is_empty() {
        return Ok(all);
    }
    for (index, entry) in String::from_utf8_lossy(value).split(';').enumerate() {
        let place = format!("SERVER_STARTER_PORT, entry {}", index + 1);
        let wrong = |reason| Malformed {
            place: place.clone(),
            reason,
            text: entry.to_owned(),
        };
        let (name, fd) = entry.rsplit_once('=').ok_or_else(|| wrong("has no '='"))?;
        let fd = number(fd).ok_or_else(|| wrong("is no descriptor"))?;
        if all.iter().any(|other| other.fd == fd) {
            return Err(wrong("names a descriptor again"));
        }
        let (place, name) = (place.clone(), name.to_owned());
        all.push(Named { place, name, fd });
    }
    Ok(all)
}

/// A count of descriptors from 3 on, and their names with colons between.
///
/// # Errors
///
/// The count is no number, or beyond reason.
pub fn systemd(count: &[u8], names: &[u8]) -> Result<Vec<Named>, Malformed> {
    let text = String::from_utf8_lossy(count).into_owned();
    let Some(count) = number(&text).filter(|&count| count <= MOST) else {
        return Err(Malformed {
            place: "LISTEN_FDS".to_owned(),
            reason: "is no number of descriptors",
            text,
        });
    };
    let names = String::from_utf8_lossy(names).into_owned();
    let names = names.split(':').filter(|name| !name.is_empty());
    // What sd_listen_fds_with_names(3) says of one without a name.
    let names = names.chain(std::iter::repeat("unknown"));
    let numbered = (1..=count).zip(names);
    let named = |(index, name): (RawFd, &str)| Named {
        place: format!("LISTEN_FDS, entry {index}"),
        name: name.to_owned(),
        fd: SD_LISTEN_FDS_START + index - 1,
    };
    Ok(numbered.map(named).collect())
}

/// Digits alone: no sign, no blanks.
fn number(text: &str) -> Option<RawFd> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
