//! Ending as the traced program did.
#![allow(unsafe_code)]
// One disposition is set back to the default, which runs no code of ours.

use std::process::ExitCode;

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigHandler, SigSet, Signal, raise, signal};
use syscalls::trace::Ending;

/// Ends with the program's status, or by the signal that killed it.
pub(super) fn end_as(ending: Ending) -> ExitCode {
    match ending {
        Ending::Exited(status) => ExitCode::from(status as u8),
        Ending::Killed(number) => die_of(number),
    }
}

/// Dies of a signal, so that a shell sees what it would have seen without the tracer. Returns, with
/// the status that a shell makes of such a death, for a signal that does not kill.
pub(super) fn die_of(number: i32) -> ExitCode {
    if let Ok(this) = Signal::try_from(number) {
        // The program's core file must not be overwritten with ours.
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        // SAFETY: the default disposition runs no code of ours.
        let _ = unsafe { signal(this, SigHandler::SigDfl) };
        let _ = SigSet::from(this).thread_unblock();
        let _ = raise(this);
    }
    ExitCode::from((128 + number) as u8)
}
