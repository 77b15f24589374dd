//! The time signal's schedule, its text, and what a listener can tell.

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{DEADLINE, cases};
use proptest::prelude::*;
use udp_multicast::multicast::{Interface, MulticastSocket};
use udp_multicast::tick::{BadTick, Follower, MAX_LEN, Order, Schedule, Sender, Tick, now};

const SECOND: Duration = Duration::from_secs(1);

fn every(interval: Duration) -> Schedule {
    Schedule::new(interval).unwrap()
}

#[test]
fn the_next_tick_is_due_at_a_multiple() {
    let ten = every(10 * SECOND);
    let at = |millis| Duration::from_millis(millis);
    assert_eq!(ten.next_after(at(0)), at(10_000));
    assert_eq!(ten.next_after(at(9_999)), at(10_000));
    assert_eq!(ten.next_after(at(10_000)), at(20_000));
    assert_eq!(ten.latest(at(19_999)), at(10_000));
    assert_eq!(ten.intervals(at(10_000), at(40_000)), 3);
    assert_eq!(ten.intervals(at(40_000), at(10_000)), 0);
    assert_eq!(Schedule::new(Duration::ZERO), None);
}

fn any_duration() -> impl Strategy<Value = Duration> {
    (any::<u64>(), 0..1_000_000_000u32).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn due_times_are_multiples_and_near(
        interval in 1..u64::MAX,
        now in 0..4_000_000_000_000_000_000u64,
    ) {
        let (interval, now) = (Duration::from_nanos(interval), Duration::from_nanos(now));
        let due = every(interval).next_after(now);
        prop_assert_eq!(due.as_nanos() % interval.as_nanos(), 0);
        prop_assert!(now < due && due <= now + interval);
    }

    #[test]
    fn a_tick_survives_its_text(
        number in 1..=u64::MAX,
        due in any_duration(),
        interval in any_duration(),
    ) {
        prop_assume!(!interval.is_zero());
        let tick = Tick { number, due, interval };
        let text = tick.to_string();
        prop_assert!(text.len() <= MAX_LEN);
        prop_assert_eq!(Tick::parse(text.as_bytes()), Ok(tick));
    }

    #[test]
    fn what_is_read_is_what_would_be_written(
        text in "tick/1 [0-9+ ]{1,4}[0-9]{0,3} [0-9]{1,3}\\.[0-9]{8,10} [0-9]\\.[0-9]{9}\n?",
    ) {
        if let Ok(tick) = Tick::parse(text.as_bytes()) {
            prop_assert_eq!(tick.to_string(), text);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        let _ = Tick::parse(&bytes);
    }
}

#[test]
fn what_is_no_tick_is_refused_with_its_reason() {
    let long = [b'7'; MAX_LEN + 1];
    let table: &[(&[u8], BadTick)] = &[
        (b"", BadTick::OtherProtocol),
        (
            b"tick/2 1 1.000000000 1.000000000\n",
            BadTick::OtherProtocol,
        ),
        (&long, BadTick::TooLong),
        (b"tick/1 \xff", BadTick::NotText),
        (
            "tick/1 ½ 1.000000000 1.000000000\n".as_bytes(),
            BadTick::NotText,
        ),
        (b"tick/1 1 1.000000000 1.000000000", BadTick::Fields),
        (b"tick/1 1 1.000000000\n", BadTick::Fields),
        (b"tick/1 1  1.000000000 1.000000000\n", BadTick::Fields),
        (b"tick/1 1 1.000000000 1.000000000 x\n", BadTick::Fields),
        (b"tick/1 0 1.000000000 1.000000000\n", BadTick::Number),
        (b"tick/1 +1 1.000000000 1.000000000\n", BadTick::Number),
        (b"tick/1 01 1.000000000 1.000000000\n", BadTick::Number),
        (
            b"tick/1 18446744073709551616 1.000000000 1.000000000\n",
            BadTick::Number,
        ),
        (b"tick/1 1 1.0 1.000000000\n", BadTick::Time("due time")),
        (
            b"tick/1 1 -1.000000000 1.000000000\n",
            BadTick::Time("due time"),
        ),
        (
            b"tick/1 1 1.000000000 1.+00000000\n",
            BadTick::Time("interval"),
        ),
        (
            b"tick/1 1 1.000000000 .000000000\n",
            BadTick::Time("interval"),
        ),
        (b"tick/1 1 1.000000000 0.000000000\n", BadTick::NoInterval),
    ];
    for (bytes, why) in table {
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(Tick::parse(bytes), Err(*why), "{text:?}");
    }
}

#[test]
fn a_listener_tells_missed_doubled_and_overtaken_ticks() {
    let sender: SocketAddr = "192.0.2.1:123".parse().unwrap();
    let mut follower = Follower::new();
    let mut hear = |number: u32, at: Duration| {
        let (due, interval) = (number * SECOND, SECOND);
        let tick = Tick {
            number: number.into(),
            due,
            interval,
        };
        follower.hear(sender, &tick, at)
    };
    let first = hear(5, 5 * SECOND + Duration::from_millis(1));
    assert_eq!(
        (first.order, first.gap, first.late_nanos),
        (Order::First, None, 1_000_000)
    );
    let next = hear(6, 6 * SECOND);
    assert_eq!((next.order, next.late_nanos), (Order::Next, 0));
    assert_eq!(next.gap, Some(Duration::from_millis(999)));
    assert_eq!(hear(6, 6 * SECOND).order, Order::Doubled);
    assert_eq!(hear(9, 9 * SECOND).order, Order::Missed(2));
    assert_eq!(hear(8, 9 * SECOND).order, Order::Old);
    let early = hear(10, 9 * SECOND);
    assert_eq!(
        (early.order, early.late_nanos),
        (Order::Next, -1_000_000_000)
    );
}

#[test]
fn senders_are_told_apart_and_the_quietest_is_forgotten() {
    let tick = Tick {
        number: 7,
        due: SECOND,
        interval: SECOND,
    };
    let mut follower = Follower::new();
    let mut hear = |port: u16, at: Duration| {
        follower
            .hear(([192, 0, 2, 1], port).into(), &tick, at)
            .order
    };
    for port in 1..=64 {
        assert_eq!(hear(port, u32::from(port) * SECOND), Order::First);
    }
    assert_eq!(hear(1, 100 * SECOND), Order::Doubled);
    assert_eq!(hear(65, 101 * SECOND), Order::First, "in place of port 2");
    assert_eq!(hear(1, 102 * SECOND), Order::Doubled);
    assert_eq!(hear(2, 103 * SECOND), Order::First);
}

#[test]
fn ticks_come_at_their_times_and_are_numbered() {
    let loopback = Interface::loopback().unwrap();
    let group = [239, 255, 71, 1].into();
    let listener = MulticastSocket::bind(group, 0).unwrap();
    listener.set_timeout(Some(DEADLINE)).unwrap();
    listener.join(group, Some(&loopback)).unwrap();
    let to = SocketAddr::new(group, listener.local_addr().unwrap().port());
    let interval = Duration::from_millis(20);
    let socket = MulticastSocket::sender(group, Some(&loopback)).unwrap();
    let mut sender = Sender::new(socket, to, every(interval));

    let mut last: Option<Tick> = None;
    for _ in 0..5 {
        let sent = sender.tick().unwrap();
        assert!(now() >= sent.due, "it was sent too early");
        let mut buffer = [0; MAX_LEN];
        let (len, _) = listener.receive(&mut buffer).unwrap();
        assert_eq!(Tick::parse(&buffer[..len]), Ok(sent));
        assert_eq!(sent.due.as_nanos() % interval.as_nanos(), 0);
        // A busy machine may make the sender leave some out; then the numbers tell.
        let expected = last.map_or(1, |last| {
            last.number + every(interval).intervals(last.due, sent.due)
        });
        assert_eq!(sent.number, expected);
        assert!(last.is_none_or(|last| last.due < sent.due));
        last = Some(sent);
    }
}
