//! Two flows that add the same and halve at a loss come to equal shares of a line.
//!
//! Nobody tells them what the line carries. Each adds a segment per round trip until something is lost
//! from the full queue, and then halves: the larger one loses more by that. Draw one window against
//! the other, and each loss brings the point closer to the diagonal.
//!
//! Go and Rust leave it to the kernel, whose default on Linux and macOS is CUBIC: `sysctl
//! net.ipv4.tcp_congestion_control`.

use std::time::Duration;

use udp_multicast::chart::{arrivals, shares, windows};
use udp_multicast::link::{Conditions, Flow, Link, run};
use udp_multicast::transfer::in_memory::{Download, Upload};

const END: Duration = Duration::from_secs(40);

fn main() {
    let mut link = Link::new(
        1,
        Conditions {
            bandwidth: Some(500_000),
            queue: 20_000,
            jitter: Duration::from_millis(2),
            mtu: 1500,
            ..Conditions::default()
        },
    );
    let file = vec![0; 20_000_000];
    let mut first = Upload::new(Default::default(), file.clone(), 10);
    let mut second = Upload::new(Default::default(), file, 20);
    let mut one = Download::new(Default::default(), 11);
    let mut two = Download::new(Default::default(), 21);
    let flows = &mut [
        Flow::new(&mut first, &mut one),
        Flow::new(&mut second, &mut two).starting(END / 8),
    ];
    run(&mut link, flows, END);

    let names = ["first", "second"];
    let log = link.log();
    println!("{}", windows(log, "Congestion windows", &names).text(72, 3));
    let slice = Duration::from_millis(500);
    println!("{}", shares(log, "Shares", &names, slice).text(72, 3));

    let [first, second] = [0, 1].map(|flow| {
        let late = arrivals(log, flow).filter(|(at, _)| *at > END / 4);
        late.map(|(_, size)| size).sum::<usize>() as f64
    });
    println!("in the last three quarters: {first} and {second} bytes");
    assert!(first.min(second) / first.max(second) > 0.9);
}
