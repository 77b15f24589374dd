//! All columns. Headers, widths and formats are those of procps, which scripts know.

use super::column::Align::{Cut, Left, Name, Rest, Right};
use super::column::{Align, Column, Number, Text, Value, Width};
use super::values::*;
use crate::table::Fields;

const NOTHING: Fields = Fields::NONE;
const OWNER: Fields = Fields::OWNER;
const STATUS: Fields = Fields::STATUS;
const COMMAND_LINE: Fields = Fields::COMMAND_LINE;
const WAIT_CHANNEL: Fields = Fields::WAIT_CHANNEL;

const fn pid(names: &'static [&'static str], header: &'static str, value: Number) -> Column {
    Column {
        names,
        header,
        width: Width::Pid,
        align: Right,
        needs: NOTHING,
        value: Value::Number(value),
    }
}

const fn number(
    names: &'static [&'static str],
    header: &'static str,
    width: usize,
    needs: Fields,
    value: Number,
) -> Column {
    Column {
        names,
        header,
        width: Width::Fixed(width),
        align: Right,
        needs,
        value: Value::Number(value),
    }
}

const fn text(
    names: &'static [&'static str],
    header: &'static str,
    width: usize,
    align: Align,
    needs: Fields,
    value: Text,
) -> Column {
    Column {
        names,
        header,
        width: Width::Fixed(width),
        align,
        needs,
        value: Value::Text(value),
    }
}

const fn measure(
    names: &'static [&'static str],
    header: &'static str,
    width: usize,
    value: Text,
    key: Number,
) -> Column {
    Column {
        names,
        header,
        width: Width::Fixed(width),
        align: Right,
        needs: NOTHING,
        value: Value::Measure(value, key),
    }
}

pub(crate) const COLUMNS: &[Column] = &[
    // Who it is.
    pid(&["pid"], "PID", |process, _| process.pid.into()),
    pid(&["tgid"], "TGID", |process, _| process.pid.into()),
    pid(&["ppid"], "PPID", |process, _| process.parent.into()),
    pid(&["pgid"], "PGID", |process, _| process.group.into()),
    pid(&["pgrp"], "PGRP", |process, _| process.group.into()),
    pid(&["sid"], "SID", |process, _| process.session.into()),
    pid(&["sess", "session"], "SESS", |process, _| {
        process.session.into()
    }),
    pid(&["tpgid"], "TPGID", |process, _| process.foreground.into()),
    pid(&["lwp"], "LWP", |process, _| process.thread.into()),
    pid(&["tid"], "TID", |process, _| process.thread.into()),
    pid(&["spid"], "SPID", |process, _| process.thread.into()),
    // Where it belongs.
    text(&["tty", "tt"], "TT", 8, Left, NOTHING, terminal),
    text(
        &["tname", "tty8", "longtname"],
        "TTY",
        8,
        Left,
        NOTHING,
        terminal,
    ),
    number(&["uid"], "UID", 5, OWNER, effective_user),
    number(&["euid"], "EUID", 5, OWNER, effective_user),
    number(&["ruid"], "RUID", 5, STATUS, real_user),
    number(&["suid", "svuid"], "SUID", 5, STATUS, saved_user),
    number(&["gid"], "GID", 5, OWNER, effective_group),
    number(&["egid"], "EGID", 5, OWNER, effective_group),
    number(&["rgid"], "RGID", 5, STATUS, real_group),
    number(&["sgid", "svgid"], "SGID", 5, STATUS, saved_group),
    text(
        &["user", "uname"],
        "USER",
        8,
        Name,
        OWNER,
        effective_user_name,
    ),
    text(&["euser"], "EUSER", 8, Name, OWNER, effective_user_name),
    text(&["uid_hack"], "UID", 8, Name, OWNER, effective_user_name),
    text(&["ruser"], "RUSER", 8, Name, STATUS, real_user_name),
    text(
        &["suser", "svuser"],
        "SUSER",
        8,
        Name,
        STATUS,
        saved_user_name,
    ),
    text(&["group"], "GROUP", 8, Name, OWNER, effective_group_name),
    text(&["egroup"], "EGROUP", 8, Name, OWNER, effective_group_name),
    text(&["rgroup"], "RGROUP", 8, Name, STATUS, real_group_name),
    // What it does.
    text(&["stat"], "STAT", 4, Left, STATUS, state_and_more),
    text(&["state", "s"], "S", 1, Left, NOTHING, state),
    number(&["nlwp"], "NLWP", 4, NOTHING, threads),
    number(&["thcount"], "THCNT", 5, NOTHING, threads),
    text(
        &["wchan", "wname"],
        "WCHAN",
        6,
        Rest,
        WAIT_CHANNEL,
        wait_channel,
    ),
    text(&["f", "flag", "flags"], "F", 1, Right, NOTHING, flags),
    // When, and for how long.
    measure(
        &["time", "cputime", "atime"],
        "TIME",
        8,
        processor_time,
        processor_seconds,
    ),
    number(
        &["times", "cputimes"],
        "TIME",
        8,
        NOTHING,
        processor_seconds,
    ),
    measure(
        &["bsdtime"],
        "TIME",
        6,
        processor_minutes,
        processor_seconds,
    ),
    measure(&["etime"], "ELAPSED", 11, elapsed, elapsed_seconds),
    number(&["etimes"], "ELAPSED", 7, NOTHING, elapsed_seconds),
    measure(
        &["start"],
        "STARTED",
        8,
        started_with_seconds,
        started_order,
    ),
    measure(&["stime"], "STIME", 5, started_short, started_order),
    measure(&["start_time"], "START", 5, started_short, started_order),
    measure(&["bsdstart"], "START", 6, started_bsd, started_order),
    measure(&["lstart"], "STARTED", 24, started_in_full, started_order),
    // What it takes.
    measure(
        &["pcpu", "%cpu"],
        "%CPU",
        4,
        percent_of_processor,
        utilization,
    ),
    number(&["c", "util"], "C", 2, NOTHING, whole_percent_of_processor),
    number(&["cp"], "CP", 3, NOTHING, utilization),
    Column {
        needs: STATUS,
        ..measure(
            &["pmem", "%mem"],
            "%MEM",
            4,
            percent_of_memory,
            resident_kilobytes,
        )
    },
    number(
        &["rss", "rssize", "rsz"],
        "RSS",
        5,
        STATUS,
        resident_kilobytes,
    ),
    number(&["vsz", "vsize"], "VSZ", 6, NOTHING, virtual_kilobytes),
    number(&["sz"], "SZ", 5, NOTHING, virtual_pages),
    number(&["min_flt"], "MINFL", 6, NOTHING, minor_faults),
    number(&["minflt"], "MINFLT", 6, NOTHING, minor_faults),
    number(&["maj_flt"], "MAJFL", 6, NOTHING, major_faults),
    number(&["majflt"], "MAJFLT", 6, NOTHING, major_faults),
    number(&["pagein"], "PAGEIN", 6, NOTHING, major_faults),
    text(&["addr"], "ADDR", 4, Right, NOTHING, nothing),
    // As `-l` has it: its header reaches into the place of the next.
    text(&["addr_1"], "ADDR", 1, Left, NOTHING, nothing),
    // Whose turn it is.
    measure(&["ni", "nice"], "NI", 3, niceness, nice),
    number(&["pri"], "PRI", 3, NOTHING, |process, _| {
        39 - i64::from(process.priority)
    }),
    number(&["opri", "intpri"], "PRI", 3, NOTHING, |process, _| {
        60 + i64::from(process.priority)
    }),
    number(&["priority"], "PRI", 3, NOTHING, |process, _| {
        process.priority.into()
    }),
    number(&["pri_foo"], "FOO", 3, NOTHING, |process, _| {
        i64::from(process.priority) - 20
    }),
    number(&["pri_bar"], "BAR", 3, NOTHING, |process, _| {
        i64::from(process.priority) + 1
    }),
    number(&["pri_baz"], "BAZ", 3, NOTHING, |process, _| {
        i64::from(process.priority) + 100
    }),
    number(&["pri_api"], "API", 3, NOTHING, |process, _| {
        -1 - i64::from(process.priority)
    }),
    text(&["psr"], "PSR", 3, Right, NOTHING, processor),
    text(&["cpuid"], "CPUID", 5, Right, NOTHING, processor),
    text(&["lastcpu"], "C", 3, Right, NOTHING, processor),
    text(&["cls"], "CLS", 3, Right, NOTHING, class),
    text(&["class"], "CLS", 3, Left, NOTHING, class),
    text(&["policy"], "POL", 3, Left, NOTHING, class),
    text(&["sched"], "SCH", 3, Right, NOTHING, policy),
    text(&["rtprio"], "RTPRIO", 6, Right, NOTHING, realtime_priority),
    // Which signals wait, are held back, ignored or handled.
    text(
        &["pending", "sig"],
        "PENDING",
        16,
        Right,
        STATUS,
        |out, process, _| {
            mask(out, process, |status| status.pending);
        },
    ),
    text(
        &["blocked", "sigmask"],
        "BLOCKED",
        16,
        Right,
        STATUS,
        |out, process, _| {
            mask(out, process, |status| status.blocked);
        },
    ),
    text(
        &["ignored", "sigignore"],
        "IGNORED",
        16,
        Right,
        STATUS,
        |out, process, _| {
            mask(out, process, |status| status.ignored);
        },
    ),
    text(
        &["caught", "sigcatch"],
        "CAUGHT",
        16,
        Right,
        STATUS,
        |out, process, _| {
            mask(out, process, |status| status.caught);
        },
    ),
    // What it is called.
    text(&["cmd"], "CMD", 27, Rest, COMMAND_LINE, arguments),
    text(
        &["args", "command"],
        "COMMAND",
        27,
        Rest,
        COMMAND_LINE,
        arguments,
    ),
    text(&["comm", "ucomm"], "COMMAND", 15, Rest, COMMAND_LINE, name),
    text(&["ucmd"], "CMD", 15, Rest, COMMAND_LINE, name),
    text(
        &["fname"],
        "COMMAND",
        8,
        Cut,
        NOTHING,
        |out, process, context| {
            context.escape(out, &process.name);
        },
    ),
];
