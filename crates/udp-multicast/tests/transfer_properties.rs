//! The transfer over random links: whatever the link does, the bytes arrive, in order, once.

mod common;

use std::time::Duration;

use common::cases;
use proptest::prelude::*;
use udp_multicast::link::{Conditions, Flow, Link, Random, run};
use udp_multicast::transfer::congestion::{Aimd, Congestion, Cubic};
use udp_multicast::transfer::in_memory::{Download, Upload};
use udp_multicast::transfer::receiver::ReceiveConfig;
use udp_multicast::transfer::sender::SendConfig;

const HOUR: Duration = Duration::from_secs(3600);

fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.number() as u8).collect()
}

fn patient_sender(congestion: fn(usize) -> Box<dyn Congestion>) -> SendConfig {
    SendConfig {
        idle: 10 * HOUR,
        congestion,
        ..SendConfig::default()
    }
}

fn patient_receiver(buffer: usize) -> ReceiveConfig {
    ReceiveConfig {
        idle: 10 * HOUR,
        linger: HOUR,
        buffer,
        ..ReceiveConfig::default()
    }
}

prop_compose! {
    fn conditions()(
        loss in 0.0..0.4, duplicate in 0.0..0.3, reorder in 0.0..0.3, corrupt in 0.0..0.1,
        delay in 0_u64..80, jitter in 0_u64..30,
        bandwidth in prop::option::of(50_000_u64..5_000_000), queue in 20_000_usize..200_000,
        mtu in prop::sample::select(vec![1200, 1280, 1500, 9000, 65_507]),
    ) -> Conditions {
        Conditions {
            loss, duplicate, reorder, corrupt, bandwidth, queue, mtu,
            delay: Duration::from_millis(delay),
            jitter: Duration::from_millis(jitter),
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn every_byte_arrives_in_order(
        seed: u64, there in conditions(), back in conditions(), count in 0_usize..120_000,
        buffer in 300_usize..200_000, cubic: bool,
    ) {
        let file = bytes(seed, count);
        let mut link = Link::asymmetric(seed, there, back);
        let rule: fn(usize) -> Box<dyn Congestion> = match cubic {
            true => |segment| Box::new(Cubic::new(segment)),
            false => |segment| Box::new(Aimd::new(segment)),
        };
        let mut upload = Upload::new(patient_sender(rule), file.clone(), seed);
        let mut download = Download::new(patient_receiver(buffer), !seed);
        run(&mut link, &mut [Flow::new(&mut upload, &mut download)], 10 * HOUR);
        prop_assert_eq!(upload.outcome(), Some(Ok(())));
        prop_assert!(download.bytes() == file);
    }
}
