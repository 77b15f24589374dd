//! A promise that is a channel for one value: it can be waited for, and read once.
//!
//! The value is being found by another task while this one does something else; reading waits for
//! it. With a plain channel a *second* read waits for ever, as the value is gone: Go's simplest
//! future has this trap. (With the sender kept; dropped, it would be an error.) `patterns::future`
//! has one that can be read by many.

use std::time::Duration;

use channels::channel;
use concurrency::runtime::{Runtime, blocking, spawn, timeout};

fn functions_of(source: &str) -> Vec<String> {
    let lines = source.lines().filter_map(|line| line.strip_prefix("fn "));
    let names = lines.filter_map(|line| line.split('(').next());
    names.map(str::to_owned).collect()
}

fn main() {
    Runtime::new().block_on(async {
        let (promise, future) = channel(1);
        let kept_open = promise.clone();
        drop(spawn(async move {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/future.rs");
            let source = blocking(|| std::fs::read_to_string(path)).unwrap_or_else(|_| {
                // Away from the sources, the copy inside the program does.
                include_str!("future.rs").to_owned()
            });
            promise
                .send_async(functions_of(&source))
                .await
                .expect("main waits");
        }));
        let functions = future.recv_async().await.expect("it was promised");
        println!("functions: {functions:?}");
        assert_eq!(functions, ["functions_of", "main"]);

        let second = timeout(Duration::from_millis(50), future.recv_async()).await;
        println!("a second read has an answer: {}", second.is_ok());
        assert!(second.is_err(), "it waits for ever");
        drop(kept_open);
        assert!(
            future.recv_async().await.is_err(),
            "and without a sender it is an error"
        );
    });
}
