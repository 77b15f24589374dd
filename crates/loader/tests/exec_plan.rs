//! The plan of pages and the image of the stack, as pure functions.
#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::ffi::CString;

use common::cases;
use loader::exec::{Auxiliary, Load, Plan, PlanError, Protection, Stack, StackInput};
use proptest::collection::vec;
use proptest::prelude::*;

const PAGE: u64 = 4096;
const FILE: u64 = 1 << 20;

fn loads() -> impl Strategy<Value = Vec<Load>> {
    let load = (
        0..1_u64 << 22,
        0..FILE,
        0..1_u64 << 16,
        0..1_u64 << 17,
        0..8_u8,
        0..14_u32,
    );
    vec(load, 0..5).prop_map(|loads| {
        let load =
            |(address, offset, file_size, more, may, align): (_, _, u64, u64, u8, u32)| Load {
                // Mostly congruent, as linkers make them.
                address: if more % 9 == 0 {
                    address
                } else {
                    address / PAGE * PAGE + offset % PAGE
                },
                offset,
                file_size,
                memory_size: if more % 5 == 0 {
                    more
                } else {
                    file_size + more
                },
                align: 1 << align,
                protection: Protection {
                    read: may & 4 != 0,
                    write: may & 2 != 0,
                    execute: may & 1 != 0,
                },
            };
        let mut loads: Vec<_> = loads.into_iter().map(load).collect();
        loads.sort_by_key(|load| load.address);
        loads
    })
}

/// What the program sees at each byte, by the definition of `PT_LOAD`: a byte of the file or a zero.
fn wanted(load: &Load, address: u64) -> Option<u64> {
    let within = address - load.address;
    (within < load.file_size).then(|| load.offset + within)
}

fn given(plan: &Plan, address: u64) -> Option<u64> {
    let piece = plan
        .pieces
        .iter()
        .find(|p| (p.address..p.address + p.length).contains(&address));
    let piece = piece.expect("every byte of a segment is mapped");
    let within = address - piece.address;
    piece
        .offset
        .filter(|_| within < piece.length - piece.clear)
        .map(|offset| offset + within)
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_plan_maps_each_byte_where_it_belongs(loads in loads()) {
        let Ok(plan) = Plan::new(&loads, PAGE, FILE) else { return Ok(()) };
        prop_assert_eq!((plan.start % PAGE, plan.end % PAGE), (0, 0));
        let mut end = plan.start;
        for piece in &plan.pieces {
            prop_assert!(piece.address >= end && piece.length > 0 && piece.length % PAGE == 0);
            prop_assert!(piece.address % PAGE == 0 && piece.offset.unwrap_or(0) % PAGE == 0);
            prop_assert!(piece.clear < piece.length);
            prop_assert!(piece.clear == 0 || piece.protection.write);
            end = piece.address + piece.length;
        }
        prop_assert!(end <= plan.end);
        for load in loads.iter().filter(|load| load.memory_size > 0) {
            let edges = [0, load.file_size.saturating_sub(1), load.memory_size - 1];
            for within in edges {
                // The rest of the last page of read-only bytes is the file's.
                if within < load.file_size || load.protection.write {
                    let address = load.address + within;
                    prop_assert_eq!(given(&plan, address), wanted(load, address));
                }
            }
            if load.protection.write && load.memory_size > load.file_size {
                prop_assert_eq!(given(&plan, load.address + load.file_size), None);
            }
        }
    }

    #[test]
    fn no_numbers_make_it_panic(numbers in vec(any::<[u64; 5]>(), 0..4), length in any::<u64>()) {
        let load = |[offset, address, file_size, memory_size, align]: [u64; 5]| Load {
            offset, address, file_size, memory_size, align, protection: Protection::default(),
        };
        let loads: Vec<_> = numbers.into_iter().map(load).collect();
        let _ = Plan::new(&loads, PAGE, length);
        let _ = Plan::new(&loads, 1 << 16, u64::MAX);
    }

    #[test]
    fn a_stack_says_what_was_put_on_it(
        arguments in vec("[a-z ]{0,40}", 0..6),
        environment in vec("[A-Z]{1,9}=[a-z]{0,40}", 0..6),
        entries in vec((3..64_u64, any::<u64>()), 0..12),
        top in (1..1_u64 << 30).prop_map(|page| 0x7f00_0000_0000 + page * PAGE),
    ) {
        let c = |texts: &[String]| -> Vec<_> { texts.iter().map(|t| CString::new(t.as_str()).unwrap()).collect() };
        let auxiliary = Auxiliary { entries: entries.clone(), strings: vec![(15, c"x86".to_owned())] };
        let (arguments, environment) = (c(&arguments), c(&environment));
        let input = StackInput {
            arguments: &arguments, environment: &environment, auxiliary: &auxiliary,
            name: c"/bin/it", random: [7; 16],
        };
        let stack = Stack::new(&input, top, top - (1 << 20)).unwrap();
        prop_assert_eq!(stack.pointer % 16, 0);
        prop_assert_eq!(stack.pointer + stack.bytes.len() as u64, top);
        let mut reader = Reader { stack: &stack, at: stack.pointer };
        prop_assert_eq!(reader.word(), arguments.len() as u64);
        prop_assert_eq!(reader.texts(), arguments);
        prop_assert_eq!(reader.texts(), environment);
        for (kind, value) in entries {
            prop_assert_eq!(reader.word(), kind);
            let found = reader.word();
            match kind {
                25 => prop_assert_eq!(reader.bytes(found, 16), &[7; 16]),
                31 => prop_assert_eq!(reader.text(found), c"/bin/it".to_owned()),
                15 => prop_assert_eq!(reader.text(found), c"x86".to_owned()),
                _ => prop_assert_eq!(found, value),
            }
        }
        prop_assert_eq!((reader.word(), reader.word()), (0, 0));
    }
}

struct Reader<'s> {
    stack: &'s Stack,
    at: u64,
}

impl<'s> Reader<'s> {
    fn bytes(&self, at: u64, count: usize) -> &'s [u8] {
        let from = (at - self.stack.pointer) as usize;
        &self.stack.bytes[from..from + count]
    }

    fn word(&mut self) -> u64 {
        self.at += 8;
        u64::from_ne_bytes(self.bytes(self.at - 8, 8).try_into().unwrap())
    }

    fn text(&self, at: u64) -> CString {
        let rest = &self.stack.bytes[(at - self.stack.pointer) as usize..];
        let end = rest.iter().position(|byte| *byte == 0).unwrap();
        CString::new(&rest[..end]).unwrap()
    }

    fn texts(&mut self) -> Vec<CString> {
        let mut texts = Vec::new();
        loop {
            match self.word() {
                0 => return texts,
                at => texts.push(self.text(at)),
            }
        }
    }
}

#[test]
fn a_segment_that_cannot_be_is_named() {
    let good = Load {
        address: PAGE,
        offset: 0,
        file_size: 10,
        memory_size: 10,
        align: PAGE,
        ..Load::default()
    };
    let cases: BTreeMap<&str, (Load, PlanError)> = BTreeMap::from([
        (
            "align",
            (Load { align: 3, ..good }, PlanError::Align { index: 0 }),
        ),
        (
            "congruence",
            (
                Load {
                    address: PAGE + 1,
                    ..good
                },
                PlanError::Congruence { index: 0 },
            ),
        ),
        (
            "sizes",
            (
                Load {
                    memory_size: 9,
                    ..good
                },
                PlanError::Sizes { index: 0 },
            ),
        ),
        (
            "end",
            (
                Load {
                    offset: FILE,
                    ..good
                },
                PlanError::PastTheEnd { index: 0 },
            ),
        ),
        (
            "address",
            (
                Load {
                    address: u64::MAX / PAGE * PAGE,
                    memory_size: u64::MAX,
                    ..good
                },
                PlanError::Address { index: 0 },
            ),
        ),
        (
            "nothing",
            (
                Load {
                    file_size: 0,
                    memory_size: 0,
                    ..good
                },
                PlanError::Nothing,
            ),
        ),
    ]);
    for (name, (load, error)) in cases {
        assert_eq!(Plan::new(&[load], PAGE, FILE), Err(error), "{name}");
    }
    assert_eq!(
        Plan::new(&[good, good], PAGE, FILE),
        Err(PlanError::Overlap { index: 1 })
    );
}

#[test]
fn arguments_that_do_not_fit_are_an_error() {
    let long = [CString::new(vec![b'x'; 5000]).unwrap()];
    let auxiliary = Auxiliary::default();
    let input = StackInput {
        arguments: &long,
        environment: &[],
        auxiliary: &auxiliary,
        name: c"x",
        random: [0; 16],
    };
    let error = Stack::new(&input, 0x10000, 0x10000 - 4096).unwrap_err();
    assert!(error.needed > 5000 && error.room == 4096);
}
