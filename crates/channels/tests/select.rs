//! `select!` and `select_async!`: all their arms, and what they leave behind.

use std::time::{Duration, Instant};

use channels::{channel, never, select, select_async};

#[test]
fn arms_of_all_kinds() {
    let (tx, rx) = channel(1);
    let (full_tx, _full_rx) = channel(0);
    let got = select! {
        recv(rx) -> value => value.ok(),
        send(full_tx, 1) -> result => { result.unwrap(); None }
        default => Some(9),
    };
    assert_eq!(got, Some(9));
    select! {
        send(tx, 5) -> result => result.unwrap(),
        recv(rx) -> value => unreachable!("{value:?}"),
    }
    let got = select! { recv(rx) -> value => { value } send(full_tx, 3) -> _ => unreachable!() };
    assert_eq!(got, Ok(5));
}

#[test]
fn a_timeout_arm_comes_last() {
    let (_tx, rx) = never::<u8>();
    let begin = Instant::now();
    let outcome = select! {
        recv(rx) -> _ => "value",
        timeout(Duration::from_millis(20)) => "timeout"
    };
    assert_eq!(outcome, "timeout");
    assert!(begin.elapsed() >= Duration::from_millis(20));
}

#[test]
fn break_and_continue_mean_the_loop_outside() {
    let (tx, rx) = channel(4);
    (0..4).for_each(|n| tx.send(n).unwrap());
    let mut seen = Vec::new();
    loop {
        select! {
            biased;
            recv(rx) -> n => match n {
                Ok(0) => continue,
                Ok(3) => break,
                n => seen.push(n),
            },
            default => unreachable!(),
        }
    }
    assert_eq!(seen, [Ok(1), Ok(2)]);
}

#[tokio::test]
async fn async_arms_of_all_kinds() {
    let (tx, rx) = channel(0);
    let task = tokio::spawn(async move {
        let sent = select_async! {
            send(tx, 1) -> result => result.is_ok(),
            timeout(Duration::from_secs(10)) => false,
        };
        assert!(sent);
    });
    let (_quiet_tx, quiet) = never::<u8>();
    let value = select_async! {
        recv(rx) -> value => value,
        recv(quiet) -> _ => unreachable!(),
    };
    assert_eq!(value, Ok(1));
    task.await.unwrap();
    let nothing = select_async! { recv(quiet) -> _ => 1, default => 0 };
    assert_eq!(nothing, 0);
    let late = select_async! { recv(quiet) -> _ => 1, timeout(Duration::from_millis(5)) => 0 };
    assert_eq!(late, 0);
}
