//! Timers and tickers: when they ring, what stops them, what they leave behind.
//!
//! Tests that look at the number of timers need the process for themselves, so all take turns.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use channels::time::{Missed, Ticker, Timer, after, live_timers};
use channels::{Receiver, RecvError, Sender, TryRecvError, channel, select, select_async};

const LONG: Duration = Duration::from_secs(3600);
const GUARD: Duration = Duration::from_secs(20);

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn in_turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until it is so, for what another thread does in its own time.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < GUARD, "still waiting until {what}");
        thread::sleep(ms(1));
    }
}

#[test]
fn after_rings_once_and_not_early() {
    let _turn = in_turn();
    let begin = Instant::now();
    let rx = after(ms(20));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    let rung = rx.recv_timeout(GUARD).unwrap();
    assert!(rung >= begin + ms(20));
    assert_eq!(rx.recv(), Err(RecvError));
    assert_eq!(live_timers(), 0);
}

#[test]
fn the_earliest_rings_first_whatever_the_order_of_their_making() {
    let _turn = in_turn();
    let (tx, rx) = channel(3);
    let timers = [ms(120), ms(20), ms(70)].map(|d| (d, after(d)));
    thread::scope(|scope| {
        for (duration, timer) in &timers {
            let tx = tx.clone();
            scope.spawn(move || {
                let rung = timer.recv_timeout(GUARD).unwrap();
                tx.send((rung, *duration)).unwrap();
            });
        }
    });
    let mut rung: Vec<_> = rx.try_iter().collect();
    rung.sort();
    let order: Vec<_> = rung.into_iter().map(|(_, duration)| duration).collect();
    assert_eq!(order, [ms(20), ms(70), ms(120)]);
}

#[test]
fn ten_thousand_timers_ring_each_once() {
    let _turn = in_turn();
    let (tx, rx) = channel(10_000);
    let timers: Vec<_> = (0..10_000).map(|n| after(ms(n % 50))).collect();
    for timer in &timers {
        tx.send(timer.recv_timeout(GUARD).unwrap()).unwrap();
        assert_eq!(timer.recv(), Err(RecvError));
    }
    assert_eq!(rx.len(), 10_000);
    assert_eq!(live_timers(), 0);
}

#[test]
fn a_stopped_timer_is_gone_at_once() {
    let _turn = in_turn();
    let timers: Vec<_> = (0..1000).map(|_| Timer::new(LONG)).collect();
    assert_eq!(live_timers(), 1000);
    assert!(timers.iter().all(Timer::stop));
    assert_eq!(live_timers(), 0);
    assert!(!timers[0].stop(), "it was stopped before");
}

#[test]
fn a_dropped_timer_is_stopped_and_its_channel_closed() {
    let _turn = in_turn();
    let timer = Timer::new(LONG);
    let rx = timer.channel().clone();
    drop(timer);
    assert_eq!(live_timers(), 0);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn after_is_kept_though_nobody_waits_for_it() {
    let _turn = in_turn();
    drop(after(ms(50)));
    assert_eq!(live_timers(), 1);
    wait_until("it has rung", || live_timers() == 0);
}

#[test]
fn reset_moves_a_timer_both_ways() {
    let _turn = in_turn();
    let timer = Timer::new(LONG);
    let begin = Instant::now();
    assert!(timer.reset(ms(10)), "it was set");
    assert!(timer.channel().recv_timeout(GUARD).unwrap() >= begin + ms(10));
    assert!(!timer.reset(LONG), "its news was received");
    assert!(timer.channel().recv_timeout(ms(20)).is_err());
    assert_eq!(live_timers(), 1);
}

#[test]
fn no_old_news_after_stop_or_reset() {
    let _turn = in_turn();
    let timer = Timer::new(ms(1));
    wait_until("it has rung", || timer.channel().len() == 1);
    assert!(timer.stop(), "nobody had received the news");
    assert_eq!(timer.channel().try_recv(), Err(TryRecvError::Empty));

    timer.reset(ms(1));
    wait_until("it has rung", || timer.channel().len() == 1);
    let reset_at = Instant::now();
    assert!(timer.reset(ms(10)));
    let rung = timer.channel().recv_timeout(GUARD).unwrap();
    assert!(rung >= reset_at + ms(10));
}

#[test]
fn stopping_just_when_it_rings_is_one_or_the_other() {
    let _turn = in_turn();
    for round in 0..300 {
        let timer = Timer::new(Duration::from_micros(round));
        let was_set = timer.stop();
        assert!(was_set, "nobody received");
        assert_eq!(timer.channel().try_recv(), Err(TryRecvError::Empty));
    }
    assert_eq!(live_timers(), 0);
}

#[test]
fn setting_and_stopping_from_many_threads_leaves_nothing() {
    let _turn = in_turn();
    let shared = Timer::new(LONG);
    thread::scope(|scope| {
        for thread in 0..4 {
            let shared = &shared;
            scope.spawn(move || {
                for round in 0..200_u64 {
                    let short = Duration::from_micros(round * 7 % 300);
                    shared.reset(short);
                    let own = Timer::new(short);
                    let ticker = Ticker::new(short + ms(1), Missed::Burst);
                    if round % 4 == thread {
                        own.channel().recv_timeout(GUARD).unwrap();
                        ticker.channel().recv_timeout(GUARD).unwrap();
                        assert!(!own.stop(), "its news was received");
                    }
                    ticker.stop();
                    assert!(
                        ticker.channel().try_recv().is_err(),
                        "a tick after the stop"
                    );
                }
            });
        }
    });
    shared.stop();
    assert_eq!(shared.channel().try_recv(), Err(TryRecvError::Empty));
    assert_eq!(live_timers(), 0);
}

#[test]
fn the_longest_duration_never_rings_and_does_not_panic() {
    let _turn = in_turn();
    let timer = Timer::new(Duration::MAX);
    let ticker = Ticker::new(Duration::MAX, Missed::Burst);
    assert!(timer.channel().recv_timeout(ms(10)).is_err());
    assert!(ticker.channel().recv_timeout(ms(10)).is_err());
}

#[test]
fn a_zero_duration_rings_at_once() {
    let _turn = in_turn();
    assert!(after(Duration::ZERO).recv_timeout(GUARD).is_ok());
}

/// Takes a tick, is busy until 3.5 periods have gone by, and takes five more. Returns when the ticks
/// were due and when they came, from the start.
fn slow_consumer(missed: Missed, period: Duration) -> Vec<(Duration, Duration)> {
    let begin = Instant::now();
    let ticker = Ticker::new(period, missed);
    let tick = || {
        let due = ticker.channel().recv_timeout(GUARD).unwrap();
        (due - begin, begin.elapsed())
    };
    let mut ticks = vec![tick()];
    thread::sleep((period * 7 / 2).saturating_sub(begin.elapsed()));
    ticks.extend((0..5).map(|_| tick()));
    ticks
}

#[test]
fn burst_leaves_no_tick_out() {
    let _turn = in_turn();
    let period = ms(20);
    let ticks = slow_consumer(Missed::Burst, period);
    let first_due = ticks[0].0;
    for (n, (due, came)) in (0..).zip(ticks) {
        assert_eq!(due, first_due + n * period);
        assert!(came >= due);
    }
}

#[test]
fn delay_keeps_the_pause_between_ticks() {
    let _turn = in_turn();
    let period = ms(20);
    let ticks = slow_consumer(Missed::Delay, period);
    assert!(ticks[1].1 >= period * 7 / 2, "the consumer was late");
    for pair in ticks[1..].windows(2) {
        let pause = pair[1].1 - pair[0].0;
        assert!(pair[1].0 > pair[0].0 && pause >= period);
    }
    // The second was due at 2 periods and received at 3.5: the third is not due before 4.5.
    assert!(ticks[2].0 >= period * 9 / 2);
}

#[test]
fn skip_keeps_the_beat_and_leaves_ticks_out() {
    let _turn = in_turn();
    let period = ms(20);
    let ticks = slow_consumer(Missed::Skip, period);
    let first_due = ticks[0].0;
    for (due, came) in &ticks {
        let since_first = (*due - first_due).as_nanos();
        assert_eq!(since_first % period.as_nanos(), 0);
        assert!(came >= due);
    }
    // That of the second period comes late; those that were due before it came are left out.
    assert!(ticks[2].0 >= first_due + period * 5 / 2);
}

#[test]
fn a_stopped_ticker_is_silent_and_can_be_set_again() {
    let _turn = in_turn();
    let ticker = Ticker::new(ms(1), Missed::Burst);
    ticker.channel().recv_timeout(GUARD).unwrap();
    assert_eq!(live_timers(), 1);
    wait_until("a tick is due", || {
        !ticker.channel().inspect().senders_waiting.is_empty()
    });
    ticker.stop();
    assert_eq!(live_timers(), 0);
    assert_eq!(ticker.channel().try_recv(), Err(TryRecvError::Empty));
    assert!(ticker.channel().recv_timeout(ms(20)).is_err());

    let begin = Instant::now();
    ticker.reset(ms(5));
    assert!(ticker.channel().recv_timeout(GUARD).unwrap() >= begin + ms(5));
    ticker.channel().recv_timeout(GUARD).unwrap();
}

#[test]
fn a_dropped_ticker_ends_the_loop_of_its_consumer() {
    let _turn = in_turn();
    let ticker = Ticker::new(ms(1), Missed::Skip);
    let ticks = ticker.channel().clone();
    let consumer = thread::spawn(move || ticks.iter().count());
    wait_until("the consumer waits", || {
        !ticker.channel().inspect().receivers_waiting.is_empty()
    });
    drop(ticker);
    consumer.join().unwrap();
    assert_eq!(live_timers(), 0);
}

#[test]
fn a_ticker_whose_channel_is_closed_gives_up() {
    let _turn = in_turn();
    let ticker = Ticker::new(ms(1), Missed::Skip);
    ticker.channel().close().unwrap();
    wait_until("the ticker gives up", || live_timers() == 0);
    assert_eq!(ticker.channel().try_recv(), Err(TryRecvError::Closed));
}

#[test]
#[should_panic(expected = "must not be zero")]
fn a_ticker_needs_a_period() {
    Ticker::new(Duration::ZERO, Missed::Skip);
}

#[cfg(target_os = "linux")]
#[test]
fn one_thread_for_all_which_ends_when_there_are_no_timers() {
    let _turn = in_turn();
    let timers: Vec<_> = (0..100).map(|_| Timer::new(LONG)).collect();
    wait_until("there is the thread", || timer_threads() == 1);
    drop(timers);
    wait_until("the thread ends", || timer_threads() == 0);
    after(ms(1)).recv_timeout(GUARD).unwrap();
}

/// How many threads of this process are called "timers".
#[cfg(target_os = "linux")]
fn timer_threads() -> usize {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    // A thread may end between the two calls.
    let names = threads.filter_map(|t| std::fs::read_to_string(t.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "timers").count()
}

#[test]
fn in_select_and_in_select_async() {
    let _turn = in_turn();
    let (_tx, quiet) = channel::<u8>(0);
    let timer = Timer::new(ms(5));
    let by_thread = select! {
        recv(quiet) -> _ => false,
        recv(timer.channel()) -> now => now.is_ok(),
    };
    assert!(by_thread);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let by_task = runtime.block_on(async {
        let ticker = Ticker::new(ms(5), Missed::Delay);
        ticker.channel().recv_async().await.unwrap();
        select_async! {
            recv(quiet) -> _ => false,
            recv(ticker.channel()) -> tick => tick.is_ok(),
        }
    });
    assert!(by_task);
    assert_eq!(live_timers(), 0);
}

/// An executor that panics when it is told of a wake-up.
struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("on purpose, to see that other timers ring on");
    }
}

#[test]
fn a_panic_of_a_waker_does_not_end_the_other_timers() {
    let _turn = in_turn();
    let rx = after(ms(5));
    let waker = Waker::from(Arc::new(Panics));
    let mut waiting = pin!(rx.recv_async());
    let poll = waiting.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(matches!(poll, Poll::Pending));
    assert!(after(ms(30)).recv_timeout(GUARD).is_ok());
}

/// An executor that takes its time: until it is told to go on.
struct Dawdles {
    entered: Sender<()>,
    go_on: Receiver<()>,
    has_gone_on: AtomicBool,
}

impl Wake for Dawdles {
    fn wake(self: Arc<Self>) {
        self.entered.send(()).unwrap();
        self.go_on.recv_timeout(GUARD).unwrap();
        self.has_gone_on.store(true, SeqCst);
    }
}

#[test]
fn stop_waits_for_a_ring_that_has_begun() {
    let _turn = in_turn();
    let (entered, has_entered) = channel(0);
    let (go, go_on) = channel(0);
    let dawdler = Arc::new(Dawdles {
        entered,
        go_on,
        has_gone_on: AtomicBool::new(false),
    });
    let timer = Timer::new(ms(20));
    let waker = Waker::from(Arc::clone(&dawdler));
    let mut waiting = pin!(timer.channel().recv_async());
    let poll = waiting.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(matches!(poll, Poll::Pending));
    has_entered.recv_timeout(GUARD).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            assert!(!timer.stop(), "the news was handed over");
            assert!(dawdler.has_gone_on.load(SeqCst), "it did not wait");
        });
        // Long enough to see a stop that does not wait.
        thread::sleep(ms(50));
        go.send_timeout((), GUARD).unwrap();
    });
}

/// An executor that drops the timer when the timer wakes it.
struct DropsTimer(Mutex<Option<Timer>>);

impl Wake for DropsTimer {
    fn wake(self: Arc<Self>) {
        let timer = self.0.lock().unwrap().take();
        if let Some(timer) = timer {
            timer.stop();
        }
    }
}

#[test]
fn a_timer_may_be_stopped_and_dropped_by_whom_it_wakes() {
    let _turn = in_turn();
    let timer = Timer::new(ms(20));
    let rx = timer.channel().clone();
    let dropper = Arc::new(DropsTimer(Mutex::new(Some(timer))));
    let waker = Waker::from(Arc::clone(&dropper));
    let mut waiting = pin!(rx.recv_async());
    let poll = waiting.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(matches!(poll, Poll::Pending));
    wait_until("it is dropped", || dropper.0.lock().unwrap().is_none());
    assert!(after(ms(1)).recv_timeout(GUARD).is_ok());
}

#[test]
fn a_timer_may_be_made_in_the_arm_and_a_timeout_arm_leaves_none() {
    let _turn = in_turn();
    let (tx, quiet) = channel::<u8>(1);
    let rung = select! {
        recv(quiet) -> _ => false,
        recv(after(ms(5))) -> now => now.is_ok(),
    };
    assert!(rung);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        tx.send_async(1).await.unwrap();
        select_async! {
            recv(quiet) -> number => assert_eq!(number, Ok(1)),
            timeout(LONG) => unreachable!("a message is there"),
        }
    });
    assert_eq!(live_timers(), 0);
}
