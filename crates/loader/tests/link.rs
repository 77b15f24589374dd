//! Objects of a real compiler linked by us, and run.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{cases, have, output_of};
use loader::elf::Machine;
use loader::link::{Hole, LinkError, fill, link};
use proptest::prelude::*;

const MAIN: &str = "
extern int table[]; extern const char *const words[]; int total(const int *, int); extern long counter;
static int zeroes[3000];
#if defined(__x86_64__)
static long call(long n, long a, long b, long c) { long r; __asm__ volatile(\"syscall\" : \"=a\"(r) : \"a\"(n), \"D\"(a), \"S\"(b), \"d\"(c) : \"rcx\", \"r11\", \"memory\"); return r; }
#define WRITE 1
#define EXIT 60
#else
static long call(long n, long a, long b, long c) { register long x8 __asm__(\"x8\") = n, x0 __asm__(\"x0\") = a, x1 __asm__(\"x1\") = b, x2 __asm__(\"x2\") = c; __asm__ volatile(\"svc 0\" : \"+r\"(x0) : \"r\"(x8), \"r\"(x1), \"r\"(x2) : \"memory\"); return x0; }
#define WRITE 64
#define EXIT 93
#endif
void _start(void) {
    counter += zeroes[2999] + total(table, 3);
    call(WRITE, 1, (long)words[1], 6);
    call(EXIT, counter, 0, 0);
    for (;;) ;
}
";

const OTHER: &str = "
int table[] = {10, 20, 30}; long counter = 7;
const char *const words[] = {\"never\\n\", \"other\\n\"};
int total(const int *n, int count) { int sum = 0; while (count--) sum += n[count]; return sum; }
";

fn objects(cc: &str, folder: &Path, options: &[&str], sources: &[&str]) -> Vec<Vec<u8>> {
    let object = |(number, source): (usize, &&str)| {
        let (c, o) = (
            folder.join(format!("{number}.c")),
            folder.join(format!("{number}.o")),
        );
        fs::write(&c, source).unwrap();
        let mut command = Command::new(cc);
        command
            .args(["-c", "-ffreestanding", "-fno-stack-protector"])
            .args(options);
        output_of(command.arg("-o").arg(&o).arg(&c));
        fs::read(&o).unwrap()
    };
    sources.iter().enumerate().map(object).collect()
}

fn slices(objects: &[Vec<u8>]) -> Vec<&[u8]> {
    objects.iter().map(Vec::as_slice).collect()
}

#[test]
fn two_objects_make_a_program() {
    for (cc, run) in [
        ("cc", None),
        ("aarch64-linux-gnu-gcc", Some("qemu-aarch64-static")),
    ] {
        if !have(cc) || run.is_some_and(|run| !have(run)) {
            continue;
        }
        for options in [
            ["-O0", "-fno-pic"],
            ["-O2", "-fno-pic"],
            ["-O2", "-fno-jump-tables"],
        ] {
            let folder = tempfile::tempdir().unwrap();
            let objects = objects(cc, folder.path(), &options, &[MAIN, OTHER]);
            let program = match link(&slices(&objects), "_start") {
                // Code for shared libraries wants an offset table, which this linker does not make.
                Err(LinkError::Kind { .. }) if options[1] != "-fno-pic" => continue,
                program => program.unwrap(),
            };
            let path = folder.path().join("program");
            common::write_program(&path, &program, 0o755);
            let mut command = Command::new(run.map_or(path.as_os_str(), |run| run.as_ref()));
            let output = command.args(run.map(|_| &path)).output().unwrap();
            assert_eq!(
                String::from_utf8_lossy(&output.stdout),
                "other\n",
                "{cc} {options:?}"
            );
            assert_eq!(output.status.code(), Some(67), "{cc} {options:?}");
        }
    }
}

#[test]
fn missing_and_double_definitions_are_named() {
    if !have("cc") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let objects = objects("cc", folder.path(), &["-fno-pic"], &[MAIN, OTHER]);
    let (main, other) = (objects[0].as_slice(), objects[1].as_slice());
    assert!(matches!(
        link(&[main], "_start"),
        Err(LinkError::Undefined { .. })
    ));
    let entry = link(&[main, other], "begin").unwrap_err();
    assert_eq!(entry.to_string(), "undefined reference to begin");
    let twice = link(&[main, other, other], "_start").unwrap_err();
    assert!(
        matches!(
            twice,
            LinkError::Twice {
                first: 1,
                second: 2,
                ..
            }
        ),
        "{twice}"
    );
    assert_eq!(link(&[], "_start"), Err(LinkError::Nothing));
    let program = fs::read("/bin/true").unwrap();
    assert_eq!(
        link(&[&program], "_start"),
        Err(LinkError::Machine { object: 0 })
    );
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn broken_objects_are_an_error(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut object = sample();
        let at = at.index(object.len());
        object[at] = byte;
        let _ = link(&[&object], "_start");
        let length = cut.index(object.len());
        let _ = link(&[&object[..length]], "_start");
    }

    #[test]
    fn any_hole_is_filled_or_an_error(kind in 0..320_u32, place in any::<u64>(), target in any::<u64>(), mut bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
        for machine in [Machine::X86_64, Machine::AARCH64] {
            let _ = fill(machine, Hole { kind, place, target }, &mut bytes);
        }
    }

    #[test]
    fn an_arm64_call_goes_where_it_should(place in 0..1_u64 << 24, target in 0..1_u64 << 24) {
        let (place, target) = (place * 4, target * 4);
        let mut bytes = 0x9400_0000_u32.to_le_bytes();
        fill(Machine::AARCH64, Hole { kind: 283, place, target }, &mut bytes).unwrap();
        let names = loader::disasm::Names::default();
        let decoder = loader::disasm::Decoder::new(Machine::AARCH64, Default::default()).unwrap();
        let line = &decoder.lines(&bytes, place, &names)[0];
        prop_assert_eq!((line.mnemonic.as_str(), line.target), ("bl", Some(target)));
    }
}

/// An object with code, data and relocations; made once.
fn sample() -> Vec<u8> {
    static SAMPLE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    let sample = SAMPLE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        match have("cc") {
            true => objects("cc", folder.path(), &["-fno-pic"], &[MAIN]).remove(0),
            false => vec![0; 64],
        }
    });
    sample.clone()
}
