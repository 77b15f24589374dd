//! A window of several segments fills a delayed line; more than delay times bandwidth fills nothing.
//!
//! While the first acknowledgement is on its way back, more segments are on their way there. What is
//! sent and not acknowledged is never more than the window. Throughput is window over round trip,
//! until the line is full: here 1 MB/s times 40 ms, so 40 000 bytes.
//!
//! TCP's window was 16 bits, 64 KiB, until it got a scale factor (RFC 7323). Go's and Rust's programs
//! leave all that to the kernel.

use std::time::Duration;

use udp_multicast::link::{Conditions, Flow, Link, run};
use udp_multicast::transfer::sliding_window::SlidingWindow;
use udp_multicast::transfer::stop_and_wait::InOrder;

const LINE: u64 = 1_000_000;

fn throughput(window: usize) -> f64 {
    let bytes: Vec<u8> = (0..400_000_u32).map(|n| (n % 253) as u8).collect();
    let mut sender = SlidingWindow::new(bytes.clone(), window);
    let mut receiver = InOrder::default();
    let mut link = Link::new(
        1,
        Conditions {
            delay: Duration::from_millis(20),
            bandwidth: Some(LINE),
            ..Conditions::default()
        },
    );
    let flow = Flow::new(&mut sender, &mut receiver);
    let took = run(&mut link, &mut [flow], Duration::from_secs(600));
    assert!(receiver.bytes == bytes);
    assert!(sender.most_in_flight <= window);
    assert!(sender.most_in_flight > window - 1000, "and it is used");
    bytes.len() as f64 / took.as_secs_f64()
}

fn main() {
    let windows = [1000, 5000, 10_000, 20_000, 40_000, 80_000];
    let speeds = windows.map(throughput);
    for (window, speed) in windows.iter().zip(speeds) {
        let bar = "█".repeat((speed / LINE as f64 * 50.0) as usize);
        println!("{window:6} bytes {:4.0} kB/s {bar}", speed / 1000.0);
    }
    // In proportion at first.
    assert!((4.5..5.5).contains(&(speeds[1] / speeds[0])));
    assert!((1.7..2.3).contains(&(speeds[3] / speeds[2])));
    // Then the line is the limit.
    assert!(speeds[4] > 0.8 * LINE as f64);
    assert!(speeds[5] < 1.1 * speeds[4]);
}
