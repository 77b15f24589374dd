//! Which numbers the workers find the sockets at, so that two protocols hold at once.
//!
//! systemd's `LISTEN_FDS` counts from 3 without a gap. Server::Starter names each descriptor, and lets
//! the user choose its number. A chosen number between 3 and the count serves both. One outside of it
//! is a second copy: the worker finds that socket twice, once for each protocol.

use std::os::fd::RawFd;

/// systemd's `SD_LISTEN_FDS_START`.
pub(super) const FIRST: RawFd = 3;

/// The numbers of one socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// What SERVER_STARTER_PORT names.
    pub starter: RawFd,
    /// Its place in `LISTEN_FDS`.
    pub systemd: RawFd,
}

/// Numbers for sockets of which some have a chosen one. Nobody gets a number that another has; a
/// number that is chosen twice is an error that gives it.
///
/// # Errors
///
/// The number that two sockets want.
pub fn numbers(chosen: &[Option<RawFd>]) -> Result<Vec<Numbers>, RawFd> {
    let wanted: Vec<RawFd> = chosen.iter().copied().flatten().collect();
    if let Some(&twice) =
        (1..wanted.len()).find_map(|i| wanted[..i].iter().find(|&&n| n == wanted[i]))
    {
        return Err(twice);
    }
    let end = FIRST + RawFd::try_from(chosen.len()).unwrap_or(RawFd::MAX - FIRST);
    let mut free = (FIRST..end).filter(|number| !wanted.contains(number));
    let place = |choice: &Option<RawFd>| match *choice {
        Some(number) if (FIRST..end).contains(&number) => Numbers {
            starter: number,
            systemd: number,
        },
        choice => {
            let systemd = free.next().expect("as many numbers as sockets");
            Numbers {
                starter: choice.unwrap_or(systemd),
                systemd,
            }
        }
    };
    Ok(chosen.iter().map(place).collect())
}
