//! What is told of each process: the types.

use std::time::Duration;

use crate::id::{Ids, Pid};

/// What to read besides what always comes; each costs a call or three for every process.
///
/// ```
/// use process::table::Fields;
///
/// let fields = Fields::OWNER | Fields::COMMAND_LINE;
/// assert!(fields.contains(Fields::OWNER) && !fields.contains(Fields::STATUS));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields(u8);

impl Fields {
    /// The effective user and group.
    pub const OWNER: Fields = Fields(1);
    /// All users and groups, exact memory, signals.
    pub const STATUS: Fields = Fields(2);
    /// The arguments.
    pub const COMMAND_LINE: Fields = Fields(4);
    /// Where in the kernel it waits.
    pub const WAIT_CHANNEL: Fields = Fields(8);

    /// Only what always comes.
    pub const NONE: Fields = Fields(0);

    /// Whether all of `other` is asked for.
    pub fn contains(self, other: Fields) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for Fields {
    type Output = Fields;

    fn bitor(self, other: Fields) -> Fields {
        Fields(self.0 | other.0)
    }
}

/// One process, or one thread of one, as the kernel told it at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: Pid,
    /// The number of the thread that this was read of; of the first thread it is the pid.
    pub thread: Pid,
    /// What the kernel calls it: the program's file name cut to 15 bytes, unless it chose another.
    /// Any bytes but NUL.
    pub name: Vec<u8>,
    /// What it does now.
    pub state: State,
    /// The parent, 0 for what the kernel started.
    pub parent: Pid,
    /// The process group.
    pub group: Pid,
    /// The session.
    pub session: Pid,
    /// The device number of the controlling terminal.
    pub terminal: Option<Terminal>,
    /// The group that may read from the terminal now; -1 without a terminal.
    pub foreground: Pid,
    /// The kernel's `PF_` flags; 0 where they are not told.
    pub flags: u32,
    /// Pages that were found in memory.
    pub minor_faults: u64,
    /// Pages that had to be read from a disk.
    pub major_faults: u64,
    /// Processor time outside of the kernel.
    pub user_time: Duration,
    /// Processor time in the kernel on its behalf.
    pub system_time: Duration,
    /// The kernel's priority: 20 and its niceness, or less than 0 for real-time.
    pub priority: i32,
    /// From -20 (rude) to 19 (nice).
    pub nice: i32,
    /// How many threads the process has.
    pub threads: u32,
    /// When it was started, counted from the start of the machine.
    pub started: Duration,
    /// Size of its address space in bytes.
    pub virtual_memory: u64,
    /// Bytes of it that are in memory. Linux counts this per processor and here adds up roughly;
    /// [`Status::resident`] is exact.
    pub resident: u64,
    /// The processor that it ran on last.
    pub processor: Option<u32>,
    /// Its priority among the real-time ones, 1 to 99.
    pub realtime_priority: u32,
    /// Its scheduler, a number of sched(7); `None` where there are none.
    pub policy: Option<u32>,
    /// [`Fields::OWNER`].
    pub owner: Option<Owner>,
    /// [`Fields::STATUS`].
    pub status: Option<Box<Status>>,
    /// [`Fields::COMMAND_LINE`]: each argument ends with a NUL. Empty for the kernel's own threads,
    /// for zombies and for what we may not look at.
    pub command_line: Vec<u8>,
    /// [`Fields::WAIT_CHANNEL`]: the kernel's function; empty when it runs or we may not know.
    pub wait_channel: String,
}

impl Process {
    /// All the processor time that it used.
    pub fn cpu_time(&self) -> Duration {
        self.user_time + self.system_time
    }

    /// Whether it is one of Linux's own threads, with no program of its own.
    #[doc(alias = "PF_KTHREAD")]
    pub fn is_kernel_thread(&self) -> bool {
        const PF_KTHREAD: u32 = 0x0020_0000;
        cfg!(target_os = "linux") && self.flags & PF_KTHREAD != 0
    }

    /// Whether it leads its session.
    pub fn leads_session(&self) -> bool {
        self.session == self.pid
    }
}

/// What a process does at the moment; proc(5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Running or ready to run.
    Running,
    /// Waiting, and a signal would wake it.
    Sleeping,
    /// Waiting, mostly for a disk, and no signal reaches it.
    Uninterruptible,
    /// Stopped by a signal.
    Stopped,
    /// Stopped by a debugger.
    Traced,
    /// Ended, and its parent has not asked how.
    Zombie,
    /// Going away.
    Dead,
    /// A kernel thread with nothing to do.
    Idle,
    /// A kernel thread set aside.
    Parked,
    /// A letter of another kernel.
    Other(u8),
}

/// Each state and the letter that Linux's `/proc` has for it.
const LETTERS: [(State, u8); 9] = [
    (State::Running, b'R'),
    (State::Sleeping, b'S'),
    (State::Uninterruptible, b'D'),
    (State::Stopped, b'T'),
    (State::Traced, b't'),
    (State::Zombie, b'Z'),
    (State::Dead, b'X'),
    (State::Idle, b'I'),
    (State::Parked, b'P'),
];

impl State {
    /// From the letter that `/proc` and `ps` show.
    pub fn from_letter(letter: u8) -> State {
        let known = LETTERS.iter().find(|(_, known)| *known == letter);
        known.map_or(State::Other(letter), |(state, _)| *state)
    }

    /// The letter that `ps` shows.
    pub fn letter(self) -> char {
        if let State::Other(letter) = self {
            return char::from(letter);
        }
        let known = LETTERS.iter().find(|(state, _)| *state == self);
        known.map_or('?', |(_, letter)| char::from(*letter))
    }

    /// In one or a few words.
    pub fn in_words(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Sleeping => "sleeping",
            State::Uninterruptible => "waiting for a device",
            State::Stopped => "stopped",
            State::Traced => "stopped by a debugger",
            State::Zombie => "a zombie: ended, its parent has not asked how",
            State::Dead => "going away",
            State::Idle => "idle",
            State::Parked => "parked",
            State::Other(_) => "in a state unknown here",
        }
    }
}

/// The device number of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Terminal {
    /// Which driver.
    pub major: u32,
    /// Which of its terminals.
    pub minor: u32,
}

/// Whose rights a process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The effective user.
    pub user: u32,
    /// The effective group.
    pub group: u32,
}

/// What `/proc/PID/status` adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Real, effective and saved user.
    pub users: Option<Ids>,
    /// Real, effective and saved group.
    pub groups: Option<Ids>,
    /// The user that files are opened as; nearly always the effective one.
    pub filesystem_user: Option<u32>,
    /// The group that files are opened as.
    pub filesystem_group: Option<u32>,
    /// Further groups.
    pub supplementary: Vec<u32>,
    /// Bytes in memory, counted exactly.
    pub resident: u64,
    /// The most bytes it ever had in memory.
    pub resident_peak: u64,
    /// Bytes that may not leave memory.
    pub locked: u64,
    /// Bytes that did leave it.
    pub swapped: u64,
    /// One bit a signal, the lowest is signal 1: waiting for the process or the thread.
    pub pending: u64,
    /// Held back.
    pub blocked: u64,
    /// Ignored.
    pub ignored: u64,
    /// Has a handler.
    pub caught: u64,
    /// Who traces it, or 0.
    pub tracer: Pid,
    /// How often it gave the processor away because it had to wait.
    pub voluntary_switches: u64,
    /// How often the processor was taken from it.
    pub involuntary_switches: u64,
}
