//! A flow that does not yield takes the line from one that does.
//!
//! UDP itself has no congestion control: a program sends as fast as it likes. Where the queue is
//! full, it loses some and does not care. The other flow takes each loss for what it is, a request
//! to slow down, and follows it until little is left. This is why a protocol over UDP (QUIC, WebRTC, this
//! chapter's) has to bring its own, and why RFC 8085 says so to everyone who uses UDP.

use std::time::Duration;

use udp_multicast::chart::{arrivals, shares};
use udp_multicast::link::{Conditions, Flow, Link, Machine, run};
use udp_multicast::transfer::in_memory::{Download, Upload};

const LINE: u64 = 500_000;
const END: Duration = Duration::from_secs(20);

/// Sends as much as the line carries, whatever comes of it.
struct Blaster {
    next: Duration,
}

impl Machine for Blaster {
    fn on_datagram(&mut self, _: Duration, _: &[u8]) {}

    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        (now >= self.next).then(|| {
            self.next = now + Duration::from_millis(2);
            vec![0; 1000]
        })
    }

    fn next_timeout(&self) -> Option<Duration> {
        Some(self.next)
    }
}

/// Whom it blasts.
struct Victim;

impl Machine for Victim {
    fn on_datagram(&mut self, _: Duration, _: &[u8]) {}

    fn poll_transmit(&mut self, _: Duration) -> Option<Vec<u8>> {
        None
    }

    fn next_timeout(&self) -> Option<Duration> {
        None
    }
}

fn main() {
    let conditions = Conditions {
        bandwidth: Some(LINE),
        queue: 15_000,
        mtu: 1500,
        ..Conditions::default()
    };
    let mut link = Link::new(1, conditions);
    let mut polite = Upload::new(Default::default(), vec![0; 10_000_000], 2);
    let mut far = Download::new(Default::default(), 3);
    let (mut blaster, mut victim) = (Blaster { next: END / 2 }, Victim);
    let flows = &mut [
        Flow::new(&mut polite, &mut far),
        Flow::new(&mut blaster, &mut victim).starting(END / 2),
    ];
    run(&mut link, flows, END);

    let slice = Duration::from_millis(500);
    let chart = shares(link.log(), "Shares", &["AIMD", "blaster"], slice);
    println!("{}", chart.text(72, 3));

    let share = |from: Duration, to: Duration| {
        let during = arrivals(link.log(), 0).filter(|(at, _)| (from..to).contains(at));
        let bytes: usize = during.map(|(_, size)| size).sum();
        bytes as f64 / (LINE as f64 * (to - from).as_secs_f64())
    };
    let alone = share(END / 10, END / 2);
    let beside = share(END * 6 / 10, END);
    println!(
        "AIMD: {:.0} % of the line alone, {:.0} % beside the blaster",
        100.0 * alone,
        100.0 * beside
    );
    assert!(alone > 0.8);
    assert!(beside < 0.2);
}
