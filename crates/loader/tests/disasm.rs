//! Instructions beside objdump's.
#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use common::{cases, have, output_of, tool};
use loader::disasm::{Decoder, Names, Syntax};
use loader::elf::Machine;
use proptest::collection::vec;
use proptest::prelude::*;

const SOURCE: &str = "
#include <stdio.h>
double half(double x) { return x / 2; }
int sum(const int *n, int count) { int s = 0; for (int i = 0; i < count; i++) s += n[i] * i; return s; }
int main(int argc, char **argv) {
    switch (argc) { case 1: puts(argv[0]); break; case 2: printf(\"%f\", half(argc)); break; default: return sum(&argc, 1); }
    return 0;
}
";

/// Compiles for this machine or another.
fn compile(cc: &str, folder: &Path, options: &[&str]) -> String {
    let (source, program) = (folder.join("a.c"), folder.join(format!("a-{cc}")));
    std::fs::write(&source, SOURCE).unwrap();
    let mut command = Command::new(cc);
    output_of(
        command
            .args(["-g", "-o"])
            .arg(&program)
            .arg(&source)
            .args(options),
    );
    program.to_str().unwrap().to_owned()
}

/// Address and mnemonic of each line of ours.
fn ours(program: &str) -> BTreeMap<u64, String> {
    let listing = String::from_utf8(output_of(&mut tool(&["disasm", program]))).unwrap();
    let instruction = |line: &str| {
        let mut words = line.split_whitespace();
        let address = words.next().filter(|_| line.starts_with(' '))?;
        Some((
            u64::from_str_radix(address, 16).ok()?,
            words.next()?.to_owned(),
        ))
    };
    listing.lines().filter_map(instruction).collect()
}

fn theirs(objdump: &str, program: &str) -> BTreeMap<u64, String> {
    let mut command = Command::new(objdump);
    command.args(["-d", "-z", "--no-show-raw-insn", program]);
    let listing = String::from_utf8(output_of(&mut command)).unwrap();
    let instruction = |line: &str| {
        let (address, text) = line.split_once(":\t")?;
        let mut words = text.split_whitespace();
        let mnemonic = words.find(|word| !matches!(*word, "cs" | "data16" | "bnd" | "notrack"))?;
        Some((
            u64::from_str_radix(address.trim(), 16).ok()?,
            mnemonic.to_owned(),
        ))
    };
    listing.lines().filter_map(instruction).collect()
}

#[track_caller]
fn assert_agree(objdump: &str, program: &str, most_other_names: f64) {
    let (ours, theirs) = (ours(program), theirs(objdump, program));
    let addresses = |lines: &BTreeMap<u64, String>| lines.keys().copied().collect::<Vec<_>>();
    assert_eq!(addresses(&ours), addresses(&theirs), "{program}");
    let differ = ours
        .iter()
        .filter(|(address, name)| theirs[address] != **name);
    let differ: Vec<_> = differ
        .map(|(address, name)| (name, &theirs[address]))
        .collect();
    let share = differ.len() as f64 / ours.len() as f64;
    assert!(
        share <= most_other_names,
        "{program}: {share} {:?}",
        &differ[..differ.len().min(40)]
    );
}

#[test]
fn addresses_and_mnemonics_are_those_of_objdump() {
    let folder = tempfile::tempdir().unwrap();
    if have("cc") && have("objdump") {
        let program = compile("cc", folder.path(), &["-O2"]);
        assert_agree("objdump", &program, 0.03);
        assert_agree("objdump", "/bin/true", 0.03);
    }
}

#[test]
fn arm64_is_read_on_any_machine() {
    let folder = tempfile::tempdir().unwrap();
    if have("aarch64-linux-gnu-gcc") && have("aarch64-linux-gnu-objdump") {
        let program = compile("aarch64-linux-gnu-gcc", folder.path(), &["-O2"]);
        assert_agree("aarch64-linux-gnu-objdump", &program, 0.10);
        let listing = output_of(&mut tool(&["disasm", &program, "main"]));
        let listing = String::from_utf8(listing).unwrap();
        assert!(listing.contains("<puts@plt>"), "{listing}");
    }
}

#[test]
fn one_function_with_bytes_and_lines() {
    let folder = tempfile::tempdir().unwrap();
    if !have("cc") {
        return;
    }
    let program = compile("cc", folder.path(), &["-O0"]);
    let listing = output_of(&mut tool(&[
        "disasm", "--bytes", "--source", &program, "main",
    ]));
    let listing = String::from_utf8(listing).unwrap();
    assert!(listing.contains("<main>:"), "{listing}");
    assert!(listing.contains("a.c:5\n"), "{listing}");
    assert!(
        listing.contains("<half>") && listing.contains("puts@plt"),
        "{listing}"
    );
    assert!(!listing.contains("<sum>:"), "{listing}");

    let output = tool(&["disasm", &program, "no_such_function"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no function no_such_function"));
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_bytes_are_a_listing_of_all_of_them(bytes in vec(any::<u8>(), 0..200), address in any::<u32>()) {
        for machine in [Machine::X86_64, Machine::I386, Machine::AARCH64] {
            for syntax in [Syntax::Att, Syntax::Intel] {
                let decoder = Decoder::new(machine, syntax).unwrap();
                let lines = decoder.lines(&bytes, address.into(), &Names::default());
                let together: Vec<u8> = lines.iter().flat_map(|line| line.bytes.to_vec()).collect();
                prop_assert_eq!(&together, &bytes);
                for (line, next) in lines.iter().zip(&lines[1.min(lines.len())..]) {
                    prop_assert_eq!(line.address + line.bytes.len() as u64, next.address);
                }
            }
        }
    }
}
