//! A thousand rounds give two thousand, and nobody waits in the kernel.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! !clone*
//! !futex(*FUTEX_WAIT*)
//! ```

use super::exercise::rally;

pub fn main() {
    assert_eq!(rally(0), 0, "nobody has thrown");
    assert_eq!(rally(1), 2, "each of the two adds 1");
    println!("✓ one round");
    assert_eq!(rally(1000), 2000, "a thousand rounds of two throws");
    println!("✓ a thousand rounds");
}
