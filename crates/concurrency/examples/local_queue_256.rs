//! A P's queue is a ring of 256; the task that finds it full moves half of it to the global queue.
//!
//! A ring that its owner fills and anybody may take from needs no lock, as long as its size is
//! fixed. When it is full, half of it leaves in one batch, together with the new task: the scheduler's
//! lock is taken once for 129 tasks, and there is room for the next 128. (One more task than the ring
//! holds is on the P: the one in the slot, which runs next.)

use concurrency::runtime::{Builder, spawn};

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    let queues = || {
        let state = handle.snapshot();
        (state.each_processor[0].queue, state.global_queue)
    };

    let sum = runtime.block_on(async {
        let mut tasks: Vec<_> = (1..=257).map(|n| spawn(async move { n })).collect();
        println!("257 tasks: (ring, global) = {:?}", queues());
        assert_eq!(queues(), (256, 0), "a full ring, and one in the slot");

        tasks.push(spawn(async { 258 }));
        println!("258 tasks: (ring, global) = {:?}", queues());
        assert_eq!(queues(), (128, 129));

        tasks.extend((259..=386).map(|n| spawn(async move { n })));
        assert_eq!(queues(), (256, 129), "room for 128 more");
        tasks.push(spawn(async { 387 }));
        println!("387 tasks: (ring, global) = {:?}", queues());
        assert_eq!(queues(), (128, 258));

        let mut sum = 0;
        for task in tasks {
            sum += task.await.expect("each of them runs");
        }
        sum
    });
    assert_eq!(sum, 387 * 388 / 2, "none was lost or run twice");
    Ok(())
}
