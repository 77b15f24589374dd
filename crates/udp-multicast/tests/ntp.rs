//! The protocol without a socket: arithmetic, the wire, and what is refused.

mod common;

use std::net::IpAddr;
use std::time::Duration;

use common::cases;
use proptest::prelude::*;
use udp_multicast::ntp::{
    Kiss, LEN, Leap, Mode, Offset, Packet, Refusal, Request, Responder, Short, Timestamp, TooShort,
};

const SECOND: i64 = 1 << 32;
const COOKIE: Timestamp = Timestamp::from_bits(0x0123_4567_89ab_cdef);

/// T1 of all requests here.
const SENT: Timestamp = Timestamp::from_bits(0xe900_0000_4000_0000);

fn seconds(seconds: f64) -> Offset {
    Offset::from_secs_f64(seconds).unwrap()
}

fn request() -> Request {
    Request::new(SENT, COOKIE)
}

/// An answer of a server 5 s ahead; it came after 0.1 s, of which the server took half.
fn good() -> Packet {
    Packet {
        mode: Mode::Server,
        stratum: 2,
        precision: -20,
        reference: SENT,
        origin: COOKIE,
        receive: SENT + seconds(5.025),
        transmit: SENT + seconds(5.075),
        ..Packet::default()
    }
}

#[test]
fn offset_and_delay_come_from_four_times() {
    let sample = request()
        .check(&good().encode(), SENT + seconds(0.1))
        .unwrap();
    assert_eq!(format!("{:.3}", sample.offset), "5.000");
    assert_eq!(format!("{:.3}", sample.delay), "0.050");
    assert_eq!(format!("{:.3}", sample.root_distance), "0.025");
    assert_eq!(sample.reply, good());
}

type Spoil = fn(&mut Packet);

#[test]
fn what_a_client_has_to_refuse() {
    let table: &[(Spoil, &str)] = &[
        (
            |p| p.origin = Timestamp::ZERO,
            "it answers another question (the origin timestamp is not ours)",
        ),
        // Our time is no secret, and not what we sent.
        (
            |p| p.origin = SENT,
            "it answers another question (the origin timestamp is not ours)",
        ),
        (
            |p| p.mode = Mode::Client,
            "it is not a server's answer (Client)",
        ),
        (
            |p| p.mode = Mode::Broadcast,
            "it is not a server's answer (Broadcast)",
        ),
        (
            |p| p.mode = Mode::Other(6),
            "it is not a server's answer (Other(6))",
        ),
        (|p| p.version = 2, "it is version 2 of the protocol"),
        (|p| p.version = 5, "it is version 5 of the protocol"),
        (
            |p| (p.stratum, p.reference_id) = (0, *b"DENY"),
            "kiss of death DENY: it wants to be asked no more",
        ),
        (
            |p| (p.stratum, p.reference_id) = (0, *b"RSTR"),
            "kiss of death RSTR: it wants to be asked no more",
        ),
        (
            |p| (p.stratum, p.reference_id) = (0, *b"RATE"),
            "kiss of death RATE: it wants to be asked less often",
        ),
        (
            |p| (p.stratum, p.reference_id) = (0, *b"\x1b[2J"),
            "kiss of death \\x1b[2J",
        ),
        (
            |p| p.leap = Leap::Unsynchronised,
            "the server's clock is not synchronised (leap indicator 3)",
        ),
        (
            |p| p.stratum = 16,
            "the server is not synchronised (stratum 16, the largest is 15)",
        ),
        (
            |p| p.transmit = Timestamp::ZERO,
            "the server's transmit timestamp is missing",
        ),
        (
            |p| p.receive = Timestamp::ZERO,
            "the server's receive timestamp is missing",
        ),
        (
            |p| p.reference = p.transmit + seconds(1.0),
            "the server's clock was set after the answer was sent",
        ),
        (
            |p| p.transmit = p.receive + seconds(-0.5),
            "the server answered 0.500000 s before it was asked",
        ),
        (
            |p| p.transmit = p.receive + seconds(0.5),
            "the delay is negative, -0.400000 s",
        ),
        (
            |p| p.root_delay = Short::from_bits(2 << 16),
            "the server may be wrong by 1.025000 s (its root distance)",
        ),
        (
            |p| p.root_dispersion = Short::from_bits(1 << 16),
            "the server may be wrong by 1.025000 s (its root distance)",
        ),
    ];
    let received = SENT + seconds(0.1);
    for (spoil, why) in table {
        let mut packet = good();
        spoil(&mut packet);
        let refusal = request().check(&packet.encode(), received).unwrap_err();
        assert_eq!(refusal.to_string(), *why);
    }
    let short = request().check(&good().encode()[..47], received);
    assert_eq!(short, Err(Refusal::TooShort(TooShort(47))));
}

/// What is refused above is refused for its own sake only: these are at the edge, and accepted.
#[test]
fn what_a_client_has_to_accept() {
    let table: &[Spoil] = &[
        |p| p.version = 3,
        |p| p.stratum = 1,
        |p| p.stratum = 15,
        |p| p.leap = Leap::Insert,
        |p| p.leap = Leap::Delete,
        |p| p.reference = Timestamp::ZERO,
        |p| p.reference = p.transmit,
        |p| p.transmit = p.receive,
        |p| p.root_dispersion = Short::from_bits(0xf000),
        // Below zero by no more than a microsecond.
        |p| p.transmit = p.receive + seconds(0.1000009),
    ];
    for spoil in table {
        let mut packet = good();
        spoil(&mut packet);
        let sample = request().check(&packet.encode(), SENT + seconds(0.1));
        assert!(!sample.unwrap().delay.is_negative());
    }
}

#[test]
fn a_question_gives_nothing_away() {
    let packet = Packet::decode(&request().packet()).unwrap();
    let expected = Packet {
        transmit: COOKIE,
        ..Packet::default()
    };
    assert_eq!(packet, expected);
    assert_eq!((packet.version, packet.mode), (4, Mode::Client));
}

#[test]
fn the_fields_lie_where_the_rfc_has_them() {
    let mut bytes = [0; LEN];
    for (place, byte) in (0..).zip(&mut bytes) {
        *byte = place;
    }
    bytes[0] = 0b11_011_100;
    bytes[3] = 0xe9;
    let packet = Packet::decode(&bytes).unwrap();
    let expected = Packet {
        leap: Leap::Unsynchronised,
        version: 3,
        mode: Mode::Server,
        stratum: 1,
        poll: 2,
        precision: -23,
        root_delay: Short::from_bits(0x0405_0607),
        root_dispersion: Short::from_bits(0x0809_0a0b),
        reference_id: [12, 13, 14, 15],
        reference: Timestamp::from_bits(0x1011_1213_1415_1617),
        origin: Timestamp::from_bits(0x1819_1a1b_1c1d_1e1f),
        receive: Timestamp::from_bits(0x2021_2223_2425_2627),
        transmit: Timestamp::from_bits(0x2829_2a2b_2c2d_2e2f),
    };
    assert_eq!(packet, expected);
    assert_eq!(packet.encode(), bytes);
}

#[test]
fn known_moments() {
    // RFC 5905, figure 4: the first day of Unix, and the last second of era 0.
    assert_eq!(
        Timestamp::from_unix_millis(0).to_bits() >> 32,
        2_208_988_800
    );
    let wrap = Timestamp::from_unix_millis(2_085_978_496_000);
    assert_eq!(wrap, Timestamp::ZERO);
    let before = Timestamp::from_unix_millis(2_085_978_495_500);
    assert_eq!(before.to_bits(), 0xffff_ffff_8000_0000);
    assert_eq!(wrap.since(before), seconds(0.5));
    assert_eq!(before.since(wrap), seconds(-0.5));
    let now = Duration::from_secs(2_085_978_490);
    assert_eq!(wrap.unix_near(now), 2_085_978_496_000_000_000);
    assert_eq!(before.unix_near(now), 2_085_978_495_500_000_000);
    let before_1970 = Timestamp::from_bits(2_208_988_799 << 32);
    assert_eq!(before_1970.unix_near(Duration::ZERO), -1_000_000_000);
}

/// A query across the wrap of 2036 is a query like any other.
#[test]
fn eras_do_not_matter() {
    let sent = Timestamp::from_bits(u64::MAX - (SECOND as u64) / 100);
    let answer = Packet {
        reference: sent,
        receive: sent + seconds(2.05),
        transmit: sent + seconds(2.05),
        ..good()
    };
    let request = Request::new(sent, COOKIE);
    let sample = request
        .check(&answer.encode(), sent + seconds(0.1))
        .unwrap();
    assert_eq!(
        format!("{:.3} {:.3}", sample.offset, sample.delay),
        "2.000 0.100"
    );
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn any_48_bytes_are_a_packet_and_back(bytes in any::<[u8; LEN / 2]>(), more in any::<[u8; LEN / 2]>()) {
        let bytes = [bytes, more].concat();
        let packet = Packet::decode(&bytes).unwrap();
        prop_assert_eq!(&packet.encode()[..], &bytes[..]);
    }

    #[test]
    fn any_bytes_are_refused_or_judged(
        bytes in proptest::collection::vec(any::<u8>(), 0..100),
        ours in any::<bool>(),
        received in any::<u64>(),
    ) {
        let mut bytes = bytes;
        if ours && bytes.len() >= LEN {
            bytes[24..32].copy_from_slice(&COOKIE.to_bits().to_be_bytes());
            bytes[0] = 0x24;
        }
        let outcome = request().check(&bytes, Timestamp::from_bits(received));
        match outcome {
            Ok(sample) => prop_assert!(ours && !sample.delay.is_negative()),
            Err(refusal) => prop_assert!(!refusal.to_string().is_empty()),
        }
        let from = IpAddr::from([192, 0, 2, 1]);
        let mut server = Responder::new(2);
        let answer = server.answer(&bytes, from, SENT, || SENT);
        prop_assert!(answer.is_none_or(|answer| answer.len() <= bytes.len()));
    }

    /// Whatever the two clocks say, and however the delay is split between the ways: the offset is
    /// wrong by half the difference of the ways, which is at most half of the delay.
    #[test]
    fn the_offset_is_wrong_by_half_the_difference_of_the_ways(
        sent in any::<u64>(),
        ahead in -(1i64 << 61)..(1i64 << 61),
        there in 0..SECOND / 2,
        worked in 0..SECOND,
        back in 0..SECOND / 2,
    ) {
        let (sent, ahead) = (Timestamp::from_bits(sent), Offset::from_bits(ahead));
        let later = |bits| sent + Offset::from_bits(bits);
        let (came, left) = (later(there) + ahead, later(there + worked) + ahead);
        prop_assume!(came != Timestamp::ZERO && left != Timestamp::ZERO);
        let answer = Packet { receive: came, transmit: left, reference: came, ..good() };
        let request = Request::new(sent, COOKIE);
        let sample = request.check(&answer.encode(), later(there + worked + back)).unwrap();
        prop_assert_eq!(sample.delay.to_bits(), there + back);
        let wrong = i128::from(sample.offset.to_bits()) - i128::from(ahead.to_bits());
        // Rounded to a whole unit.
        let expected = i128::from(there - back);
        prop_assert!((2 * wrong - expected).abs() <= 1, "wrong by {}, not {}/2", wrong, expected);
        prop_assert!(2 * wrong.abs() <= i128::from(there + back) + 1);
    }

    #[test]
    fn differences_undo_sums(start in any::<u64>(), by in any::<i64>()) {
        let (start, by) = (Timestamp::from_bits(start), Offset::from_bits(by));
        prop_assert_eq!((start + by).since(start), by);
    }

    #[test]
    fn durations_become_offsets_to_a_quarter_nanosecond(nanos in 0..1u64 << 60) {
        let offset = Offset::from_duration(Duration::from_nanos(nanos));
        let exact = (u128::from(nanos) << 32) / 1_000_000_000;
        prop_assert_eq!(offset.to_bits() as u128, exact);
    }

    #[test]
    fn times_near_now_come_back(now in 0..10_000_000_000u64, away in -2_000_000_000..2_000_000_000i64) {
        prop_assume!(now.checked_add_signed(away).is_some());
        let then = now.checked_add_signed(away).unwrap();
        let stamp = Timestamp::from_unix_millis(then * 1000);
        prop_assert_eq!(stamp.unix_near(Duration::from_secs(now)), i128::from(then) * 1_000_000_000);
    }
}

const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

#[test]
fn a_server_answers_questions_only() {
    let mut server = Responder::new(3);
    let mut answers = |bytes: &[u8]| server.answer(bytes, CLIENT, SENT, || SENT).is_some();
    let question = Packet::default();
    assert!(answers(&question.encode()));
    assert!(!answers(&question.encode()[..47]));
    for mode in [
        Mode::Server,
        Mode::Broadcast,
        Mode::Other(0),
        Mode::Other(6),
    ] {
        assert!(!answers(&Packet { mode, ..question }.encode()), "{mode:?}");
    }
    for (version, expected) in [(0, false), (1, true), (3, true), (4, true), (5, false)] {
        assert_eq!(
            answers(
                &Packet {
                    version,
                    ..question
                }
                .encode()
            ),
            expected,
            "{version}"
        );
    }
}

#[test]
fn a_client_that_asks_too_often_is_told_once() {
    let mut server = Responder::new(3);
    server.set_min_gap(Duration::from_secs(10));
    let mut ask = |from: IpAddr, at: f64| {
        let at = SENT + seconds(at);
        let answer = server.answer(&request().packet(), from, at, || at)?;
        let answer = Packet::decode(&answer).unwrap();
        assert_eq!(answer.origin, COOKIE, "a kiss has to be believed, too");
        Some(answer.kiss())
    };
    let other = [192, 0, 2, 2].into();
    assert_eq!(ask(CLIENT, 0.0), Some(None));
    assert_eq!(ask(CLIENT, 1.0), Some(Some(Kiss::Rate)));
    assert_eq!(ask(CLIENT, 2.0), None);
    assert_eq!(ask(other, 3.0), Some(None), "another one is no matter");
    assert_eq!(ask(CLIENT, 9.9), None);
    assert_eq!(ask(CLIENT, 10.0), Some(None));
    assert_eq!(ask(CLIENT, 11.0), Some(Some(Kiss::Rate)));
    assert_eq!(ask(CLIENT, -100.0), Some(None), "our clock was set back");
}

#[test]
fn many_clients_do_not_fill_the_memory_nor_stop_the_service() {
    let mut server = Responder::new(3);
    server.set_min_gap(Duration::from_secs(10));
    for client in 0..10_000u32 {
        let answer = server.answer(&request().packet(), IpAddr::V4(client.into()), SENT, || {
            SENT
        });
        assert_eq!(Packet::decode(&answer.unwrap()).unwrap().stratum, 3);
    }
}
