//! A region is a stretch of one task: regions nest, close in order, and do not cross tasks.
//!
//! A region says "from here to there the program did this". It is measured on the task that opened it, and
//! goes with that task from thread to thread. Closed in another task it would begin in one history and
//! end in another, so that is refused; and so is closing one while another is open inside it.

use concurrency::runtime::{Runtime, spawn, yield_now};
use concurrency::trace::{self, RegionError};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY)?;
    runtime.block_on(async {
        let nested = spawn(async {
            let outer = trace::region("outer");
            let inner = trace::region("inner");
            yield_now().await;
            inner.end()?;
            outer.end()
        });
        nested.await??;

        let crossed = spawn(async { trace::region("crossed") }).await?;
        let refused = crossed.end();
        println!("in another task: {}", refused.unwrap_err());
        assert!(matches!(refused, Err(RegionError::OtherTask { .. })));

        let around = trace::region("around");
        let within = trace::region("within");
        let refused = around.end();
        println!("out of order:    {}", refused.unwrap_err());
        assert_eq!(refused, Err(RegionError::NotInnermost(1)));
        within.end()?;
        Ok::<(), Box<dyn std::error::Error>>(())
    })?;

    let trace = recording.stop();
    assert_eq!(trace.refused, 2);
    let timeline = trace.timeline();
    for region in &timeline.regions {
        let indent = 2 * region.depth;
        let length = region.end - region.begin;
        println!("{:indent$}{} for {length} ns", "", region.name);
    }
    let find = |name| timeline.regions.iter().find(|region| region.name == name);
    let (outer, inner) = (find("outer").unwrap(), find("inner").unwrap());
    assert_eq!((outer.depth, inner.depth), (0, 1));
    assert!(outer.begin <= inner.begin && inner.end <= outer.end);
    Ok(())
}
