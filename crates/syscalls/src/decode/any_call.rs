//! Whatever a program puts into registers and memory, decoding it must end, soon, and without a panic.

use std::cell::Cell;
use std::collections::HashSet;

use proptest::prelude::*;

use super::{Argument, Decoder, Memory, Signature, Style, calls};

/// Memory that repeats a few bytes, up to its end.
#[derive(Debug)]
struct Pattern {
    bytes: Vec<u8>,
    end: u64,
    /// How many bytes were asked for.
    asked: Cell<usize>,
}

impl Memory for Pattern {
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
        self.asked.set(self.asked.get() + buffer.len());
        let there = self.end.saturating_sub(address);
        let count = buffer
            .len()
            .min(usize::try_from(there).unwrap_or(usize::MAX));
        for chunk in buffer[..count].chunks_mut(self.bytes.len()) {
            chunk.copy_from_slice(&self.bytes[..chunk.len()]);
        }
        count
    }

    fn descriptor(&self, fd: i32) -> Option<String> {
        (fd % 2 == 0).then(|| format!("/file<{fd}>"))
    }

    fn working_directory(&self) -> Option<String> {
        None
    }
}

/// More than any decoder may ask for in one call: the count of a program's environment is the longest.
const MOST_BYTES: usize = 4 << 20;
/// More than any call's text may be: 32 messages (sendmmsg) of 32 pieces of 32 escaped bytes.
const LONGEST_TEXT: usize = 1 << 20;

fn decode(call: &'static Signature, registers: [u64; 6], result: i64, memory: &Pattern) {
    let style = Style {
        string_limit: 32,
        descriptors: true,
    };
    let decoder = Decoder {
        style,
        calls: vec![Some((call.name, Some(call)))],
    };
    let mut decoding = decoder.enter(0, registers, memory);
    let entered = decoding.text.clone();
    let failed = (-4095..0).contains(&result);
    decoder.exit(&mut decoding, result, failed, memory);
    let text = &decoding.text;
    let name = call.name;
    assert!(text.len() < LONGEST_TEXT, "{name}: {} bytes", text.len());
    let asked = memory.asked.get();
    assert!(asked < MOST_BYTES, "{name} asked for {asked} bytes");
    let known = entered.strip_suffix(", ").unwrap_or(&entered);
    assert!(text.starts_with(known), "{name}: {known} became {text}");
    assert!(
        decoding
            .spans
            .iter()
            .all(|span| text.get(span.clone()).is_some())
    );
}

/// Registers as programs have them, and as they do not.
fn register() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        0_u64..64,
        Just(u64::MAX),
        Just(0x1000),
        (0_u32..64).prop_map(|bit| 1 << bit),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_call_is_decoded(
        registers in prop::array::uniform6(register()),
        result in prop_oneof![any::<i64>(), -4095_i64..4096],
        bytes in prop::collection::vec(any::<u8>(), 1..64),
        end in prop_oneof![Just(0x1_0000_u64), Just(0x1000 + 40), Just(0)],
    ) {
        for call in calls::all() {
            let memory = Pattern { bytes: bytes.clone(), end, asked: Cell::new(0) };
            decode(call, registers, result, &memory);
        }
    }
}

#[test]
fn no_call_is_described_twice_or_with_too_many_arguments() {
    let mut names = HashSet::new();
    for call in calls::all() {
        assert!(names.insert(call.name), "{} stands twice", call.name);
        assert!(call.arguments.len() <= 6, "{}", call.name);
        let kept = |argument: &&Argument| matches!(argument, Argument::Kept(..));
        assert!(
            call.arguments.iter().filter(kept).count() <= 1,
            "{}",
            call.name
        );
    }
    assert!(names.len() >= 150, "only {} calls are decoded", names.len());
}

#[test]
fn every_signature_belongs_to_a_call() {
    use crate::table::Architecture;
    for call in calls::all() {
        let known = [Architecture::X86_64, Architecture::Aarch64]
            .iter()
            .any(|architecture| architecture.number(call.name).is_some());
        assert!(known, "there is no call {}", call.name);
    }
}
