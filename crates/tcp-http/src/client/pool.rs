//! Connections that wait for the next request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Url;
use super::connection::Connection;

/// Longer than most servers wait, so that nearly always they are the ones who close, and do not get
/// into TIME_WAIT for nothing.
const LONGEST_IDLE: Duration = Duration::from_secs(90);

/// How many are kept for one host and port.
const MOST_IDLE: usize = 8;

/// The idle connections of a client. Nobody looks at them while they are idle: whether one is alive is
/// found out when it is wanted.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    idle: Mutex<HashMap<(String, u16), Vec<Idle>>>,
}

#[derive(Debug)]
struct Idle {
    connection: Connection,
    since: Instant,
}

impl Pool {
    /// The connection that became idle last and is not known to be dead: it has the best chances.
    pub(crate) fn take(&self, url: &Url) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let list = idle.get_mut(&key(url))?;
        while let Some(candidate) = list.pop() {
            if candidate.since.elapsed() < LONGEST_IDLE && candidate.connection.is_quiet() {
                return Some(candidate.connection);
            }
        }
        None
    }

    /// Keeps `connection`, on which nothing is under way.
    pub(crate) fn put(&self, url: &Url, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let list = idle.entry(key(url)).or_default();
        if list.len() == MOST_IDLE {
            list.remove(0);
        }
        list.push(Idle {
            connection,
            since: Instant::now(),
        });
    }
}

fn key(url: &Url) -> (String, u16) {
    (url.host().to_owned(), url.port())
}
