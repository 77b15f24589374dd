//! What macOS's `sysctl(KERN_PROCARGS2)` gives: the count of arguments, the program's path, and
//! then arguments and environment as they lay on the stack.

/// Takes the block apart into arguments and variables, each with a NUL at its end. `None` when it
/// is not such a block: a program may overwrite its own stack.
///
/// ```
/// let block = b"\x02\0\0\0/bin/ls\0\0\0\0ls\0-l\0HOME=/\0";
/// let (arguments, environment) = process::table::procargs::split(block).unwrap();
/// assert_eq!((arguments, environment), (&b"ls\0-l\0"[..], &b"HOME=/\0"[..]));
/// ```
pub fn split(block: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, rest) = block.split_first_chunk::<4>()?;
    let count = u32::from_ne_bytes(*count);
    let path_ends = rest.iter().position(|&byte| byte == 0)?;
    let rest = &rest[path_ends..];
    // The path is filled up to a multiple of the machine's word.
    let begins = rest
        .iter()
        .position(|&byte| byte != 0)
        .unwrap_or(rest.len());
    let rest = &rest[begins..];
    let mut end = 0;
    for _ in 0..count {
        let length = rest[end..].iter().position(|&byte| byte == 0)?;
        end += length + 1;
    }
    Some(rest.split_at(end))
}
