//! A channel drawn from what it says of itself.

use channels::{Inspection, Waiter, WaiterKind};

/// Lines of [`whole`].
pub(super) const HEIGHT: usize = 6;

/// Columns of a slot.
const SLOT: usize = 4;

/// The channel in a few letters: `[##..]`.
pub(super) fn brief(channel: &Inspection) -> String {
    let slots = (0..channel.capacity).map(|slot| if is_filled(channel, slot) { '#' } else { '.' });
    format!("[{}]", slots.collect::<String>())
}

/// The channel with its indices and its queues.
///
/// ```text
/// send index              v 2
/// slots          [##][##][  ][  ]  2 of 4, open
/// receive index   ^ 0
/// ```
pub(super) fn whole(channel: &Inspection) -> [String; HEIGHT] {
    let slots: String = (0..channel.capacity)
        .map(|slot| {
            if is_filled(channel, slot) {
                "[##]"
            } else {
                "[  ]"
            }
        })
        .collect();
    let state = if channel.closed { "closed" } else { "open" };
    [
        format!("  send queue     {}", queue(&channel.senders_waiting)),
        format!("  send index     {}", pointer('v', channel.send_index)),
        format!(
            "  slots          {slots}  {} of {}, {state}",
            channel.count, channel.capacity
        ),
        format!("  receive index  {}", pointer('^', channel.receive_index)),
        format!("  receive queue  {}", queue(&channel.receivers_waiting)),
        String::new(),
    ]
}

/// The filled slots begin at the receive index and go on round the end.
fn is_filled(channel: &Inspection, slot: usize) -> bool {
    let capacity = channel.capacity;
    let distance = (slot + capacity - channel.receive_index) % capacity;
    distance < channel.count
}

fn pointer(tip: char, index: usize) -> String {
    let indent = index * SLOT + 1;
    format!("{:indent$}{tip} {index}", "")
}

fn queue(waiters: &[Waiter]) -> String {
    if waiters.is_empty() {
        return "nobody".to_owned();
    }
    let names: Vec<_> = waiters.iter().map(name).collect();
    names.join(", ")
}

fn name(waiter: &Waiter) -> String {
    let who = match &waiter.kind {
        WaiterKind::Thread(name) => name.clone(),
        WaiterKind::Task => "a task".to_owned(),
    };
    let select = if waiter.in_select {
        " (in a select)"
    } else {
        ""
    };
    who + select
}
