//! A stream tells its observer of each value, and at the end of an error or that it is done.
//!
//! ReactiveX turns iteration around: nobody asks for the next line, lines come. Three kinds of
//! event, and the last two end it. Operators such as `filter` make a stream of a stream. What may
//! not happen (a value after the end) does not compile: error E0382, in the documentation of
//! `concurrency::patterns::stream`.

use std::sync::Arc;

use concurrency::patterns::stream::{Emitter, Event, Stream, stream};
use concurrency::runtime::{Runtime, spawn};
use concurrency::sync::Mutex;

async fn lines(text: &str, emitter: Emitter<String, String>) {
    for line in text.lines() {
        if line.contains('\0') {
            return emitter.error(format!("not a text: {line:?}")).await;
        }
        emitter.next(line.to_owned()).await;
    }
    emitter.done().await;
}

fn log(stream: Stream<String, String>) -> (Arc<Mutex<Vec<String>>>, impl Future) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&log);
    let end = stream.observe(move |event| {
        shared.lock().push(match event {
            Event::Next(line) => line,
            Event::Error(error) => error,
            Event::Done => "done".to_owned(),
        });
    });
    (log, end)
}

fn main() {
    Runtime::new().block_on(async {
        let texts = [
            "fn main() {\n    let a = 1;\n}\nfn f() {}",
            "fn g() {}\n\0\nfn h() {}",
        ];
        let expected: [&[&str]; 2] = [
            &["fn main() {", "fn f() {}", "done"],
            &["fn g() {}", "not a text: \"\\0\""],
        ];
        for (text, expected) in texts.into_iter().zip(expected) {
            let (emitter, source) = stream(1);
            drop(spawn(lines(text, emitter)));
            let (log, end) =
                log(source.filter(|line| line.starts_with("fn ") || line.contains('\0')));
            end.await;
            println!("{:?}", log.lock());
            assert_eq!(*log.lock(), expected);
        }
    });
}
