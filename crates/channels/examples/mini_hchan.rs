//! A ring, two indices and two queues of waiters make a channel: the fields of Go's `hchan`.
//!
//! All is behind one lock, as in Go. A send gives its value to a waiting receiver, or else puts it
//! into the ring, or else waits in `sendq` with the value; a receive is the mirror of it. Whoever
//! waits is in the queue as a `Sudog`, which holds its thread and its value, and is woken by the
//! one that has done its work for it. Nobody polls, and nobody looks again after waking up: the
//! value is there. The lessons after this one take these cases one by one, in the library's
//! channel, whose module `stages` adds closing and grows to the real one. std's bounded channel,
//! the peer here, is crossbeam's, with a ring that needs no lock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};

struct Hchan<T>(Mutex<Locked<T>>);

struct Locked<T> {
    qcount: usize,
    dataqsiz: usize,
    buf: Vec<Option<T>>,
    sendx: usize,
    recvx: usize,
    recvq: VecDeque<Arc<Sudog<T>>>,
    sendq: VecDeque<Arc<Sudog<T>>>,
}

/// One waiting thread. A sender waits until its `elem` is gone, a receiver until it is there.
struct Sudog<T> {
    thread: Thread,
    elem: Mutex<Option<T>>,
}

impl<T> Hchan<T> {
    fn make(dataqsiz: usize) -> Self {
        Self(Mutex::new(Locked {
            qcount: 0,
            dataqsiz,
            buf: (0..dataqsiz).map(|_| None).collect(),
            sendx: 0,
            recvx: 0,
            recvq: VecDeque::new(),
            sendq: VecDeque::new(),
        }))
    }

    fn send(&self, value: T) {
        let mut c = self.0.lock().unwrap();
        if let Some(receiver) = c.recvq.pop_front() {
            *receiver.elem.lock().unwrap() = Some(value);
            receiver.thread.unpark();
        } else if c.qcount < c.dataqsiz {
            c.push(value);
        } else {
            let sudog = Sudog::new(Some(value));
            c.sendq.push_back(Arc::clone(&sudog));
            drop(c);
            sudog.park_while(Option::is_some);
        }
    }

    fn recv(&self) -> T {
        let mut c = self.0.lock().unwrap();
        if let Some(sender) = c.sendq.pop_front() {
            let value = sender.elem.lock().unwrap().take().unwrap();
            sender.thread.unpark();
            if c.dataqsiz == 0 {
                return value;
            }
            let oldest = c.pop();
            c.push(value);
            oldest
        } else if c.qcount > 0 {
            c.pop()
        } else {
            let sudog = Sudog::new(None);
            c.recvq.push_back(Arc::clone(&sudog));
            drop(c);
            sudog.park_while(Option::is_none);
            sudog.elem.lock().unwrap().take().unwrap()
        }
    }
}

impl<T> Locked<T> {
    fn push(&mut self, value: T) {
        self.buf[self.sendx] = Some(value);
        self.sendx = (self.sendx + 1) % self.dataqsiz;
        self.qcount += 1;
    }

    fn pop(&mut self) -> T {
        let value = self.buf[self.recvx].take().unwrap();
        self.recvx = (self.recvx + 1) % self.dataqsiz;
        self.qcount -= 1;
        value
    }
}

impl<T> Sudog<T> {
    fn new(elem: Option<T>) -> Arc<Self> {
        let thread = thread::current();
        let elem = Mutex::new(elem);
        Arc::new(Self { thread, elem })
    }

    fn park_while(&self, not_done: impl Fn(&Option<T>) -> bool) {
        while not_done(&self.elem.lock().unwrap()) {
            thread::park();
        }
    }
}

fn main() {
    for capacity in [0, 1, 3] {
        let (tx, rx) = mpsc::sync_channel(capacity);
        // std's receiver is for one thread at a time.
        let rx = Mutex::new(rx);
        let recv = || rx.lock().unwrap().recv().unwrap();
        check(capacity, |n| tx.send(n).unwrap(), recv);

        let channel = Hchan::make(capacity);
        check(capacity, |n| channel.send(n), || channel.recv());
        println!("capacity {capacity}: std's channel and ours pass the same checks");
    }

    let channel = Hchan::make(3);
    for n in 0..4 {
        channel.send(n);
        channel.recv();
    }
    let c = channel.0.lock().unwrap();
    println!("4 through 3 places: sendx {}, recvx {}", c.sendx, c.recvx);
    assert_eq!((c.sendx, c.recvx, c.qcount), (1, 1, 0));
}

fn check(capacity: usize, send: impl Fn(u32) + Sync, recv: impl Fn() -> u32 + Sync) {
    ahead_by_the_buffer(capacity, &send, &recv);
    many_to_many(&send, &recv);
}

/// The sender runs ahead until the buffer is full, and no further. What is sent comes in order.
fn ahead_by_the_buffer(capacity: usize, send: &(impl Fn(u32) + Sync), recv: impl Fn() -> u32) {
    let sent = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..100 {
                send(n);
                sent.fetch_add(1, Relaxed);
            }
        });
        for received in 0..100 {
            while sent.load(Relaxed) < (received + capacity).min(100) {
                thread::yield_now();
            }
            assert!(sent.load(Relaxed) <= received + capacity);
            assert_eq!(recv() as usize, received);
        }
    });
}

/// Four send, four receive, and each value arrives once.
fn many_to_many(send: &(impl Fn(u32) + Sync), recv: &(impl Fn() -> u32 + Sync)) {
    let mut received = thread::scope(|scope| {
        for start in [0, 100, 200, 300] {
            scope.spawn(move || (start..start + 100).for_each(send));
        }
        let receivers =
            [(); 4].map(|()| scope.spawn(|| (0..100).map(|_| recv()).collect::<Vec<_>>()));
        receivers.map(|thread| thread.join().unwrap()).concat()
    });
    received.sort_unstable();
    assert!(received.into_iter().eq(0..400));
}
