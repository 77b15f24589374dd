//! A thread for each connection.

use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::{Registry, http, line};

/// How texts are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A text a line.
    Line,
    /// A text a POST.
    Http,
}

/// How many connections there are at most; more wait in the kernel's queue until one ends.
const MOST_CONNECTIONS: usize = 512;

/// A connection that is silent for so long is closed.
const IDLE: Duration = Duration::from_secs(300);

/// How long to wait for room, or for the system to recover from what made `accept` fail.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves whoever connects, for ever. What goes wrong on a connection ends that one alone.
pub fn serve(listener: &TcpListener, registry: Arc<Registry>, transport: Transport) -> ! {
    let connections = Arc::new(AtomicUsize::new(0));
    loop {
        while connections.load(Ordering::Acquire) >= MOST_CONNECTIONS {
            thread::sleep(PAUSE);
        }
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(PAUSE);
            continue;
        };
        let place = Place::take(&connections);
        let registry = Arc::clone(&registry);
        // Without a thread the connection is dropped, and so is its place.
        let _ = thread::Builder::new().spawn(move || {
            // The peer has broken a rule or is gone; there is nobody to tell.
            let _ = serve_one(&registry, stream, transport);
            drop(place);
        });
    }
}

fn serve_one(registry: &Registry, stream: TcpStream, transport: Transport) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE))?;
    stream.set_write_timeout(Some(IDLE))?;
    match transport {
        Transport::Line => line::serve(registry, BufReader::new(&stream), &stream),
        Transport::Http => http::serve(registry, stream),
    }
}

/// One of the places for connections; given back when it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(connections: &Arc<AtomicUsize>) -> Self {
        connections.fetch_add(1, Ordering::AcqRel);
        Place(Arc::clone(connections))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
