//! Coffee in six steps: one after the other, at once, complete, with errors, cancelled, in time.
//!
//! Heat water, grind beans, warm cups; then pour. The first three do not need each other. Each
//! version mends what the one before lacks: time, waiting for the others, telling of an error, not
//! going on for nothing, and giving up in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use channels::context::Context;
use channels::select_async;
use concurrency::patterns::group::Group;
use concurrency::runtime::{Runtime, sleep, spawn};

const STEPS: [(&str, u64); 3] = [("water", 60), ("beans", 60), ("cups", 60)];

/// One step; it stops when the coffee is not wanted any more.
async fn step(context: Context, name: &str, millis: u64, fails: bool) -> Result<(), String> {
    if fails {
        return Err(format!("no {name}"));
    }
    let ready = channels::time::after(Duration::from_millis(millis));
    select_async! {
        recv(ready) -> _ => Ok(()),
        recv(context.done()) -> _ => Err(format!("{name} not finished")),
    }
}

async fn in_group(
    parent: &Context,
    slow: u64,
    without: Option<&'static str>,
) -> Result<(), String> {
    let mut group = Group::under(parent);
    for (name, millis) in STEPS {
        let fails = without == Some(name);
        group.spawn(|context| async move { step(context, name, slow * millis, fails).await });
    }
    group.wait().await
}

fn main() {
    Runtime::new().block_on(async {
        let all = Context::background();
        let start = Instant::now();
        for (name, millis) in STEPS {
            step(all.clone(), name, millis, false)
                .await
                .expect("it works");
        }
        let one_by_one = start.elapsed();
        println!("1 one by one: {one_by_one:.0?}");
        assert!(one_by_one >= Duration::from_millis(180));

        let ready = Arc::new(AtomicU32::new(0));
        let steps = STEPS.map(|(_, millis)| {
            let ready = Arc::clone(&ready);
            spawn(async move {
                sleep(Duration::from_millis(millis)).await;
                ready.fetch_add(1, Ordering::SeqCst);
            })
        });
        println!(
            "2 at once, without waiting: {} of 3 ready",
            ready.load(Ordering::SeqCst)
        );
        for step in steps {
            step.await.expect("it does not panic");
        }
        println!("3 waited for: {} of 3 ready", ready.load(Ordering::SeqCst));
        assert_eq!(ready.load(Ordering::SeqCst), 3);

        let start = Instant::now();
        assert_eq!(in_group(&all, 1, None).await, Ok(()));
        println!("4 in a group: {:.0?}", start.elapsed());
        let failed = in_group(&all, 1_000, Some("beans")).await;
        println!("5 an error cancels the rest: {failed:?}");
        assert_eq!(failed, Err("no beans".to_owned()));

        let (hurry, _canceller) = all.with_timeout(Duration::from_millis(50));
        let late = in_group(&hurry, 1_000, None).await;
        println!("6 with a time limit: {late:?}");
        assert!(late.is_err_and(|error| error.ends_with("not finished")));
    });
}
