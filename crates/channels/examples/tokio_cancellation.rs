//! Cancelling a token cancels its children, and `tokio::select!` then drops what they were doing.
//!
//! `CancellationToken` (of tokio-util) is Go's context without deadline, cause and values: a tree
//! whose cancelling goes down and never up. What the chapter's `Context` is for threads, it is for
//! tasks. A future that `select!` gives up is dropped at its `await`, so its locals are dropped too;
//! in Go the function has to return by itself. Take a token when a task has to tidy up or others
//! have to know; to end one future alone, dropping it is enough.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_util::sync::CancellationToken;

/// Says when the work it belongs to has been dropped.
struct Resource(Arc<AtomicU32>);

impl Drop for Resource {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

async fn worker(token: CancellationToken, released: Arc<AtomicU32>) -> &'static str {
    let resource = Resource(released);
    let endless_work = async move {
        let _held = resource;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = endless_work => "done",
        () = token.cancelled() => "cancelled",
    }
}

#[tokio::main]
async fn main() {
    let released = Arc::new(AtomicU32::new(0));
    let server = CancellationToken::new();
    let (request, other_request) = (server.child_token(), server.child_token());
    let spawn = |token: &CancellationToken| tokio::spawn(worker(token.clone(), released.clone()));
    let (mine, its, last) = (spawn(&request), spawn(&request), spawn(&other_request));

    request.cancel();
    let ended = (mine.await.expect("no panic"), its.await.expect("no panic"));
    println!("one request cancelled: its two tasks {ended:?}");
    assert_eq!(ended, ("cancelled", "cancelled"));
    assert_eq!(released.load(Ordering::SeqCst), 2);
    assert!(!server.is_cancelled() && !other_request.is_cancelled());
    assert!(!last.is_finished());

    server.cancel();
    assert_eq!(last.await.expect("no panic"), "cancelled");
    assert!(other_request.is_cancelled());
    println!("the server cancelled: the other request too, all that they held is released");
    assert_eq!(released.load(Ordering::SeqCst), 3);
}
