//! Call numbers, which differ between architectures.
//!
//! A program names a call to the kernel by a number, and which number is a question of history:
//! x86-64 counted from 0 in 2001 in an order of its own, arm64 took the list that was made for all
//! new architectures, and macOS has BSD's. So `write` is 1, 64 and 4. Only the calls that Linux got
//! since 2019 (424 and up) have the same number on all its architectures.
//!
//! ```
//! use syscalls::table::Architecture;
//!
//! assert_eq!(Architecture::X86_64.number("write"), Some(1));
//! assert_eq!(Architecture::Aarch64.number("write"), Some(64));
//! assert_eq!(Architecture::Aarch64.number("open"), None);
//! assert_eq!(Architecture::Darwin.name(4), Some("write"));
//! ```

mod aarch64;
mod darwin;
mod shared;
mod x86_64;

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// A set of call numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Linux on x86-64.
    X86_64,
    /// Linux on arm64.
    Aarch64,
    /// Darwin (macOS), the same on all its processors.
    Darwin,
}

impl Architecture {
    /// Of this program.
    pub const HERE: Self = if cfg!(target_os = "macos") {
        Self::Darwin
    } else if cfg!(target_arch = "aarch64") {
        Self::Aarch64
    } else {
        Self::X86_64
    };

    /// All that there are tables for.
    pub const ALL: [Self; 3] = [Self::X86_64, Self::Aarch64, Self::Darwin];

    /// The name of a call's number.
    #[must_use]
    pub fn name(self, number: u64) -> Option<&'static str> {
        self.tables().into_iter().find_map(|table| {
            let index = table
                .binary_search_by_key(&number, |&(number, _)| number)
                .ok()?;
            Some(table[index].1)
        })
    }

    /// The number of a call's name.
    #[must_use]
    pub fn number(self, name: &str) -> Option<u64> {
        self.numbers().get(name).copied()
    }

    /// All calls, by number.
    pub fn calls(self) -> impl Iterator<Item = (u64, &'static str)> {
        self.tables().into_iter().flatten().copied()
    }

    /// One behind the other, by number.
    fn tables(self) -> [&'static [(u64, &'static str)]; 2] {
        match self {
            Self::X86_64 => [x86_64::CALLS, shared::CALLS],
            Self::Aarch64 => [aarch64::CALLS, shared::CALLS],
            Self::Darwin => [darwin::CALLS, &[]],
        }
    }

    fn numbers(self) -> &'static Numbers {
        static X86_64: LazyLock<Numbers> = LazyLock::new(|| Architecture::X86_64.by_name());
        static AARCH64: LazyLock<Numbers> = LazyLock::new(|| Architecture::Aarch64.by_name());
        static DARWIN: LazyLock<Numbers> = LazyLock::new(|| Architecture::Darwin.by_name());
        match self {
            Self::X86_64 => &X86_64,
            Self::Aarch64 => &AARCH64,
            Self::Darwin => &DARWIN,
        }
    }

    fn by_name(self) -> Numbers {
        self.calls().map(|(number, name)| (name, number)).collect()
    }
}

type Numbers = HashMap<&'static str, u64>;

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::X86_64 => "x86-64",
            Self::Aarch64 => "arm64",
            Self::Darwin => "macos",
        })
    }
}

/// A word that is no architecture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no architecture {0} (there are x86-64, arm64 and macos)")]
pub struct UnknownArchitecture(pub String);

/// Reads the names that [`Display`](fmt::Display) writes, and the other ones in use for the same
/// (`x86_64`, `amd64`, `aarch64`, `darwin`).
impl FromStr for Architecture {
    type Err = UnknownArchitecture;

    fn from_str(text: &str) -> Result<Self, UnknownArchitecture> {
        match text.to_ascii_lowercase().as_str() {
            "x86-64" | "x86_64" | "amd64" => Ok(Self::X86_64),
            "arm64" | "aarch64" => Ok(Self::Aarch64),
            "macos" | "darwin" => Ok(Self::Darwin),
            _ => Err(UnknownArchitecture(text.to_owned())),
        }
    }
}
