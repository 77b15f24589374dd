//! Of a hundred threads that load or store, one stores, and all get its value.
//!
//! Looking first and storing then would be two steps, and between them another thread may store. A
//! map for many threads needs operations that are one step: `load_or_store`, `update`. Go's
//! `sync.Map` is the model; inside, ours is many maps with a lock each, so that different keys
//! seldom meet.

use std::thread;

use concurrency::sync::{Barrier, Map};

fn main() {
    let map = Map::new();
    let start = Barrier::new(100);
    let results: Vec<(u32, bool)> = thread::scope(|scope| {
        let racers: Vec<_> = (0..100)
            .map(|racer| {
                let (map, start) = (&map, &start);
                scope.spawn(move || {
                    start.wait();
                    map.load_or_store("first", racer)
                })
            })
            .collect();
        let results = racers.into_iter().map(|racer| racer.join());
        results
            .map(|result| result.expect("it does not panic"))
            .collect()
    });
    let stored: Vec<_> = results.iter().filter(|(_, loaded)| !loaded).collect();
    println!("stored by {}", stored[0].0);
    assert_eq!(stored.len(), 1);
    assert!(results.iter().all(|(value, _)| *value == stored[0].0));

    assert_eq!(map.remove(&"first"), Some(stored[0].0));
    assert_eq!(map.load(&"first"), None);
}
