//! What a command that did not simply end asks of the commands around it.

/// Leaves the normal course, up to whoever it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// `break n`: that many enclosing loops end, at least 1.
    Break(usize),
    /// `continue n`: the n-th enclosing loop goes on with its next turn, at least 1.
    Continue(usize),
    /// `return n`: the function or the `.` script ends with this status.
    Return(i32),
    /// `exit n`: this shell ends with this status.
    Exit(i32),
    /// An error that has been reported. It ends a shell that is not interactive, with this status;
    /// an interactive one reads its next command (POSIX.1-2024, 2.8.1). A regular built-in that
    /// gives it merely fails.
    Error(i32),
}
