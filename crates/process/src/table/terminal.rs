//! The name of a terminal, from its device number.

use std::fmt;

pub(super) use super::process::Terminal;

impl Terminal {
    /// From `tty_nr` of `/proc/PID/stat`, which packs both numbers: bits 8 to 19 are the driver,
    /// the rest the terminal. 0 says that there is none.
    pub fn from_kernel(number: i32) -> Option<Terminal> {
        let bits = number as u32;
        (bits != 0).then_some(Terminal {
            major: (bits >> 8) & 0xfff,
            minor: (bits & 0xff) | ((bits >> 12) & 0xfff00),
        })
    }
}

/// Drivers by their first major number, how many majors they have, the first minor, and the name.
/// From Documentation/admin-guide/devices.txt of the kernel.
const DRIVERS: [(u32, u32, u32, &str); 12] = [
    (3, 1, 0, "ttyp"),
    (4, 1, 64, "ttyS"),
    (4, 1, 0, "tty"),
    (5, 1, 1, "console"),
    (136, 8, 0, "pts/"),
    (166, 1, 0, "ttyACM"),
    (188, 1, 0, "ttyUSB"),
    (204, 1, 64, "ttyAMA"),
    (204, 1, 5, "ttySA"),
    (204, 1, 0, "ttyLU"),
    (229, 1, 0, "hvc"),
    (227, 1, 0, "3270/tty"),
];

/// As `ps` shows it and as it is found in `/dev`: `pts/3`, `tty1`, `ttyS0`. macOS, whose
/// numbers mean other things, gets its own.
impl fmt::Display for Terminal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if cfg!(target_os = "macos") {
            return self.fmt_macos(formatter);
        }
        let driver = DRIVERS.iter().find(|(major, majors, first, _)| {
            (*major..major + majors).contains(&self.major) && self.minor >= *first
        });
        match driver {
            Some((_, _, _, "console")) => formatter.write_str("console"),
            Some((major, _, first, name)) => {
                // The majors after the first go on counting, 256 terminals each.
                let number = (self.major - major) * 256 + self.minor - first;
                write!(formatter, "{name}{number}")
            }
            None => write!(formatter, "{}:{}", self.major, self.minor),
        }
    }
}

impl Terminal {
    /// Pseudo-terminals of macOS are `ttys000` and up, of driver 16.
    fn fmt_macos(self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.major {
            0 => formatter.write_str("console"),
            16 => write!(formatter, "ttys{:03}", self.minor),
            _ => write!(formatter, "{}:{}", self.major, self.minor),
        }
    }
}
