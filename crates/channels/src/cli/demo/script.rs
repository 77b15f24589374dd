//! What happens to the channel of the demonstration, step by step.
//!
//! Each step waits until the channel itself says that the step is done; so the picture is true, on a
//! loaded machine too.

use std::pin::{Pin, pin};
use std::task::{Context, Waker};
use std::thread::{self, Builder, Scope};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use channels::future::SendFuture;
use channels::{Inspection, Receiver, Sender, channel, never, select};

use super::screen::{Frame, Screen};
use crate::cli::STDOUT;

const CAPACITY: usize = 4;
/// For one step, which takes microseconds.
const DEADLINE: Duration = Duration::from_secs(10);

pub(super) fn play(screen: &mut Screen) -> anyhow::Result<()> {
    let (tx, rx) = channel(CAPACITY);
    thread::scope(|scope| {
        let outcome = scenes(
            scope,
            Stage {
                screen,
                tx: &tx,
                rx,
            },
        );
        // Also when a step failed: the scope waits for its threads, and they may wait for others.
        let _ = tx.close();
        outcome
    })
}

fn scenes<'scope>(scope: &'scope Scope<'scope, '_>, mut stage: Stage<'_>) -> anyhow::Result<()> {
    stage.a_receiver_waits(scope)?;
    stage.it_fills()?;
    stage.threads_wait_to_send(scope)?;
    let mut task = pin!(stage.tx.send_async(8));
    stage.a_task_waits_to_send(task.as_mut())?;
    stage.it_drains_while_senders_wait()?;
    stage.it_is_closed_and_drains()
}

/// The values are the numbers in the order in which they are sent.
struct Stage<'a> {
    screen: &'a mut Screen,
    tx: &'a Sender<u32>,
    rx: Receiver<u32>,
}

impl Stage<'_> {
    fn a_receiver_waits<'scope>(&mut self, scope: &'scope Scope<'scope, '_>) -> anyhow::Result<()> {
        let rx = self.rx.clone();
        actor(scope, "rex", move || _ = rx.recv())?;
        self.wait_until(|channel| channel.receivers_waiting.len() == 1)?;
        self.show(
            Frame::Key,
            "rex receives, finds nothing, and waits in the queue",
        )?;
        self.tx.send(1)?;
        self.show(Frame::Key, "send 1: into the hands of rex, past the slots")
    }

    fn it_fills(&mut self) -> anyhow::Result<()> {
        for value in 2..=5 {
            let slot = self.tx.inspect().send_index;
            self.tx.send(value)?;
            let happened = format!("send {value}: there is room, it goes into slot {slot}");
            self.show(Frame::Between, &happened)?;
        }
        Ok(())
    }

    fn threads_wait_to_send<'scope>(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
    ) -> anyhow::Result<()> {
        let tx = self.tx.clone();
        actor(scope, "ada", move || _ = tx.send(6))?;
        self.wait_until(|channel| channel.senders_waiting.len() == 1)?;
        self.show(Frame::Between, "ada sends 6: full, so the thread waits")?;

        let tx = self.tx.clone();
        actor(scope, "bob", move || send_in_select(&tx, 7))?;
        self.wait_until(|channel| channel.senders_waiting.len() == 2)?;
        self.show(
            Frame::Between,
            "bob sends 7 in a select!, and waits in two queues",
        )
    }

    fn a_task_waits_to_send(&mut self, task: Pin<&mut SendFuture<'_, u32>>) -> anyhow::Result<()> {
        let poll = task.poll(&mut Context::from_waker(Waker::noop()));
        ensure!(poll.is_pending(), "a full channel took a value");
        self.show(Frame::Key, "a task sends 8, and waits without a thread")
    }

    fn it_drains_while_senders_wait(&mut self) -> anyhow::Result<()> {
        for (frame, sender) in [
            (Frame::Key, "ada"),
            (Frame::Between, "bob"),
            (Frame::Between, "the task"),
        ] {
            let slot = self.tx.inspect().receive_index;
            let value = self.rx.recv()?;
            let happened = format!("receive {value} from slot {slot}, where {sender}'s value goes");
            self.show(frame, &happened)?;
        }
        Ok(())
    }

    fn it_is_closed_and_drains(&mut self) -> anyhow::Result<()> {
        self.tx.close()?;
        self.show(Frame::Between, "close: nothing can be sent any more")?;
        for _ in 0..CAPACITY {
            let slot = self.tx.inspect().receive_index;
            let value = self.rx.recv()?;
            let happened =
                format!("receive {value} from slot {slot}: it was sent before the close");
            self.show(Frame::Between, &happened)?;
        }
        ensure!(
            self.rx.recv().is_err(),
            "a closed and empty channel had a value"
        );
        self.show(Frame::Key, "receive: closed and empty, an error at once")
    }

    fn show(&mut self, frame: Frame, happened: &str) -> anyhow::Result<()> {
        let channel = self.tx.inspect();
        self.screen.show(frame, &channel, happened).context(STDOUT)
    }

    /// For another thread that is on its way to the channel.
    fn wait_until(&self, is_there: impl Fn(&Inspection) -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let channel = self.tx.inspect();
            if is_there(&channel) {
                return Ok(());
            }
            ensure!(
                Instant::now() < deadline,
                "nobody came in {DEADLINE:?}: {channel:?}"
            );
            thread::sleep(Duration::from_millis(1));
        }
    }
}

fn actor<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    act: impl FnOnce() + Send + 'scope,
) -> anyhow::Result<()> {
    Builder::new()
        .name(name.to_owned())
        .spawn_scoped(scope, act)
        .with_context(|| format!("cannot start the thread {name}"))?;
    Ok(())
}

fn send_in_select(tx: &Sender<u32>, value: u32) {
    let (_never_tx, other) = never::<()>();
    select! {
        send(tx, value) -> _sent_or_closed => {},
        recv(other) -> _never => {},
    }
}
