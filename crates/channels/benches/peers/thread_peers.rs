//! How each channel for threads does what the jobs ask for.

use crate::threads::{Blocking, Select};

pub(crate) struct Ours;
pub(crate) struct Std;
pub(crate) struct Crossbeam;
pub(crate) struct Flume;
pub(crate) struct Kanal;

impl Blocking for Std {
    type Sender = std::sync::mpsc::SyncSender<u64>;
    type Receiver = std::sync::mpsc::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        std::sync::mpsc::sync_channel(capacity)
    }

    fn send(sender: &Self::Sender, message: u64) {
        sender.send(message).expect("closed");
    }

    fn receive(receiver: &Self::Receiver) -> Option<u64> {
        receiver.recv().ok()
    }
}

/// The crates agree on the names, down to `recv`.
macro_rules! blocking {
    ($peer:ident: $library:ident::$channel:ident) => {
        impl Blocking for $peer {
            type Sender = $library::Sender<u64>;
            type Receiver = $library::Receiver<u64>;

            fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
                $library::$channel(capacity)
            }

            fn send(sender: &Self::Sender, message: u64) {
                sender.send(message).expect("closed");
            }

            fn receive(receiver: &Self::Receiver) -> Option<u64> {
                receiver.recv().ok()
            }
        }
    };
}

blocking!(Ours: channels::channel);
blocking!(Crossbeam: crossbeam_channel::bounded);
blocking!(Flume: flume::bounded);
blocking!(Kanal: kanal::bounded);

/// With as many arms as there are names.
macro_rules! select {
    ($count:literal: $($receiver:ident)*) => {
        impl Select<$count> for Ours {
            fn select([$($receiver),*]: &[Self::Receiver; $count]) -> u64 {
                channels::select! {
                    $(recv($receiver) -> message => message.expect("closed"),)*
                }
            }
        }

        impl Select<$count> for Crossbeam {
            fn select([$($receiver),*]: &[Self::Receiver; $count]) -> u64 {
                crossbeam_channel::select! {
                    $(recv($receiver) -> message => message.expect("closed"),)*
                }
            }
        }

        impl Select<$count> for Flume {
            fn select([$($receiver),*]: &[Self::Receiver; $count]) -> u64 {
                flume::Selector::new()
                    $(.recv($receiver, |message| message.expect("closed")))*
                    .wait()
            }
        }
    };
}

select!(2: a b);
select!(8: a b c d e f g h);
