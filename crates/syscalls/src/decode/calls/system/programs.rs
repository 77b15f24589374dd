//! Programs inside the kernel (BPF), and counters of what the processor does.

use crate::decode::Argument::{Choice, Fd, In, Int, Pointer, Unsigned};
use crate::decode::bytes::{u32_at, u64_at};
use crate::decode::named;
use crate::decode::{Context, ResultKind, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("bpf", &[Choice(&COMMANDS), Pointer, Unsigned]),
    Signature::new(
        "perf_event_open",
        &[In(attributes), Int, Int, Fd, In(perf_flags)],
    )
    .returns(ResultKind::Fd),
];

const COMMANDS: named::Choice = named::Choice {
    names: &[
        (0, "BPF_MAP_CREATE"),
        (1, "BPF_MAP_LOOKUP_ELEM"),
        (2, "BPF_MAP_UPDATE_ELEM"),
        (3, "BPF_MAP_DELETE_ELEM"),
        (4, "BPF_MAP_GET_NEXT_KEY"),
        (5, "BPF_PROG_LOAD"),
        (6, "BPF_OBJ_PIN"),
        (7, "BPF_OBJ_GET"),
        (8, "BPF_PROG_ATTACH"),
        (9, "BPF_PROG_DETACH"),
        (10, "BPF_PROG_TEST_RUN"),
        (11, "BPF_PROG_GET_NEXT_ID"),
        (12, "BPF_MAP_GET_NEXT_ID"),
        (13, "BPF_PROG_GET_FD_BY_ID"),
        (14, "BPF_MAP_GET_FD_BY_ID"),
        (15, "BPF_OBJ_GET_INFO_BY_FD"),
        (16, "BPF_PROG_QUERY"),
        (17, "BPF_RAW_TRACEPOINT_OPEN"),
        (18, "BPF_BTF_LOAD"),
        (19, "BPF_BTF_GET_FD_BY_ID"),
        (20, "BPF_TASK_FD_QUERY"),
        (21, "BPF_MAP_LOOKUP_AND_DELETE_ELEM"),
        (22, "BPF_MAP_FREEZE"),
        (23, "BPF_BTF_GET_NEXT_ID"),
        (24, "BPF_MAP_LOOKUP_BATCH"),
        (25, "BPF_MAP_LOOKUP_AND_DELETE_BATCH"),
        (26, "BPF_MAP_UPDATE_BATCH"),
        (27, "BPF_MAP_DELETE_BATCH"),
        (28, "BPF_LINK_CREATE"),
        (29, "BPF_LINK_UPDATE"),
        (30, "BPF_LINK_GET_FD_BY_ID"),
        (31, "BPF_LINK_GET_NEXT_ID"),
        (32, "BPF_ENABLE_STATS"),
        (33, "BPF_ITER_CREATE"),
        (34, "BPF_LINK_DETACH"),
        (35, "BPF_PROG_BIND_MAP"),
    ],
    unknown: "BPF_???",
};

const EVENT_TYPES: named::Choice = named::Choice {
    names: &[
        (0, "PERF_TYPE_HARDWARE"),
        (1, "PERF_TYPE_SOFTWARE"),
        (2, "PERF_TYPE_TRACEPOINT"),
        (3, "PERF_TYPE_HW_CACHE"),
        (4, "PERF_TYPE_RAW"),
        (5, "PERF_TYPE_BREAKPOINT"),
    ],
    unknown: "PERF_TYPE_???",
};

const PERF_FLAGS: named::Flags = named::Flags {
    names: &[
        (1, "PERF_FLAG_FD_NO_GROUP"),
        (2, "PERF_FLAG_FD_OUTPUT"),
        (4, "PERF_FLAG_PID_CGROUP"),
        (8, "PERF_FLAG_FD_CLOEXEC"),
    ],
    unknown: "PERF_FLAG_???",
};

fn perf_flags(context: &mut Context<'_>, value: u64) {
    PERF_FLAGS.write_wide(context, value);
}

/// `{type=PERF_TYPE_HARDWARE, size=136, config=0, ...}`
fn attributes(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<16>(address) else {
        return context.address(address);
    };
    context.push("{type=");
    EVENT_TYPES.write(context, u64::from(u32_at(&bytes, 0)));
    context.format(format_args!(", size={}, config=", u32_at(&bytes, 4)));
    context.hex(u64_at(&bytes, 8));
    context.push(", ...}");
}
