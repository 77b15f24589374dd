//! Terminals: their modes and their size.

use crate::decode::Context;
use crate::decode::bytes::{u16_at, u32_at};
use crate::decode::named::{Choice, Flags};

/// `{ws_row=24, ws_col=80, ws_xpixel=0, ws_ypixel=0}`
pub(super) fn window(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<8>(address) else {
        return context.address(address);
    };
    let [rows, columns, width, height] = [0, 2, 4, 6].map(|offset| u16_at(&bytes, offset));
    context.format(format_args!(
        "{{ws_row={rows}, ws_col={columns}, ws_xpixel={width}, ws_ypixel={height}}}"
    ));
}

pub(super) const FLOWS: Choice = Choice {
    names: &[(0, "TCOOFF"), (1, "TCOON"), (2, "TCIOFF"), (3, "TCION")],
    unknown: "TC???",
};

pub(super) const QUEUES: Choice = Choice {
    names: &[(0, "TCIFLUSH"), (1, "TCOFLUSH"), (2, "TCIOFLUSH")],
    unknown: "TC???",
};

// The numbers are those of the kernel's `asm-generic/termbits.h`.

const INPUT: Flags = Flags {
    names: &[
        (0o1, "IGNBRK"),
        (0o2, "BRKINT"),
        (0o4, "IGNPAR"),
        (0o10, "PARMRK"),
        (0o20, "INPCK"),
        (0o40, "ISTRIP"),
        (0o100, "INLCR"),
        (0o200, "IGNCR"),
        (0o400, "ICRNL"),
        (0o1000, "IUCLC"),
        (0o2000, "IXON"),
        (0o4000, "IXANY"),
        (0o1_0000, "IXOFF"),
        (0o2_0000, "IMAXBEL"),
        (0o4_0000, "IUTF8"),
    ],
    unknown: "",
};

/// The fields of the output modes: a mask, and the names of its values.
const DELAYS: [(u64, &[(u64, &str)]); 6] = [
    (0o400, &[(0, "NL0"), (0o400, "NL1")]),
    (
        0o3000,
        &[
            (0, "CR0"),
            (0o1000, "CR1"),
            (0o2000, "CR2"),
            (0o3000, "CR3"),
        ],
    ),
    (
        0o1_4000,
        &[
            (0, "TAB0"),
            (0o4000, "TAB1"),
            (0o1_0000, "TAB2"),
            (0o1_4000, "TAB3"),
        ],
    ),
    (0o2_0000, &[(0, "BS0"), (0o2_0000, "BS1")]),
    (0o4_0000, &[(0, "VT0"), (0o4_0000, "VT1")]),
    (0o10_0000, &[(0, "FF0"), (0o10_0000, "FF1")]),
];

const OUTPUT: Flags = Flags {
    names: &[
        (0o1, "OPOST"),
        (0o2, "OLCUC"),
        (0o4, "ONLCR"),
        (0o10, "OCRNL"),
        (0o20, "ONOCR"),
        (0o40, "ONLRET"),
        (0o100, "OFILL"),
        (0o200, "OFDEL"),
    ],
    unknown: "",
};

const SPEED_MASK: u64 = 0o1_0017;
const SPEEDS: Choice = Choice {
    names: &[
        (0o0, "B0"),
        (0o1, "B50"),
        (0o2, "B75"),
        (0o3, "B110"),
        (0o4, "B134"),
        (0o5, "B150"),
        (0o6, "B200"),
        (0o7, "B300"),
        (0o10, "B600"),
        (0o11, "B1200"),
        (0o12, "B1800"),
        (0o13, "B2400"),
        (0o14, "B4800"),
        (0o15, "B9600"),
        (0o16, "B19200"),
        (0o17, "B38400"),
        (0o1_0001, "B57600"),
        (0o1_0002, "B115200"),
        (0o1_0003, "B230400"),
        (0o1_0004, "B460800"),
        (0o1_0005, "B500000"),
        (0o1_0006, "B576000"),
        (0o1_0007, "B921600"),
        (0o1_0010, "B1000000"),
    ],
    unknown: "B???",
};

const CHARACTER_SIZE: u64 = 0o60;

const CONTROL: Flags = Flags {
    names: &[
        (0o100, "CSTOPB"),
        (0o200, "CREAD"),
        (0o400, "PARENB"),
        (0o1000, "PARODD"),
        (0o2000, "HUPCL"),
        (0o4000, "CLOCAL"),
        (0o100_0000_0000, "CMSPAR"),
        (0o200_0000_0000, "CRTSCTS"),
    ],
    unknown: "",
};

const LOCAL: Flags = Flags {
    names: &[
        (0o1, "ISIG"),
        (0o2, "ICANON"),
        (0o4, "XCASE"),
        (0o10, "ECHO"),
        (0o20, "ECHOE"),
        (0o40, "ECHOK"),
        (0o100, "ECHONL"),
        (0o200, "NOFLSH"),
        (0o400, "TOSTOP"),
        (0o10_0000, "IEXTEN"),
        (0o1000, "ECHOCTL"),
        (0o2000, "ECHOPRT"),
        (0o4000, "ECHOKE"),
        (0o1_0000, "FLUSHO"),
        (0o4_0000, "PENDIN"),
        (0o20_0000, "EXTPROC"),
    ],
    unknown: "",
};

/// `{c_iflag=ICRNL|IXON, c_oflag=NL0|…|OPOST|ONLCR, c_cflag=B38400|CS8|CREAD, c_lflag=ISIG|…, ...}`
pub(super) fn termios(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<36>(address) else {
        return context.address(address);
    };
    let [input, output, control, local] =
        [0, 4, 8, 12].map(|offset| u64::from(u32_at(&bytes, offset)));
    context.push("{c_iflag=");
    known(context, &INPUT, input);
    context.push(", c_oflag=");
    output_modes(context, output);
    context.push(", c_cflag=");
    SPEEDS.write(context, control & SPEED_MASK);
    context.format(format_args!(
        "|CS{}|",
        5 + ((control & CHARACTER_SIZE) >> 4)
    ));
    known(context, &CONTROL, control & !SPEED_MASK & !CHARACTER_SIZE);
    context.push(", c_lflag=");
    known(context, &LOCAL, local);
    context.push(", ...}");
}

/// An empty set is written as nothing at all here, as strace does.
fn known(context: &mut Context<'_>, flags: &Flags, value: u64) {
    if value != 0 {
        flags.write(context, value);
    }
}

fn output_modes(context: &mut Context<'_>, value: u64) {
    let mut rest = value;
    for (mask, names) in DELAYS {
        let name = names.iter().find(|(bits, _)| *bits == value & mask);
        if let Some((_, name)) = name {
            context.push(name);
            context.push("|");
        }
        rest &= !mask;
    }
    known(context, &OUTPUT, rest);
}
