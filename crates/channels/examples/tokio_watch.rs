//! A watch keeps the newest value alone: who looks late has missed the steps, never the last one.
//!
//! It is for state rather than events: a configuration, a level, "we are shutting down". A sender
//! never waits and nothing piles up. In Go one would keep the value under a mutex and announce each
//! change by closing a channel and making the next one; here both are one thing, and a receiver
//! remembers which version it has seen. Where every step counts, take a channel or a `broadcast`.

use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Limits {
    connections: u32,
}

#[tokio::main]
async fn main() {
    let (settings, mut seen_by) = watch::channel(Limits { connections: 10 });
    assert_eq!(seen_by.borrow_and_update().connections, 10);

    for connections in 11..=1000 {
        settings.send_replace(Limits { connections });
    }
    seen_by.changed().await.expect("the sender is there");
    let now = *seen_by.borrow_and_update();
    println!("after 990 changes, one look: {now:?}");
    assert_eq!(now.connections, 1000);
    assert!(!seen_by.has_changed().expect("the sender is there"));

    // Many wait for a condition, and each change wakes them all.
    let waiters: Vec<_> = (1..=3)
        .map(|n| {
            let mut settings = seen_by.clone();
            tokio::spawn(async move {
                let enough = settings.wait_for(|limits| limits.connections >= n * 1000);
                enough.await.map(|limits| limits.connections)
            })
        })
        .collect();
    settings.send_replace(Limits { connections: 2500 });
    drop(settings);
    let mut outcomes = Vec::new();
    for waiter in waiters {
        outcomes.push(waiter.await.expect("no panic").ok());
    }
    println!("waited for 1000, 2000 and 3000: {outcomes:?}");
    assert!(matches!(outcomes[0], Some(1000 | 2500)));
    assert_eq!(outcomes[1..], [Some(2500), None]);
}
