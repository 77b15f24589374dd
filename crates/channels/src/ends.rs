//! The two ends of a channel: who has a [`Sender`] can only send, who has a [`Receiver`] only
//! receive.

use std::fmt;
use std::pin::pin;
use std::time::{Duration, Instant};

use crate::engine::Channel;
use crate::error::{
    CloseError, RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError,
    TrySendError,
};
use crate::future::{RecvFuture, RecvStream, SendFuture};
use crate::inspect::Inspection;
use crate::iter::{Iter, TryIter};
use crate::select::{Entry, Order, RecvCase, SendCase, block};
use crate::sync::Arc;
use crate::sync::atomic::Ordering;

/// Makes a channel whose buffer has room for `capacity` values.
///
/// Capacity 0 is a meeting: a send waits until a receiver takes the value.
///
/// ```
/// let (tx, rx) = channels::channel(2);
/// tx.send('a')?;
/// tx.send('b')?;
/// assert!(tx.try_send('c').is_err());
/// drop(tx);
/// assert_eq!(rx.iter().collect::<String>(), "ab");
/// # Ok::<(), channels::SendError<char>>(())
/// ```
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    ends(Channel::new(capacity))
}

/// Makes a channel that is never ready, Go's nil channel: each operation waits for ever, or until
/// its timeout. It switches an arm of a `select!` off.
///
/// ```
/// let (_, rx) = channels::never::<u8>();
/// assert_eq!(rx.try_recv(), Err(channels::TryRecvError::Empty));
/// ```
pub fn never<T>() -> (Sender<T>, Receiver<T>) {
    ends(Channel::never())
}

fn ends<T>(channel: Channel<T>) -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(channel);
    let sender = Sender {
        channel: Arc::clone(&channel),
    };
    (sender, Receiver { channel })
}

/// The end that messages go in. Clones send on the same channel; when the last is dropped, the
/// channel closes.
///
/// It cannot receive:
///
/// ```compile_fail,E0599
/// let (tx, _rx) = channels::channel::<u8>(1);
/// tx.recv();
/// ```
pub struct Sender<T> {
    channel: Arc<Channel<T>>,
}

/// The end that messages come out of, each at one receiver. Clones receive from the same channel;
/// when the last is dropped, sending fails, and what is in the buffer is dropped.
///
/// It cannot send:
///
/// ```compile_fail,E0599
/// let (_tx, rx) = channels::channel::<u8>(1);
/// rx.send(1);
/// ```
pub struct Receiver<T> {
    channel: Arc<Channel<T>>,
}

impl<T> Sender<T> {
    /// Sends, and waits while the buffer is full, or, without a buffer, until a receiver comes.
    ///
    /// # Errors
    ///
    /// The channel is closed, or all its receivers are gone, before or while it waits.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.send_until(value, None).map_err(|error| match error {
            SendTimeoutError::Timeout(value) | SendTimeoutError::Closed(value) => SendError(value),
        })
    }

    /// Sends if that is possible without waiting.
    ///
    /// # Errors
    ///
    /// `Full` when it would have to wait.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        self.channel.try_send(value)
    }

    /// As [`send`](Self::send), but waits no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// `Timeout` when the message could not be sent in time.
    pub fn send_timeout(&self, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(value, Instant::now().checked_add(timeout))
    }

    /// As [`send`](Self::send), but waits no later than `deadline`.
    ///
    /// # Errors
    ///
    /// `Timeout` when the message could not be sent in time.
    pub fn send_deadline(&self, value: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_until(value, Some(deadline))
    }

    fn send_until(&self, value: T, deadline: Option<Instant>) -> Result<(), SendTimeoutError<T>> {
        let value = match self.channel.try_send(value) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Closed(value)) => return Err(SendTimeoutError::Closed(value)),
            Err(TrySendError::Full(value)) => value,
        };
        let mut case = pin!(SendCase::new(self, value));
        block(&mut [Entry::new(0, case.as_mut())], Order::Biased, deadline);
        match case.as_mut().finish() {
            Some(result) => result.map_err(|SendError(value)| SendTimeoutError::Closed(value)),
            None => {
                let value = case.into_unsent().expect("what is not sent is there");
                Err(SendTimeoutError::Timeout(value))
            }
        }
    }

    /// Sends without holding up the thread: await the answer.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_async(&self, value: T) -> SendFuture<'_, T> {
        SendFuture::new(self, value)
    }
}

impl<T> Receiver<T> {
    /// Receives, and waits while there is nothing.
    ///
    /// # Errors
    ///
    /// The channel is closed and all its values are received.
    pub fn recv(&self) -> Result<T, RecvError> {
        self.recv_until(None).map_err(|_| RecvError)
    }

    /// Receives if that is possible without waiting.
    ///
    /// # Errors
    ///
    /// `Empty` when it would have to wait.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.channel.try_recv()
    }

    /// As [`recv`](Self::recv), but waits no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// `Timeout` when nothing came in time.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(Instant::now().checked_add(timeout))
    }

    /// As [`recv`](Self::recv), but waits no later than `deadline`.
    ///
    /// # Errors
    ///
    /// `Timeout` when nothing came in time.
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Some(deadline))
    }

    fn recv_until(&self, deadline: Option<Instant>) -> Result<T, RecvTimeoutError> {
        match self.channel.try_recv() {
            Ok(value) => return Ok(value),
            Err(TryRecvError::Closed) => return Err(RecvTimeoutError::Closed),
            Err(TryRecvError::Empty) => {}
        }
        let mut case = pin!(RecvCase::new(self));
        block(&mut [Entry::new(0, case.as_mut())], Order::Biased, deadline);
        match case.finish() {
            Some(result) => result.map_err(|RecvError| RecvTimeoutError::Closed),
            None => Err(RecvTimeoutError::Timeout),
        }
    }

    /// Receives without holding up the thread: await the answer.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    pub fn recv_async(&self) -> RecvFuture<'_, T> {
        RecvFuture::new(self)
    }

    /// The messages until the channel is closed and empty, waiting for each. `for message in &rx`
    /// does the same.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// The messages that can be received without waiting.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }

    /// The messages until the channel is closed and empty, for tasks.
    pub fn stream(&self) -> RecvStream<'_, T> {
        RecvStream::new(self)
    }
}

/// What both ends can do.
macro_rules! both_ends {
    ($End:ident, $count:ident, $last_is_gone:ident) => {
        impl<T> $End<T> {
            /// Closes the channel: nothing can be sent any more, and whoever waits for it wakes.
            /// Values in the buffer can still be received.
            ///
            /// # Errors
            ///
            /// It was closed before; or it is a [`never`](never()) channel, which cannot be closed.
            pub fn close(&self) -> Result<(), CloseError> {
                if self.channel.close() {
                    Ok(())
                } else {
                    Err(CloseError)
                }
            }

            /// Nothing can be sent any more.
            pub fn is_closed(&self) -> bool {
                self.channel.is_closed()
            }

            /// How many values can be received now.
            pub fn len(&self) -> usize {
                self.channel.len()
            }

            /// No value can be received now.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// The buffer has no room. Without a buffer that is always so.
            pub fn is_full(&self) -> bool {
                self.len() >= self.capacity()
            }

            /// For how many values the buffer has room in all.
            #[doc(alias = "cap")]
            pub fn capacity(&self) -> usize {
                self.channel.capacity()
            }

            /// What a debugger would show of the channel.
            pub fn inspect(&self) -> Inspection {
                self.channel.inspect()
            }

            /// They are ends of one channel.
            pub fn same_channel(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.channel, &other.channel)
            }

            pub(crate) fn channel(&self) -> &Channel<T> {
                &self.channel
            }
        }

        impl<T> Clone for $End<T> {
            fn clone(&self) -> Self {
                self.channel.$count().fetch_add(1, Ordering::Relaxed);
                Self {
                    channel: Arc::clone(&self.channel),
                }
            }
        }

        impl<T> Drop for $End<T> {
            fn drop(&mut self) {
                if self.channel.$count().fetch_sub(1, Ordering::AcqRel) == 1 {
                    self.channel.$last_is_gone();
                }
            }
        }

        impl<T> fmt::Debug for $End<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let name = stringify!($End);
                write!(f, "{name} {{ {}/{} }}", self.len(), self.capacity())
            }
        }
    };
}

both_ends!(Sender, senders, close);
both_ends!(Receiver, receivers, discard);
