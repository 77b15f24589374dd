//! The standard signals of this system.

use nix::libc;

use super::DefaultAction::{self, Continue, Core, Ignore, Stop, Terminate};
use super::Signal;

pub(super) struct Entry {
    pub(super) signal: Signal,
    pub(super) name: &'static str,
    pub(super) default_action: DefaultAction,
    pub(super) description: &'static str,
}

pub(super) fn entry(signal: Signal) -> Option<&'static Entry> {
    STANDARD.iter().find(|entry| entry.signal == signal)
}

/// Defines the constants and the table from one list.
macro_rules! signals {
    ($($(#[$cfg:meta])? $name:ident = $number:ident, $action:ident, $description:literal;)*) => {
        impl Signal {
            $($(#[$cfg])? #[doc = concat!("`SIG", stringify!($name), "`: ", $description, ".")]
            pub const $name: Self = Self::known(libc::$number);)*
        }

        pub(super) const STANDARD: &[Entry] = &[
            $($(#[$cfg])? Entry {
                signal: Signal::$name,
                name: stringify!($name),
                default_action: $action,
                description: $description,
            },)*
        ];
    };
}

signals! {
    HUP = SIGHUP, Terminate, "the terminal is gone; for daemons: read the configuration again";
    INT = SIGINT, Terminate, "ctrl-C was typed";
    QUIT = SIGQUIT, Core, "ctrl-\\ was typed";
    ILL = SIGILL, Core, "not an instruction";
    TRAP = SIGTRAP, Core, "a breakpoint was hit";
    ABRT = SIGABRT, Core, "the program has given up on itself with abort(3)";
    BUS = SIGBUS, Core, "memory that cannot be reached, such as a map past the end of its file";
    FPE = SIGFPE, Core, "an impossible calculation, such as an integer divided by zero";
    KILL = SIGKILL, Terminate, "ends the process, whatever it thinks of that";
    USR1 = SIGUSR1, Terminate, "the program's own use";
    SEGV = SIGSEGV, Core, "an address that the process does not have";
    USR2 = SIGUSR2, Terminate, "the program's own use";
    PIPE = SIGPIPE, Terminate, "a write to a pipe or socket that nobody reads";
    ALRM = SIGALRM, Terminate, "the timer of alarm(2) has run out";
    TERM = SIGTERM, Terminate, "please end, in good order";
    #[cfg(target_os = "linux")]
    STKFLT = SIGSTKFLT, Terminate, "unused; once a fault of the coprocessor's stack";
    CHLD = SIGCHLD, Ignore, "a child has ended, stopped or gone on";
    CONT = SIGCONT, Continue, "go on after a stop";
    STOP = SIGSTOP, Stop, "stops the process, whatever it thinks of that";
    TSTP = SIGTSTP, Stop, "ctrl-Z was typed";
    TTIN = SIGTTIN, Stop, "a background process reads from the terminal";
    TTOU = SIGTTOU, Stop, "a background process writes to the terminal";
    URG = SIGURG, Ignore, "urgent data has come to a socket";
    XCPU = SIGXCPU, Core, "the limit of processor time is used up";
    XFSZ = SIGXFSZ, Core, "a file would grow past the limit of its size";
    VTALRM = SIGVTALRM, Terminate, "a timer of processor time spent in the program has run out";
    PROF = SIGPROF, Terminate, "a timer of processor time has run out, as profilers set it";
    WINCH = SIGWINCH, Ignore, "the terminal's window has another size";
    #[cfg(target_os = "linux")]
    IO = SIGIO, Terminate, "a descriptor is ready (also named POLL)";
    #[cfg(target_os = "macos")]
    IO = SIGIO, Ignore, "a descriptor is ready";
    #[cfg(target_os = "linux")]
    PWR = SIGPWR, Terminate, "the power is about to fail";
    #[cfg(target_os = "macos")]
    EMT = SIGEMT, Core, "an emulated instruction failed";
    #[cfg(target_os = "macos")]
    INFO = SIGINFO, Ignore, "ctrl-T was typed: say how far you are";
    SYS = SIGSYS, Core, "a system call that is not there, or is forbidden by a filter";
}
