//! A pool hands out what was put back, and makes a new thing only when it has none.
//!
//! Go's `sync.Pool`: buffers, parsers, compressors, which are dearer to make than to clean. Each
//! thread has a shelf of its own, so that the pool is no meeting place. In Go a garbage collection
//! empties it; here `clear` does. So nothing may be kept there that has to be closed.

use std::sync::atomic::{AtomicU32, Ordering};

use concurrency::sync::Pool;

static CREATED: AtomicU32 = AtomicU32::new(0);

fn create() -> String {
    format!("created: {}", 1 + CREATED.fetch_add(1, Ordering::Relaxed))
}

fn main() {
    let pool = Pool::new(create);
    pool.put("manual: 1".to_owned());
    pool.put("manual: 2".to_owned());

    let got = [pool.get(), pool.get(), pool.get()];
    println!("{got:?}");
    assert_eq!(got, ["manual: 2", "manual: 1", "created: 1"]);

    pool.put("manual: 3".to_owned());
    pool.clear();
    let after_clear = pool.get();
    println!("after clear: {after_clear:?}");
    assert_eq!(after_clear, "created: 2");
}
