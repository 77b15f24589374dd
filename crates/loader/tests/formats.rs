//! Mach-O and PE files, and ELF as JSON, against what is known of them and what `object` reads.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::{have, output_of, samples, tool};
use object::{Object, ObjectSymbol};
use serde_json::{Value, json};

fn dump(path: &Path) -> Value {
    serde_json::from_slice(&output_of(&mut tool(&["dump", path.to_str().unwrap()]))).unwrap()
}

fn dump_bytes(file: &[u8]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, file).unwrap();
    dump(&path)
}

fn names(list: &Value, key: &str) -> Vec<String> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|entry| entry[key].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_program_of_macos() {
    let file = dump_bytes(&samples::macho());
    assert_eq!(file["format"], "Mach-O");
    assert_eq!(file["machine"], "arm64");
    assert_eq!(file["type"], "EXECUTE");
    assert_eq!(file["entry_offset"], 0x400);
    assert_eq!(file["uuid"], "30313233-3435-3637-3839-616263646566");
    assert_eq!(file["needed"], json!(["/usr/lib/libSystem.B.dylib"]));
    assert_eq!(file["libraries"][0]["current_version"], "1356.0.0");
    assert_eq!(names(&file["sections"], "name"), ["__text", "__cstring"]);
    assert_eq!(names(&file["symbols"], "name"), ["_main", "_puts"]);
    assert_eq!(file["symbols"][1]["type"], "UNDF");
    let commands = [
        "LC_SEGMENT_64",
        "LC_MAIN",
        "LC_LOAD_DYLIB",
        "LC_LOAD_DYLINKER",
        "LC_UUID",
        "LC_BUILD_VERSION",
        "LC_SYMTAB",
    ];
    assert_eq!(names(&file["load_commands"], "name"), commands);
}

#[test]
fn a_fat_file_has_members() {
    let file = dump_bytes(&samples::fat());
    assert_eq!(file["format"], "Mach-O fat");
    assert_eq!(names(&file["members"], "machine"), ["x86-64", "arm64"]);
    assert_eq!(file["members"][1]["file"]["symbols"][0]["name"], "_main");
}

#[test]
fn a_class_file_of_java_is_not_fat() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Main.class");
    fs::write(&path, b"\xca\xfe\xba\xbe\0\0\0\x41more").unwrap();
    let output = tool(&["headers", path.to_str().unwrap()]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("neither ELF nor Mach-O nor PE"));
}

#[test]
fn a_library_of_windows() {
    let file = dump_bytes(&samples::pe());
    assert_eq!(file["format"], "PE");
    assert_eq!(file["machine"], "x86-64");
    assert_eq!(names(&file["sections"], "name"), [".all"]);
    let imports = json!([
        { "name": "Sleep", "hint": 3, "slot": 0x1110 },
        { "ordinal": 7, "slot": 0x1118 },
    ]);
    assert_eq!(
        file["imports"],
        json!([{ "library": "OTHER.dll", "imports": imports }])
    );
    let export = json!({ "ordinal": 5, "address": 0x1100, "name": "run", "forwarder": null });
    assert_eq!(file["exports"], json!([export]));
}

#[test]
fn object_agrees_about_files_of_macos_and_windows() {
    for file in [samples::macho(), samples::pe()] {
        let theirs = object::File::parse(&*file).unwrap();
        let ours = dump_bytes(&file);
        let sections: Vec<_> = object::Object::sections(&theirs)
            .map(|section| object::ObjectSection::name(&section).unwrap().to_owned())
            .collect();
        assert_eq!(names(&ours["sections"], "name"), sections);
    }
}

#[test]
fn real_compilers_for_windows_and_macos() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("main.c");
    let program = folder.path().join("program");
    fs::write(
        &source,
        "int puts(const char *);\nint main(void) { return puts(\"hello\"); }\n",
    )
    .unwrap();
    if have("x86_64-w64-mingw32-gcc") {
        let mut gcc = Command::new("x86_64-w64-mingw32-gcc");
        output_of(gcc.arg("-o").arg(&program).arg(&source));
        let program = folder.path().join("program.exe");
        let file = dump(&program);
        let libraries: Vec<String> = names(&file["imports"], "library");
        assert!(
            libraries
                .iter()
                .any(|name| name.eq_ignore_ascii_case("msvcrt.dll")),
            "{libraries:?}"
        );
        let data = fs::read(&program).unwrap();
        let theirs = object::File::parse(&*data).unwrap();
        let imports = theirs.imports().unwrap().count();
        let ours = file["imports"].as_array().unwrap().iter();
        assert_eq!(
            ours.map(|library| library["imports"].as_array().unwrap().len())
                .sum::<usize>(),
            imports
        );
        assert!(names(&file["sections"], "name").contains(&".text".to_owned()));
    }
    if have("clang") {
        let mut clang = Command::new("clang");
        clang.args(["-target", "arm64-apple-darwin", "-c", "-o"]);
        output_of(clang.args([&program, &source]));
        let file = dump(&program);
        assert_eq!(
            (&file["format"], &file["type"]),
            (&json!("Mach-O"), &json!("OBJECT"))
        );
        let symbols: BTreeSet<String> = names(&file["symbols"], "name").into_iter().collect();
        assert!(
            symbols.contains("_main") && symbols.contains("_puts"),
            "{symbols:?}"
        );
        let relocations = output_of(&mut tool(&["relocs", program.to_str().unwrap()]));
        assert!(String::from_utf8_lossy(&relocations).contains("size 4 relative symbol"));
    }
}

#[test]
fn object_agrees_about_the_symbols_of_this_program() {
    let path = std::env::current_exe().unwrap();
    let data = fs::read(&path).unwrap();
    let theirs = object::File::parse(&*data).unwrap();
    let theirs: Vec<(String, u64, u64)> = theirs
        .symbols()
        .map(|symbol| {
            (
                symbol.name().unwrap().to_owned(),
                symbol.address(),
                symbol.size(),
            )
        })
        .collect();
    let ours = dump(&path);
    let ours: Vec<_> = ours["symbols"].as_array().unwrap().iter().collect();
    // `object` leaves out the empty one at the start.
    let ours: Vec<_> = ours
        .iter()
        .skip(usize::from(cfg!(target_os = "linux")))
        .map(|symbol| {
            let number = |key: &str| symbol[key].as_u64().unwrap_or(0);
            (
                symbol["name"].as_str().unwrap().to_owned(),
                number("value"),
                number("size"),
            )
        })
        .collect();
    assert!(
        ours == theirs,
        "{} symbols, {} by object",
        ours.len(),
        theirs.len()
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_dump_has_all_parts_of_an_elf_file() {
    let file = dump(&std::env::current_exe().unwrap());
    for key in [
        "sections",
        "segments",
        "dynamic",
        "symbols",
        "dynamic_symbols",
        "relocations",
        "needed",
    ] {
        assert!(!file[key].as_array().unwrap().is_empty(), "{key}");
    }
    assert_eq!(file["format"], "ELF");
    assert!(file["interpreter"].as_str().unwrap().contains("ld-"));
    assert!(
        file["needed"]
            .as_array()
            .unwrap()
            .contains(&json!("libc.so.6"))
    );
    let entries = file["dynamic"].as_array().unwrap();
    let needed = entries.iter().filter(|entry| entry["tag"] == "NEEDED");
    assert!(needed.into_iter().any(|entry| entry["name"] == "libc.so.6"));
}

/// The sections' table of contents is not needed to run a program, and some programs have none.
#[cfg(target_os = "linux")]
#[test]
fn dynamic_symbols_are_found_without_sections() {
    let mut data = fs::read(std::env::current_exe().unwrap()).unwrap();
    let with = dump_bytes(&data);
    data[40..48].fill(0);
    data[58..64].fill(0);
    let without = dump_bytes(&data);
    assert_eq!(
        names(&with["dynamic_symbols"], "name"),
        names(&without["dynamic_symbols"], "name")
    );
    assert_eq!(with["needed"], without["needed"]);
    assert_eq!(without["sections"], json!([]));
}
