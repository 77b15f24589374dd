//! An acknowledgement is sequence number plus size; with a timer that outlives any loss.
//!
//! The receiver answers each segment with the number of the byte that it expects next. When no answer
//! comes, because the segment or the answer was lost, the sender's timer expires and it sends the same
//! again. How long it waits it learns from the answers (RFC 6298), and each expiry doubles that.
//!
//! It is TCP's core, and it is slow: one segment per round trip.

use std::time::Duration;

use udp_multicast::link::{Conditions, Direction, Fate, Flow, Link, Machine, What, run};
use udp_multicast::transfer::stop_and_wait::{InOrder, SEGMENT, StopAndWait};

const HOUR: Duration = Duration::from_secs(3600);

fn main() {
    // By hand: a segment of 1000 bytes that begins at 0 is answered with 1000.
    let bytes: Vec<u8> = (0..60_500_u32).map(|n| (n % 251) as u8).collect();
    let mut sender = StopAndWait::new(bytes.clone());
    let mut receiver = InOrder::default();
    let segment = sender.poll_transmit(Duration::ZERO).expect("the first");
    assert_eq!(segment.len(), 4 + SEGMENT);
    receiver.on_datagram(Duration::ZERO, &segment);
    let ack = receiver.poll_transmit(Duration::ZERO);
    assert_eq!(ack, Some(1000_u32.to_be_bytes().to_vec()));

    for loss in [0.0, 0.3] {
        let mut sender = StopAndWait::new(bytes.clone());
        let mut receiver = InOrder::default();
        let mut link = Link::new(
            6,
            Conditions {
                loss,
                ..Conditions::default()
            },
        );
        let flow = Flow::new(&mut sender, &mut receiver);
        let took = run(&mut link, &mut [flow], HOUR);
        assert!(receiver.bytes == bytes, "all bytes, in order");

        let went_out = |event: &&udp_multicast::link::Event| {
            matches!(
                event.what,
                What::Datagram {
                    direction: Direction::There,
                    fate: Fate::Sent,
                    ..
                }
            )
        };
        let segments = link.log().iter().filter(went_out).count();
        println!(
            "{:2.0} % lost: {segments} segments for {}, {took:.1?} of virtual time",
            100.0 * loss,
            bytes.len()
        );
        assert_eq!(segments as u64, 61 + sender.retransmissions);
        // One segment per round trip of 20 ms.
        assert!(took >= 61 * Duration::from_millis(20));
        assert_eq!(sender.retransmissions > 0, loss > 0.0);
    }
}
