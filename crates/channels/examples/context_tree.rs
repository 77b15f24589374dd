//! Cancellation spreads to the contexts below, never to those above or beside.
//!
//! A piece of work makes pieces of its own, each with a context made from its own. So the contexts are
//! a tree like the calls. Giving up a piece gives up all that works for it, and leaves the rest of the
//! request alone. What was made too late, below a context that is done already, is done from the
//! beginning. The reason (`cause`) goes down with the cancellation.
//!
//! Go's tree is the same. tokio-util's `CancellationToken::child_token` has the tree without causes.

use channels::context::{Context, ContextError};

fn main() {
    let (request, _end_request) = Context::background().with_cancel();
    let (search, end_search) = request.with_cancel_cause();
    let (index, _end_index) = search.with_cancel();
    let (images, _end_images) = search.with_value("a value is no boundary").with_cancel();
    let (advertisement, _end_advertisement) = request.with_cancel();

    end_search.cancel("the user has closed the search field");
    let (late, _end_late) = index.with_cancel();

    let tree = [
        ("request", &request, false),
        ("├─ search", &search, true),
        ("│  ├─ index", &index, true),
        ("│  │  └─ late", &late, true),
        ("│  └─ images", &images, true),
        ("└─ advertisement", &advertisement, false),
    ];
    for (name, context, is_cancelled) in tree {
        let state = match context.cause() {
            Some(cause) => format!("cancelled: {cause}"),
            None => "goes on".to_owned(),
        };
        println!("{name:<18} {state}");
        let error = is_cancelled.then_some(ContextError::Cancelled);
        assert_eq!(context.error(), error, "{name}");
        assert_eq!(context.done().is_closed(), is_cancelled, "{name}");
    }
}
