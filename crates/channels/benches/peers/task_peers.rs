//! How each channel for tasks does what the jobs ask for.

use crate::tasks::{Select, Suspending};

pub(crate) struct Ours;
pub(crate) struct Tokio;
pub(crate) struct Flume;
pub(crate) struct Kanal;
pub(crate) struct AsyncChannel;

impl Suspending for Ours {
    type Sender = channels::Sender<u64>;
    type Receiver = channels::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        channels::channel(capacity)
    }

    async fn send(sender: &Self::Sender, message: u64) {
        sender.send_async(message).await.expect("closed");
    }

    fn send_now(sender: &Self::Sender, message: u64) {
        sender.try_send(message).expect("full or closed");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv_async().await.ok()
    }
}

impl Suspending for Tokio {
    type Sender = tokio::sync::mpsc::Sender<u64>;
    type Receiver = tokio::sync::mpsc::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        tokio::sync::mpsc::channel(capacity.max(1))
    }

    async fn send(sender: &Self::Sender, message: u64) {
        sender.send(message).await.expect("closed");
    }

    fn send_now(sender: &Self::Sender, message: u64) {
        sender.try_send(message).expect("full or closed");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await
    }
}

impl Suspending for Flume {
    type Sender = flume::Sender<u64>;
    type Receiver = flume::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        flume::bounded(capacity)
    }

    async fn send(sender: &Self::Sender, message: u64) {
        sender.send_async(message).await.expect("closed");
    }

    fn send_now(sender: &Self::Sender, message: u64) {
        sender.try_send(message).expect("full or closed");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv_async().await.ok()
    }
}

impl Suspending for Kanal {
    type Sender = kanal::AsyncSender<u64>;
    type Receiver = kanal::AsyncReceiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        kanal::bounded_async(capacity)
    }

    async fn send(sender: &Self::Sender, message: u64) {
        sender.send(message).await.expect("closed");
    }

    fn send_now(sender: &Self::Sender, message: u64) {
        assert!(sender.try_send(message).expect("closed"), "full");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await.ok()
    }
}

impl Suspending for AsyncChannel {
    type Sender = async_channel::Sender<u64>;
    type Receiver = async_channel::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        async_channel::bounded(capacity.max(1))
    }

    async fn send(sender: &Self::Sender, message: u64) {
        sender.send(message).await.expect("closed");
    }

    fn send_now(sender: &Self::Sender, message: u64) {
        sender.try_send(message).expect("full or closed");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await.ok()
    }
}

/// With as many arms as there are names. `tokio::select!` drops the futures that were not first; a
/// message that one of them already held must not be lost by that, as it is with kanal's.
macro_rules! select {
    ($count:literal: $($receiver:ident)*) => {
        impl Select<$count> for Ours {
            async fn select([$($receiver),*]: &mut [Self::Receiver; $count]) -> u64 {
                channels::select_async! {
                    $(recv($receiver) -> message => message.expect("closed"),)*
                }
            }
        }

        impl Select<$count> for Tokio {
            async fn select([$($receiver),*]: &mut [Self::Receiver; $count]) -> u64 {
                tokio::select! {
                    $(message = $receiver.recv() => message.expect("closed"),)*
                }
            }
        }

        impl Select<$count> for Flume {
            async fn select([$($receiver),*]: &mut [Self::Receiver; $count]) -> u64 {
                tokio::select! {
                    $(message = $receiver.recv_async() => message.expect("closed"),)*
                }
            }
        }

        impl Select<$count> for AsyncChannel {
            async fn select([$($receiver),*]: &mut [Self::Receiver; $count]) -> u64 {
                tokio::select! {
                    $(message = $receiver.recv() => message.expect("closed"),)*
                }
            }
        }
    };
}

select!(2: a b);
select!(8: a b c d e f g h);
