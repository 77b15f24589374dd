//! A promise that cannot be kept is broken, and its readers get an error and no empty value.
//!
//! In Go a channel that is closed without a value gives the zero value: an empty string, which
//! looks like an empty file. Here the reader gets `Broken`. What went wrong belongs into the value,
//! as a `Result`; broken is what is left when nobody is there to say it, because the task panicked.

use concurrency::patterns::future::{Broken, promise};
use concurrency::runtime::{Runtime, spawn_blocking};

fn main() {
    std::panic::set_hook(Box::new(|panic| println!("{panic}")));
    Runtime::new().block_on(async {
        let (promise_text, text) = promise();
        drop(spawn_blocking(move || {
            promise_text.keep(std::fs::read_to_string("/no/such/file"));
        }));
        let text = text.get_async().await.expect("it was kept");
        println!("a result: {text:?}");
        assert!(text.is_err());

        let (promise_number, number) = promise::<u32>();
        let task = spawn_blocking(move || promise_number.keep("seven".parse().expect("a number")));
        let number = number.get_async().await;
        println!("a panic:  {number:?}");
        assert_eq!(number, Err(Broken));
        assert!(task.await.is_err());
    });
}
