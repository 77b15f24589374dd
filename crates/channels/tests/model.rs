//! Any sequence of operations that do not wait, against a model that a reader can check by eye.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use channels::{CloseError, TryRecvError, TrySendError, channel, select};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Step {
    Send,
    Receive,
    SelectReceive,
    SelectSend,
    /// Polls a receiving future and drops it.
    PollReceive,
    /// Starts to receive as a task, then sends, then drops the task.
    CancelReceive,
    CloneSender,
    DropSender,
    CloneReceiver,
    DropReceiver,
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => Just(Step::Send),
        6 => Just(Step::Receive),
        2 => Just(Step::SelectReceive),
        2 => Just(Step::SelectSend),
        2 => Just(Step::PollReceive),
        2 => Just(Step::CancelReceive),
        1 => Just(Step::CloneSender),
        1 => Just(Step::DropSender),
        1 => Just(Step::CloneReceiver),
        1 => Just(Step::DropReceiver),
        1 => Just(Step::Close),
    ]
}

/// What a channel is for who uses it from one thread.
struct Model {
    capacity: usize,
    values: VecDeque<u32>,
    /// How many of the values, the oldest, came back from tasks that went away. They take no room.
    returned: usize,
    closed: bool,
}

impl Model {
    fn try_send(&mut self, value: u32) -> Result<(), TrySendError<u32>> {
        if self.closed {
            return Err(TrySendError::Closed(value));
        }
        if self.values.len() - self.returned >= self.capacity {
            return Err(TrySendError::Full(value));
        }
        self.values.push_back(value);
        Ok(())
    }

    fn try_recv(&mut self) -> Result<u32, TryRecvError> {
        self.returned = self.returned.saturating_sub(1);
        self.values.pop_front().ok_or(if self.closed {
            TryRecvError::Closed
        } else {
            TryRecvError::Empty
        })
    }
}

proptest! {
    #[test]
    fn a_channel_is_a_queue_with_a_bound(
        capacity in 0..5_usize,
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let (tx, rx) = channel(capacity);
        let mut model = Model { capacity, values: VecDeque::new(), returned: 0, closed: false };
        let (mut senders, mut receivers) = (vec![tx], vec![rx]);
        for (number, step) in steps.into_iter().enumerate() {
            let value = number as u32;
            let (Some(tx), Some(rx)) = (senders.last(), receivers.last()) else { break };
            match step {
                Step::Send => prop_assert_eq!(tx.try_send(value), model.try_send(value)),
                Step::Receive => prop_assert_eq!(rx.try_recv(), model.try_recv()),
                Step::SelectReceive => {
                    let got = select! {
                        recv(rx) -> got => got.map_err(|_| TryRecvError::Closed),
                        default => Err(TryRecvError::Empty),
                    };
                    prop_assert_eq!(got, model.try_recv());
                }
                Step::SelectSend => {
                    let sent = select! {
                        send(tx, value) -> sent => sent.map_err(|e| TrySendError::Closed(e.0)),
                        default => Err(TrySendError::Full(value)),
                    };
                    prop_assert_eq!(sent, model.try_send(value));
                }
                Step::PollReceive => {
                    let mut context = Context::from_waker(Waker::noop());
                    let polled = match pin!(rx.recv_async()).poll(&mut context) {
                        Poll::Ready(got) => got.map_err(|_| TryRecvError::Closed),
                        Poll::Pending => Err(TryRecvError::Empty),
                    };
                    prop_assert_eq!(polled, model.try_recv());
                }
                Step::CancelReceive => {
                    let mut context = Context::from_waker(Waker::noop());
                    let mut task = pin!(rx.recv_async());
                    match task.as_mut().poll(&mut context) {
                        Poll::Ready(got) => {
                            let got = got.map_err(|_| TryRecvError::Closed);
                            prop_assert_eq!(got, model.try_recv());
                        }
                        // A waiting task has room for one, also without a buffer.
                        Poll::Pending => {
                            prop_assert_eq!(tx.try_send(value), Ok(()));
                            model.values.push_back(value);
                            model.returned = 1;
                        }
                    }
                }
                Step::CloneSender => senders.push(senders[0].clone()),
                Step::CloneReceiver => receivers.push(receivers[0].clone()),
                Step::DropSender => {
                    senders.pop();
                    model.closed |= senders.is_empty();
                }
                Step::DropReceiver => drop(receivers.pop()),
                Step::Close => {
                    let expected = if model.closed { Err(CloseError) } else { Ok(()) };
                    prop_assert_eq!(tx.close(), expected);
                    model.closed = true;
                }
            }
            if let Some(rx) = receivers.last() {
                prop_assert_eq!(rx.len(), model.values.len());
                prop_assert_eq!(rx.is_closed(), model.closed);
            }
        }
        if let Some(rx) = receivers.last() {
            drop(senders);
            prop_assert_eq!(rx.iter().collect::<Vec<_>>(), Vec::from(model.values));
        }
    }

    /// Several tasks wait, some go away: the others get what was sent, in the order they came.
    #[test]
    fn values_pass_by_those_who_left(leaves in prop::collection::vec(any::<bool>(), 1..8)) {
        let (tx, rx) = channel(0);
        let mut context = Context::from_waker(Waker::noop());
        let mut tasks: Vec<_> = leaves.iter().map(|_| Some(Box::pin(rx.recv_async()))).collect();
        for task in tasks.iter_mut().flatten() {
            prop_assert!(task.as_mut().poll(&mut context).is_pending());
        }
        (0..tasks.len()).for_each(|n| tx.try_send(n).unwrap());
        for (task, leaves) in tasks.iter_mut().zip(&leaves) {
            task.take_if(|_| *leaves);
        }
        let mut received = Vec::new();
        for mut task in tasks.into_iter().flatten() {
            let Poll::Ready(value) = task.as_mut().poll(&mut context) else {
                unreachable!("it was sent a value");
            };
            received.push(value.unwrap());
        }
        let (left, stayed): (Vec<usize>, _) = (0..leaves.len()).partition(|n| leaves[*n]);
        prop_assert_eq!(received, stayed);
        drop(tx);
        prop_assert_eq!(rx.iter().collect::<Vec<_>>(), left);
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_channel() {
    use futures_core::Stream;

    let (tx, rx) = channel(0);
    tokio::spawn(async move {
        for n in 0..100 {
            tx.send_async(n).await.unwrap();
        }
    });
    let mut stream = pin!(rx.stream());
    let mut seen = Vec::new();
    while let Some(n) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
        seen.push(n);
    }
    assert!(seen.into_iter().eq(0..100));
}
