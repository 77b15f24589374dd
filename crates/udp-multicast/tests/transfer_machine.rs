//! The state machines by hand: what is believed, what is not, and how it ends.

mod common;

use std::time::Duration;

use common::cases;
use proptest::prelude::*;
use udp_multicast::link::{Conditions, Fate, Flow, Link, Machine, Random, What, run};
use udp_multicast::transfer::in_memory::{Download, Upload};
use udp_multicast::transfer::receiver::{ReceiveConfig, ReceiveError, Receiver};
use udp_multicast::transfer::sender::{SendConfig, SendError, Sender};
use udp_multicast::transfer::wire::{BASE_SIZE, Facts, Reason};

const MS: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_secs(60);

fn facts(bytes: &[u8]) -> Facts {
    Facts {
        name: "memory".into(),
        length: bytes.len() as u64,
        digest: crc32fast::hash(bytes),
    }
}

fn upload(bytes: &[u8], seed: u64) -> Upload {
    Upload::new(SendConfig::default(), bytes.to_vec(), seed)
}

/// A sender and a receiver that have greeted each other, at `now`.
fn greeted(bytes: &[u8]) -> (Upload, Receiver<u8>, Duration) {
    let mut near = upload(bytes, 1);
    let mut far = Receiver::new(ReceiveConfig::default(), 2);
    let hello = near.poll_transmit(MS).expect("it begins");
    far.on_datagram_from(2 * MS, 1, &hello);
    let (to, welcome) = far.poll_transmit_to(2 * MS).expect("it answers");
    assert_eq!(to, 1);
    near.on_datagram(3 * MS, &welcome);
    (near, far, 3 * MS)
}

#[test]
fn a_receiver_sends_no_more_than_it_got_before_the_sender_is_confirmed() {
    let mut near = upload(b"hello", 1);
    let mut far = Receiver::<u8>::new(ReceiveConfig::default(), 2);
    let hello = near.poll_transmit(MS).expect("it begins");
    assert_eq!(hello.len(), BASE_SIZE);
    let mut answered = 0;
    for n in 1..=100_u32 {
        far.on_datagram_from(n * MS, 9, &hello);
        while let Some((_, datagram)) = far.poll_transmit_to(n * MS) {
            answered += datagram.len();
        }
        assert!(answered <= n as usize * hello.len());
    }
    // And nothing by a timer.
    assert_eq!(far.next_timeout(), None);
    assert!(far.poll_transmit_to(MINUTE).is_none());
    assert!(far.file().is_none());
}

#[test]
fn a_shortened_hello_is_not_answered() {
    let hello = upload(b"hello", 1).poll_transmit(MS).expect("it begins");
    // The zeros fewer, and the sum right.
    let mut short = hello[..100].to_vec();
    short.extend(crc32fast::hash(&short).to_be_bytes());
    let mut far = Receiver::<u8>::new(ReceiveConfig::default(), 2);
    far.on_datagram_from(MS, 9, &short);
    assert!(far.poll_transmit_to(MS).is_none());
    far.on_datagram_from(MS, 9, &hello);
    assert!(far.poll_transmit_to(MS).is_some());
}

proptest! {
    #![proptest_config(cases(64))]

    /// Any bytes, and any datagram of a connection with some of its bits flipped.
    #[test]
    fn forged_datagrams_change_nothing(seed: u64, noise in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = vec![7; 50_000];
        let (mut near, mut far, now) = greeted(&bytes);
        let mut random = Random::new(seed);
        let mut seen = Vec::new();
        while let Some(datagram) = near.poll_transmit(now) {
            far.on_datagram_from(now, 1, &datagram);
            seen.push(datagram);
        }
        while let Some((_, datagram)) = far.poll_transmit_to(now) {
            seen.push(datagram);
        }
        let before = (format!("{near:?}"), format!("{far:?}"));
        near.on_datagram(now, &noise);
        far.on_datagram_from(now, 66, &noise);
        for mut datagram in seen {
            let first = random.number() as usize;
            // CRC-32 finds each change of up to three bits in this much.
            for n in 0..=random.number() as usize % 3 {
                let bit = (first + 11 * n) % (8 * datagram.len());
                datagram[bit / 8] ^= 1 << (bit % 8);
            }
            datagram.truncate(datagram.len() - random.number() as usize % 2);
            near.on_datagram(now, &datagram);
            far.on_datagram_from(now, 66, &datagram);
        }
        let after = (format!("{near:?}"), format!("{far:?}"));
        prop_assert!(before == after);
    }

    /// Datagrams with a right sum and the right connection, but numbers from nowhere: no panic, and
    /// what arrives in the end is right.
    #[test]
    fn nonsense_with_a_right_sum_does_no_harm(seed: u64) {
        let bytes: Vec<u8> = (0..60_000_u32).map(|n| n as u8).collect();
        let (mut near, mut far, mut now) = greeted(&bytes);
        let mut random = Random::new(seed);
        let mut got = Vec::new();
        while got.len() < bytes.len() && now < MINUTE {
            now += MS;
            while let Some(datagram) = near.poll_transmit(now) {
                near.on_datagram(now, &garbled(&datagram, &mut random));
                far.on_datagram_from(now, 1, &datagram);
            }
            while let Some((_, datagram)) = far.poll_transmit_to(now) {
                let forged = garbled(&datagram, &mut random);
                // Acknowledgements of what was not received would be a liar's; ours has only the
                // sender's own datagrams come back, and the receiver's to the receiver.
                far.on_datagram_from(now, 1, &forged);
                near.on_datagram(now, &datagram);
            }
            got.extend(far.read(usize::MAX));
        }
        prop_assert!(got == bytes);
    }
}

/// Some bytes of the body are others, and the sum is right again.
fn garbled(datagram: &[u8], random: &mut Random) -> Vec<u8> {
    let mut forged = datagram[..datagram.len() - 4].to_vec();
    for _ in 0..4 {
        let length = forged.len();
        // Beyond the mark, the kind and the id.
        if length > 10 {
            forged[10 + random.number() as usize % (length - 10)] = random.number() as u8;
        }
    }
    forged.extend(crc32fast::hash(&forged).to_be_bytes());
    forged
}

#[test]
fn a_stranger_does_not_disturb_and_another_file_is_refused() {
    let (mut near, mut far, now) = greeted(&[1; 5000]);
    while let Some(datagram) = near.poll_transmit(now) {
        far.on_datagram_from(now, 1, &datagram);
    }
    assert_eq!(far.file().map(|(_, have)| have), Some(5000));
    while far.poll_transmit_to(now).is_some() {}
    let mut other = upload(&[2; 70], 77);
    let hello = other.poll_transmit(now).expect("it begins");
    far.on_datagram_from(now, 5, &hello);
    let (to, answer) = far.poll_transmit_to(now).expect("a refusal");
    assert_eq!((to, far.peer()), (5, Some(1)));
    other.on_datagram(now, &answer);
    assert_eq!(other.outcome(), Some(Err(SendError::Reset(Reason::Busy))));
}

#[test]
fn a_sender_started_anew_takes_over_where_the_first_was() {
    let bytes: Vec<u8> = (0..40_000_u32).map(|n| (n / 7) as u8).collect();
    let (mut near, mut far, now) = greeted(&bytes);
    while let Some(datagram) = near.poll_transmit(now) {
        far.on_datagram_from(now, 1, &datagram);
    }
    drop(near);
    let have = far.file().expect("a sender").1;
    assert!(have > 0 && have < 40_000);
    let mut again = upload(&bytes, 99);
    let hello = again.poll_transmit(now).expect("it begins");
    far.on_datagram_from(now, 2, &hello);
    while let Some((to, datagram)) = far.poll_transmit_to(now) {
        if to == 2 {
            again.on_datagram(now, &datagram);
        }
    }
    assert_eq!(again.sender.arrived(), have);
    assert_eq!(far.peer(), Some(1), "a greeting alone takes nothing over");
    let data = again.poll_transmit(now).expect("more");
    far.on_datagram_from(now, 2, &data);
    assert_eq!(far.peer(), Some(2));
}

#[test]
fn a_receiver_started_anew_is_greeted_again() {
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n / 5) as u8).collect();
    let mut near = upload(&bytes, 1);
    let mut link = Link::new(0, Conditions::default());
    let mut first = Download::new(ReceiveConfig::default(), 2);
    let now = run(&mut link, &mut [Flow::new(&mut near, &mut first)], 70 * MS);
    let there = first.bytes().to_vec();
    assert!(!there.is_empty() && there.len() < bytes.len());
    let config = ReceiveConfig::default();
    let mut second = Download::resuming(config, 3, facts(&bytes), there.clone());
    let mut link = Link::new(0, Conditions::default());
    let flow = Flow::new(&mut near, &mut second).starting(now);
    run(&mut link, &mut [flow], MINUTE);
    assert_eq!(near.outcome(), Some(Ok(())));
    assert!(second.bytes() == bytes);
    let sent = near.sender.statistics().sent as usize;
    assert!(sent < bytes.len() + 100_000, "{sent}: from the start again");
}

#[test]
fn a_wrong_sum_of_the_whole_is_an_error_on_both_sides() {
    let bytes = vec![3; 30_000];
    let mut near = upload(&bytes, 1);
    let wrong = vec![4; 10_000];
    let mut far = Download::resuming(ReceiveConfig::default(), 2, facts(&bytes), wrong);
    let mut link = Link::new(0, Conditions::default());
    run(&mut link, &mut [Flow::new(&mut near, &mut far)], MINUTE);
    assert_eq!(near.outcome(), Some(Err(SendError::Reset(Reason::Corrupt))));
    assert_eq!(
        far.receiver.outcome(),
        Some(Err(ReceiveError::Refused(Reason::Corrupt)))
    );
}

#[test]
fn silence_ends_it_on_both_sides() {
    let mut near = Sender::new(SendConfig::default(), facts(b"x"), 1);
    let mut link = Link::new(
        0,
        Conditions {
            loss: 1.0,
            ..Conditions::default()
        },
    );
    let mut far = Receiver::<()>::new(ReceiveConfig::default(), 2);
    let end = run(&mut link, &mut [Flow::new(&mut near, &mut far)], 2 * MINUTE);
    assert_eq!(near.outcome(), Some(Err(SendError::NoAnswer)));
    assert_eq!(end, SendConfig::default().idle);

    let (mut near, mut far, now) = greeted(&[0; 5000]);
    let data = near.poll_transmit(now).expect("data");
    far.on_datagram_from(now, 1, &data);
    let mut last = now;
    while let Some(at) = near.next_timeout() {
        last = at;
        while near.poll_transmit(at).is_some() {}
    }
    assert_eq!(near.outcome(), Some(Err(SendError::Silent)));
    assert!(last >= now + SendConfig::default().idle);
    while far.poll_transmit_to(now).is_some() {}
    let at = far.next_timeout().expect("it waits");
    assert!(far.poll_transmit_to(at).is_none());
    assert_eq!(far.outcome(), Some(Err(ReceiveError::Silent)));
}

#[test]
fn a_shut_window_stops_the_sender_who_asks_until_it_opens() {
    let bytes = vec![5; 60_000];
    let mut near = upload(&bytes, 1);
    let config = ReceiveConfig {
        buffer: 10_000,
        ..ReceiveConfig::default()
    };
    // Reads once in ten seconds, and all acknowledgements of the reading may be lost.
    let mut far = Download::new(config, 2).slowly(10_000, Duration::from_secs(10));
    let lossy = Conditions {
        loss: 0.3,
        ..Conditions::default()
    };
    let mut link = Link::asymmetric(4, Conditions::default(), lossy);
    let end = run(
        &mut link,
        &mut [Flow::new(&mut near, &mut far)],
        10 * MINUTE,
    );
    assert_eq!(near.outcome(), Some(Ok(())));
    assert!(far.bytes() == bytes);
    assert!(end > Duration::from_secs(40), "{end:?}: it did not wait");
    // It is not flooded with questions meanwhile.
    assert!(near.sender.statistics().datagrams < 500);
}

#[test]
fn the_path_is_probed_and_a_black_hole_survived() {
    let bytes = vec![6; 400_000];
    let size = |mtu| {
        let mut near = upload(&bytes, 1);
        let mut far = Download::new(ReceiveConfig::default(), 2);
        let conditions = Conditions {
            mtu,
            ..Conditions::default()
        };
        let mut link = Link::new(0, conditions);
        run(&mut link, &mut [Flow::new(&mut near, &mut far)], MINUTE);
        assert_eq!(near.outcome(), Some(Ok(())));
        near.sender.datagram_size()
    };
    assert_eq!([1200, 1452, 1500, 9000].map(size), [1200, 1452, 1452, 8952]);

    let bytes = vec![8; 2_000_000];
    // A route changes: from now on less passes, and nobody says so.
    let mut near = upload(&bytes, 1);
    let mut far = Download::new(ReceiveConfig::default(), 2);
    let mut wide = Link::new(0, Conditions::default());
    let now = run(&mut wide, &mut [Flow::new(&mut near, &mut far)], 150 * MS);
    assert!(near.sender.datagram_size() > 1452);
    let mut narrow = Link::new(
        0,
        Conditions {
            mtu: 1200,
            ..Conditions::default()
        },
    );
    let flow = Flow::new(&mut near, &mut far).starting(now);
    run(&mut narrow, &mut [flow], MINUTE);
    assert_eq!(near.outcome(), Some(Ok(())));
    assert_eq!(near.sender.datagram_size(), 1200);
    assert!(far.bytes() == bytes);
}

/// Counts what is in the air by the sender's own account, at each step.
struct Watched {
    upload: Upload,
    buffer: usize,
}

impl Machine for Watched {
    fn on_datagram(&mut self, now: Duration, datagram: &[u8]) {
        self.upload.on_datagram(now, datagram);
    }

    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        let before = self.upload.sender.in_flight();
        let datagram = self.upload.poll_transmit(now);
        let sender = &self.upload.sender;
        assert!(
            sender.in_flight() <= self.buffer,
            "beyond the receiver's window"
        );
        if sender.in_flight() > before {
            assert!(sender.in_flight() <= sender.congestion().window());
        }
        datagram
    }

    fn next_timeout(&self) -> Option<Duration> {
        self.upload.next_timeout()
    }

    fn is_done(&self) -> bool {
        self.upload.is_done()
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn never_more_in_flight_than_the_windows_allow(
        seed: u64, loss in 0.0..0.3, reorder in 0.0..0.3, buffer in 500_usize..60_000,
    ) {
        let conditions = Conditions { loss, reorder, ..Conditions::default() };
        let mut link = Link::new(seed, conditions);
        let config = SendConfig { idle: 60 * MINUTE, ..SendConfig::default() };
        let mut near = Watched { upload: Upload::new(config, vec![1; 100_000], seed), buffer };
        let config = ReceiveConfig { buffer, idle: 60 * MINUTE, linger: MINUTE, ..ReceiveConfig::default() };
        let mut far = Download::new(config, 2).slowly(buffer / 3 + 1, 20 * MS);
        run(&mut link, &mut [Flow::new(&mut near, &mut far)], 60 * MINUTE);
        prop_assert_eq!(near.upload.outcome(), Some(Ok(())));
    }
}

#[test]
fn a_loss_is_repaired_without_the_timer() {
    let mut near = upload(&[1; 300_000], 1);
    let mut far = Download::new(ReceiveConfig::default(), 2);
    let conditions = Conditions {
        loss: 0.02,
        mtu: 1200,
        ..Conditions::default()
    };
    let mut link = Link::new(11, conditions);
    run(&mut link, &mut [Flow::new(&mut near, &mut far)], MINUTE);
    let lost = link.log().iter().filter(|event| {
        matches!(
            event.what,
            What::Datagram {
                fate: Fate::Lost,
                size: 200..,
                ..
            }
        )
    });
    let statistics = near.sender.statistics();
    assert!(lost.count() > 1);
    assert!(statistics.losses > 0 && statistics.retransmissions > 0);
    assert_eq!(statistics.timeouts, 0);
}
