//! How deep a call is, from the stack pointer alone.

/// The stack pointers with which functions were entered that, as far as can be seen, have not returned.
///
/// Only entries are seen. A function that has returned counts as a caller of the next one until something
/// is entered at or above its place; so a depth may be too large by a few, and never too small by a
/// function that was seen.
///
/// Invariant: falling, from the outermost function to the innermost, within one stack.
#[derive(Clone, Debug, Default)]
pub struct Depth {
    entered: Vec<u64>,
}

/// No function's frame is so large; a change by more is another stack.
const OTHER_STACK: u64 = 1 << 22;

impl Depth {
    /// A function is entered with this stack pointer. Returns how deep it is, 1 for the first of its stack.
    ///
    /// Stacks grow downwards: whoever entered at or below `stack` has returned, or has jumped here.
    pub fn enter(&mut self, stack: u64) -> usize {
        let last = self.entered.last().copied();
        if last.is_some_and(|last| last.abs_diff(stack) > OTHER_STACK) {
            self.entered.clear();
        }
        while self.entered.last().is_some_and(|last| *last <= stack) {
            self.entered.pop();
        }
        self.entered.push(stack);
        self.entered.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Depth;

    #[test]
    fn calls_go_down_and_returns_go_up() {
        let mut depth = Depth::default();
        let depths = [0x9000, 0x8000, 0x7000, 0x7000, 0x8000, 0x9000].map(|sp| depth.enter(sp));
        assert_eq!(depths, [1, 2, 3, 3, 2, 1]);
    }

    #[test]
    fn another_stack_begins_anew() {
        let mut depth = Depth::default();
        let depths = [0x7fff_0000_0000, 0x7ffe_ffff_f000, 0xc000_0000, 0xbfff_f000];
        assert_eq!(depths.map(|sp| depth.enter(sp)), [1, 2, 1, 2]);
    }
}
