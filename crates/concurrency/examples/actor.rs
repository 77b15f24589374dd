//! An actor handles one message at a time, so what it owns needs no lock.
//!
//! Erlang's processes and Akka's actors: a state, a mailbox, a task that takes one message after
//! the other. All who have its address may write at any time. A question carries the promise of its
//! answer.

use concurrency::patterns::actor::{Actor, start};
use concurrency::patterns::future::Promise;
use concurrency::runtime::{Runtime, spawn, yield_now};

#[derive(Default)]
struct Greeter {
    greeted: u32,
    busy: bool,
}

enum Message {
    Greet(&'static str, Promise<String>),
    Count(Promise<u32>),
}

impl Actor for Greeter {
    type Message = Message;

    async fn handle(&mut self, message: Message) {
        assert!(!self.busy, "one at a time, also over an await");
        self.busy = true;
        yield_now().await;
        match message {
            Message::Greet(name, answer) => {
                self.greeted += 1;
                answer.keep(format!("Hello {name}"));
            }
            Message::Count(answer) => answer.keep(self.greeted),
        }
        self.busy = false;
    }
}

fn main() {
    Runtime::new().block_on(async {
        let (greeter, end) = start("greeter", Greeter::default(), 2);
        let hello = greeter.ask(|answer| Message::Greet("Roger", answer)).await;
        println!("{hello:?}");
        assert_eq!(hello.as_deref(), Ok("Hello Roger"));

        let clients: Vec<_> = (0..50)
            .map(|_| {
                let greeter = greeter.clone();
                spawn(async move { greeter.ask(|answer| Message::Greet("all", answer)).await })
            })
            .collect();
        for client in clients {
            client.await.expect("no panic").expect("an answer");
        }
        assert_eq!(greeter.ask(Message::Count).await, Ok(51));
        drop(greeter);
        let state = end.await.expect("without an address it ends");
        println!("greeted {}", state.greeted);
        assert_eq!(state.greeted, 51);
    });
}
