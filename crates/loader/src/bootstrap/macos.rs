//! macOS has ptrace without registers, and Mach's calls only for signed debuggers.

use std::path::Path;

use super::{BootstrapError, End, Limits, Step};

/// Cannot work here.
///
/// # Errors
///
/// Always [`BootstrapError::Unsupported`].
pub fn run(
    _program: &Path,
    _limits: Limits,
    _told: impl FnMut(Step),
) -> Result<End, BootstrapError> {
    Err(BootstrapError::Unsupported)
}
