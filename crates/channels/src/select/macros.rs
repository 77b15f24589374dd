//! `select!` and `select_async!`: arms into cases.
//!
//! Both collect their arms one by one (`@arms`), giving each a variable of its own for its case: in
//! each turn of the macro the name `case` is a new variable. In the end they make the cases, wait,
//! and run the body of the arm whose case is done, when all cases are gone, so that a body can use
//! what the cases have borrowed, and `break`, `return` and `?` mean what they say.

/// Waits for the first of several sends and receives, as a thread.
///
/// ```
/// use channels::{channel, select};
/// use std::time::Duration;
///
/// let (tx, rx) = channel(1);
/// let (_other_tx, other_rx) = channel::<u8>(1);
/// tx.send("hello").unwrap();
/// let greeting = select! {
///     recv(rx) -> message => message.unwrap(),
///     recv(other_rx) -> number => unreachable!("nobody sends {number:?}"),
///     timeout(Duration::from_secs(10)) => "too late",
/// };
/// assert_eq!(greeting, "hello");
/// ```
///
/// Arms, any number, in any order:
///
/// - `recv(receiver) -> result => body`: a `Result<T, RecvError>`.
/// - `send(sender, value) -> result => body`: a `Result<(), SendError<T>>`. As in Go, `value` is
///   computed before the waiting begins; it is dropped if another arm is done.
/// - `default => body`: when nothing is possible at once.
/// - `timeout(duration) => body`: when nothing was possible for so long.
///
/// Of several possible arms one is chosen at random, so that none starves. With `biased;` as the
/// first line it is the first. Without arms, `select! {}` waits for ever.
#[macro_export]
macro_rules! select {
    (biased; $($arms:tt)*) => {
        $crate::select_arms!(wait_thread Biased [] [Never] [] $($arms)*)
    };
    ($($arms:tt)*) => {
        $crate::select_arms!(wait_thread Random [] [Never] [] $($arms)*)
    };
}

/// As [`select!`](crate::select!), with the same arms, in async code: the task waits, and not its
/// thread.
///
/// When the future around it is dropped, no message that was meant for it is lost: see
/// [`RecvFuture`](crate::future::RecvFuture).
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use channels::{channel, select_async};
///
/// let (tx, rx) = channel(0);
/// tokio::spawn(async move { tx.send_async(7).await });
/// let (_quiet_tx, quiet_rx) = channel::<u8>(0);
/// let number = select_async! {
///     recv(rx) -> number => number.unwrap(),
///     recv(quiet_rx) -> _ => unreachable!(),
/// };
/// assert_eq!(number, 7);
/// # });
/// ```
#[macro_export]
macro_rules! select_async {
    (biased; $($arms:tt)*) => {
        $crate::select_arms!(wait_task Biased [] [Never] [] $($arms)*)
    };
    ($($arms:tt)*) => {
        $crate::select_arms!(wait_task Random [] [Never] [] $($arms)*)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! select_arms {
    // An arm with a block needs no comma.
    ($wait:ident $order:ident [$($cases:tt)*] $limit:tt $else:tt recv($rx:expr) -> $result:pat => $body:block $(, $($rest:tt)*)?) => {
        $crate::select_arms!($wait $order [$($cases)* {case, RecvCase, &$rx, [], $result, $body}] $limit $else $($($rest)*)?)
    };
    ($wait:ident $order:ident [$($cases:tt)*] $limit:tt $else:tt recv($rx:expr) -> $result:pat => $body:block $($rest:tt)+) => {
        $crate::select_arms!($wait $order [$($cases)* {case, RecvCase, &$rx, [], $result, $body}] $limit $else $($rest)+)
    };
    ($wait:ident $order:ident [$($cases:tt)*] $limit:tt $else:tt recv($rx:expr) -> $result:pat => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select_arms!($wait $order [$($cases)* {case, RecvCase, &$rx, [], $result, $body}] $limit $else $($($rest)*)?)
    };
    ($wait:ident $order:ident [$($cases:tt)*] $limit:tt $else:tt send($tx:expr, $value:expr $(,)?) -> $result:pat => $body:block $(, $($rest:tt)*)?) => {
        $crate::select_arms!($wait $order [$($cases)* {case, SendCase, &$tx, [$value], $result, $body}] $limit $else $($($rest)*)?)
    };
    ($wait:ident $order:ident [$($cases:tt)*] $limit:tt $else:tt send($tx:expr, $value:expr $(,)?) -> $result:pat => $body:block $($rest:tt)+) => {
        $crate::select_arms!($wait $order [$($cases)* {case, SendCase, &$tx, [$value], $result, $body}] $limit $else $($rest)+)
    };
    ($wait:ident $order:ident [$($cases:tt)*] $limit:tt $else:tt send($tx:expr, $value:expr $(,)?) -> $result:pat => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select_arms!($wait $order [$($cases)* {case, SendCase, &$tx, [$value], $result, $body}] $limit $else $($($rest)*)?)
    };
    ($wait:ident $order:ident $cases:tt [Never] [] default => $body:block $(, $($rest:tt)*)?) => {
        $crate::select_arms!($wait $order $cases [Now] [$body] $($($rest)*)?)
    };
    ($wait:ident $order:ident $cases:tt [Never] [] default => $body:block $($rest:tt)+) => {
        $crate::select_arms!($wait $order $cases [Now] [$body] $($rest)+)
    };
    ($wait:ident $order:ident $cases:tt [Never] [] default => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select_arms!($wait $order $cases [Now] [$body] $($($rest)*)?)
    };
    ($wait:ident $order:ident $cases:tt [Never] [] timeout($after:expr) => $body:block $(, $($rest:tt)*)?) => {
        $crate::select_arms!($wait $order $cases [After($after)] [$body] $($($rest)*)?)
    };
    ($wait:ident $order:ident $cases:tt [Never] [] timeout($after:expr) => $body:block $($rest:tt)+) => {
        $crate::select_arms!($wait $order $cases [After($after)] [$body] $($rest)+)
    };
    ($wait:ident $order:ident $cases:tt [Never] [] timeout($after:expr) => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select_arms!($wait $order $cases [After($after)] [$body] $($($rest)*)?)
    };
    ($wait:ident $order:ident [$({$case:ident, $Case:ident, $end:expr, [$($value:expr)?], $result:pat, $body:expr})*] [$($limit:tt)*] [$($else:expr)?]) => {{
        let ($($case,)*) = {
            // A `let` of its own keeps an end that is made in its arm, as in `recv(after(d))`.
            $(let $case = $end;)*
            $(let mut $case = ::std::pin::pin!($crate::select::$Case::new($case $(, $value)?));)*
            $crate::select_arms!(@$wait $order [$($case)*] $($limit)*);
            ($($case.finish(),)*)
        };
        $(if let ::std::option::Option::Some(outcome) = $case { let $result = outcome; $body } else)* {
            $crate::select_arms!(@else $($else)?)
        }
    }};
    (@wait_thread $order:ident [$($case:ident)*] $($limit:tt)*) => {
        let limit = $crate::select::Limit::$($limit)*;
        if !$crate::select_arms!(@try $order [$($case)*]) {
            let mut numbers = 0..;
            let mut entries: [$crate::select::Entry<'_, dyn $crate::select::Case + '_>; _] =
                [$($crate::select::Entry::new(numbers.next().unwrap_or(0), $case.as_mut())),*];
            $crate::select::wait_thread(&mut entries, $crate::select::Order::$order, limit);
        }
    };
    (@wait_task $order:ident [$($case:ident)*] Now) => {
        $crate::select_arms!(@try $order [$($case)*]);
    };
    (@wait_task $order:ident [$($case:ident)*] Never) => {
        if !$crate::select_arms!(@try $order [$($case)*]) {
            $crate::select_arms!(@await $order [$($case)*]);
        }
    };
    (@wait_task $order:ident [$($case:ident)*] After($after:expr)) => {
        let after = $after;
        if !$crate::select_arms!(@try $order [$($case)*]) {
            let timer = $crate::time::Timer::new(after);
            let mut timeout = ::std::pin::pin!($crate::select::RecvCase::new(timer.channel()));
            $crate::select_arms!(@await $order [$($case)* timeout]);
        }
    };
    // What is possible at once is done without a list of the cases, which costs more than most of
    // them: a closure can call each by its number.
    (@try $order:ident [$($case:ident)*]) => {{
        const ARMS: &[&str] = &[$(::std::stringify!($case)),*];
        $crate::select::first_possible::<{ ARMS.len() }>($crate::select::Order::$order, |_wanted| {
            let mut _numbers = 0..;
            $(if _numbers.next() == ::std::option::Option::Some(_wanted) {
                return $crate::select::attempt_case($case.as_mut());
            })*
            false
        })
    }};
    (@await $order:ident [$($case:ident)*]) => {
        let mut numbers = 0..;
        let mut entries: [$crate::select::Entry<'_, dyn $crate::select::Case + ::std::marker::Send + '_>; _] =
            [$($crate::select::Entry::new(numbers.next().unwrap_or(0), $case.as_mut())),*];
        $crate::select::wait_async(&mut entries, $crate::select::Order::$order).await;
    };
    (@else $else:expr) => { $else };
    (@else) => { ::std::unreachable!("without a default or a timeout, an arm is done") };
    ($($bad:tt)*) => {
        ::std::compile_error!("an arm is recv(rx) -> result => body, send(tx, value) -> result => body, default => body or timeout(duration) => body, the last two at most once in all")
    };
}
