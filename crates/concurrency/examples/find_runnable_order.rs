//! An M looks for its next task on its own P, then in the global queue, the network, other Ps.
//!
//! From the cheapest to the dearest: the slot and the ring of its own P need no lock, the global queue
//! needs one, the network a system call, and stealing disturbs a neighbour. (Every 61st time the global
//! queue comes first, and timers that are due become runnable before all that.)
//!
//! The future of `block_on` holds P 0, so it can lay out one task in each place before anybody
//! looks. A busy task on P 1 never comes to its own queue: what it has spawned has to be stolen.

use std::net;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use channels::channel;
use concurrency::net::UdpSocket;
use concurrency::runtime::{Builder, spawn};

type Log = Arc<Mutex<Vec<&'static str>>>;

async fn note(log: Log, place: &'static str) {
    log.lock().unwrap().push(place);
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(2).build()?;
    let handle = runtime.handle();
    let log = Log::default();
    let over = Arc::new(AtomicBool::new(false));

    runtime.block_on(async {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        let address = socket.local_addr()?;
        let mine = Arc::clone(&log);
        let network = spawn(async move {
            socket.recv_from(&mut [0]).await?;
            note(mine, "network").await;
            std::io::Result::Ok(())
        });
        let (mine, ended) = (Arc::clone(&log), Arc::clone(&over));
        let (tell, stolen) = channel(1);
        let busy = spawn(async move {
            drop(spawn(async move {
                note(mine, "another P").await;
                tell.try_send(()).expect("there is room");
            }));
            while !ended.load(Ordering::SeqCst) {
                thread::yield_now();
            }
        });
        // P 1 steals the two in this order: the reader waits, the busy one does not stop.
        while handle.tasks().len() < 3 {
            thread::yield_now();
        }

        let ring = spawn(note(Arc::clone(&log), "own ring"));
        let slot = spawn(note(Arc::clone(&log), "own slot"));
        let (outside, mine) = (handle.clone(), Arc::clone(&log));
        let foreign = thread::spawn(move || outside.spawn(note(mine, "global queue")));
        let global = foreign.join().expect("it only spawns");
        net::UdpSocket::bind("127.0.0.1:0")?.send_to(b"x", address)?;

        // Only now does this future let go of P 0.
        for task in [ring, slot, global] {
            task.await.expect("it runs to its end");
        }
        network.await.expect("it runs to its end")?;
        stolen.recv_async().await?;
        over.store(true, Ordering::SeqCst);
        busy.await.expect("it runs to its end");
        anyhow::Ok(())
    })?;
    let log = log.lock().unwrap();
    println!("{}", log.join(", "));
    assert_eq!(
        *log,
        [
            "own slot",
            "own ring",
            "global queue",
            "network",
            "another P"
        ]
    );
    Ok(())
}
