//! The text and the number of each column.

use super::context::Context;
use super::time;
use crate::table::{Process, State, Status};

/// Of a zombie the kernel tells less; nobody's number is 0 then, as elsewhere.
fn status<T>(process: &Process, get: impl Fn(&Status) -> Option<T>) -> Option<T> {
    process.status.as_deref().and_then(get)
}

macro_rules! id {
    ($number:ident, $ids:ident, $which:ident) => {
        pub(crate) fn $number(process: &Process, _: &Context) -> i64 {
            status(process, |status| status.$ids).map_or(0, |ids| ids.$which.into())
        }
    };
}

id!(real_user, users, real);
id!(saved_user, users, saved);
id!(real_group, groups, real);
id!(saved_group, groups, saved);

pub(crate) fn effective_user(process: &Process, _: &Context) -> i64 {
    process.owner.map_or(0, |owner| owner.user.into())
}

pub(crate) fn effective_group(process: &Process, _: &Context) -> i64 {
    process.owner.map_or(0, |owner| owner.group.into())
}

fn user_name(out: &mut String, uid: i64, context: &mut Context) {
    match context.names.user(uid as u32) {
        Some(name) => out.push_str(name),
        None => out.push_str(&uid.to_string()),
    }
}

fn group_name(out: &mut String, gid: i64, context: &mut Context) {
    match context.names.group(gid as u32) {
        Some(name) => out.push_str(name),
        None => out.push_str(&gid.to_string()),
    }
}

pub(crate) fn effective_user_name(out: &mut String, process: &Process, context: &mut Context) {
    user_name(out, effective_user(process, context), context);
}

pub(crate) fn real_user_name(out: &mut String, process: &Process, context: &mut Context) {
    user_name(out, real_user(process, context), context);
}

pub(crate) fn saved_user_name(out: &mut String, process: &Process, context: &mut Context) {
    user_name(out, saved_user(process, context), context);
}

pub(crate) fn effective_group_name(out: &mut String, process: &Process, context: &mut Context) {
    group_name(out, effective_group(process, context), context);
}

pub(crate) fn real_group_name(out: &mut String, process: &Process, context: &mut Context) {
    group_name(out, real_group(process, context), context);
}

pub(crate) fn terminal(out: &mut String, process: &Process, _: &mut Context) {
    match process.terminal {
        Some(terminal) => out.push_str(&terminal.to_string()),
        None => out.push('?'),
    }
}

pub(crate) fn state(out: &mut String, process: &Process, _: &mut Context) {
    out.push(process.state.letter());
}

/// The letter, and what BSD adds: rude or nice, locked memory, leads its session, has threads, in
/// the foreground.
pub(crate) fn state_and_more(out: &mut String, process: &Process, context: &mut Context) {
    state(out, process, context);
    let locked = status(process, |status| Some(status.locked)).unwrap_or(0);
    let marks = [
        (process.nice < 0, '<'),
        (process.nice > 0, 'N'),
        (locked > 0, 'L'),
        (process.leads_session(), 's'),
        (process.threads > 1, 'l'),
        (process.group == process.foreground, '+'),
    ];
    out.extend(marks.iter().filter(|(is, _)| *is).map(|(_, mark)| mark));
}

pub(crate) fn threads(process: &Process, _: &Context) -> i64 {
    process.threads.into()
}

/// Without the prefixes that many of the kernel's functions share.
pub(crate) fn wait_channel(out: &mut String, process: &Process, context: &mut Context) {
    match process.wait_channel.trim_start_matches(['.', '_']) {
        "" => out.push('-'),
        name => context.escape(out, name.as_bytes()),
    }
}

/// Two bits are left of System V's flags: forked without exec since, used the super-user's rights.
pub(crate) fn flags(out: &mut String, process: &Process, _: &mut Context) {
    out.push_str(&format!("{:o}", (process.flags >> 6) & 7));
}

pub(crate) fn processor_time(out: &mut String, process: &Process, _: &mut Context) {
    out.push_str(&time::processor(process.cpu_time()));
}

pub(crate) fn processor_minutes(out: &mut String, process: &Process, _: &mut Context) {
    out.push_str(&time::minutes(process.cpu_time()));
}

pub(crate) fn processor_seconds(process: &Process, _: &Context) -> i64 {
    process.cpu_time().as_secs() as i64
}

pub(crate) fn elapsed(out: &mut String, process: &Process, context: &mut Context) {
    out.push_str(&time::elapsed(context.system.age(process)));
}

pub(crate) fn elapsed_seconds(process: &Process, context: &Context) -> i64 {
    context.system.age(process).as_secs() as i64
}

pub(crate) fn started_with_seconds(out: &mut String, process: &Process, context: &mut Context) {
    out.push_str(&context.started(process).with_seconds());
}

pub(crate) fn started_short(out: &mut String, process: &Process, context: &mut Context) {
    out.push_str(&context.started(process).short());
}

pub(crate) fn started_bsd(out: &mut String, process: &Process, context: &mut Context) {
    out.push_str(&context.started(process).bsd());
}

pub(crate) fn started_in_full(out: &mut String, process: &Process, context: &mut Context) {
    out.push_str(&context.started(process).in_full());
}

/// In milliseconds after the machine's start.
pub(crate) fn started_order(process: &Process, _: &Context) -> i64 {
    process.started.as_millis() as i64
}

pub(crate) fn utilization(process: &Process, context: &Context) -> i64 {
    context.utilization(process)
}

pub(crate) fn whole_percent_of_processor(process: &Process, context: &Context) -> i64 {
    (context.utilization(process) / 10).min(99)
}

pub(crate) fn percent_of_processor(out: &mut String, process: &Process, context: &mut Context) {
    match context.utilization(process) {
        high if high > 999 => out.push_str(&(high / 10).to_string()),
        low => out.push_str(&format!("{}.{}", low / 10, low % 10)),
    }
}

pub(crate) fn percent_of_memory(out: &mut String, process: &Process, context: &mut Context) {
    let total = (context.system.memory / 1024).max(1) as i64;
    let share = (resident_kilobytes(process, context) * 1000 / total).min(999);
    out.push_str(&format!("{}.{}", share / 10, share % 10));
}

pub(crate) fn resident_kilobytes(process: &Process, _: &Context) -> i64 {
    let exact = status(process, |status| Some(status.resident));
    (exact.unwrap_or(process.resident) / 1024) as i64
}

pub(crate) fn virtual_kilobytes(process: &Process, _: &Context) -> i64 {
    (process.virtual_memory / 1024) as i64
}

pub(crate) fn virtual_pages(process: &Process, context: &Context) -> i64 {
    (process.virtual_memory / context.system.page) as i64
}

pub(crate) fn minor_faults(process: &Process, _: &Context) -> i64 {
    process.minor_faults as i64
}

pub(crate) fn major_faults(process: &Process, _: &Context) -> i64 {
    process.major_faults as i64
}

/// Where System V showed an address that no program has a use for.
pub(crate) fn nothing(out: &mut String, _: &Process, _: &mut Context) {
    out.push('-');
}

pub(crate) fn nice(process: &Process, _: &Context) -> i64 {
    process.nice.into()
}

/// The names of the schedulers that Linux numbers from 0; sched(7).
const CLASSES: [&str; 7] = ["TS", "FF", "RR", "B", "ISO", "IDL", "DLN"];

/// Niceness counts only among the ordinary ones and the batches.
pub(crate) fn niceness(out: &mut String, process: &Process, _: &mut Context) {
    match process.policy {
        Some(0 | 3) | None => out.push_str(&process.nice.to_string()),
        Some(_) => out.push('-'),
    }
}

pub(crate) fn class(out: &mut String, process: &Process, _: &mut Context) {
    let name = process
        .policy
        .and_then(|policy| CLASSES.get(policy as usize));
    out.push_str(name.unwrap_or(&"?"));
}

pub(crate) fn policy(out: &mut String, process: &Process, _: &mut Context) {
    match process.policy {
        Some(policy) => out.push_str(&policy.to_string()),
        None => out.push('-'),
    }
}

/// The ordinary ones have none.
pub(crate) fn realtime_priority(out: &mut String, process: &Process, _: &mut Context) {
    match process.policy {
        Some(0) | None => out.push('-'),
        Some(_) => out.push_str(&process.realtime_priority.to_string()),
    }
}

pub(crate) fn processor(out: &mut String, process: &Process, _: &mut Context) {
    match process.processor {
        Some(processor) => out.push_str(&processor.to_string()),
        None => out.push('-'),
    }
}

pub(crate) fn mask(out: &mut String, process: &Process, which: fn(&Status) -> u64) {
    let bits = status(process, |status| Some(which(status))).unwrap_or(0);
    out.push_str(&format!("{bits:016x}"));
}

pub(crate) fn arguments(out: &mut String, process: &Process, context: &mut Context) {
    out.push_str(&context.prefix);
    if context.name_for_arguments {
        plain_name(out, process, context);
    } else {
        command(out, process, context);
    }
}

pub(crate) fn name(out: &mut String, process: &Process, context: &mut Context) {
    out.push_str(&context.prefix);
    if context.arguments_for_name {
        command(out, process, context);
    } else {
        plain_name(out, process, context);
    }
}

fn plain_name(out: &mut String, process: &Process, context: &Context) {
    context.escape(out, &process.name);
}

/// The arguments with spaces between them, which does not tell where one ends. What has none, a
/// zombie or a thread of the kernel, is shown by its name in brackets.
fn command(out: &mut String, process: &Process, context: &Context) {
    let end = process.command_line.iter().rposition(|&byte| byte != 0);
    let Some(end) = end else {
        out.push('[');
        context.escape(out, &process.name);
        out.push(']');
        if process.state == State::Zombie {
            out.push_str(" <defunct>");
        }
        return;
    };
    let words = process.command_line[..=end].split(|&byte| matches!(byte, 0 | b'\n'));
    for (at, word) in words.enumerate() {
        if at > 0 {
            out.push(' ');
        }
        context.escape(out, word);
    }
}
