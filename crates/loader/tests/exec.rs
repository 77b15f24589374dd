//! `loader exec` beside execve: the same programs, the same output and status.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::{have, tool};

/// Each line is a program of /usr/bin and its arguments.
const PROGRAMS: &[&str] = &[
    "ls -l /usr",
    "ls -la /etc",
    "cat /etc/passwd",
    "sort -r /etc/passwd",
    "head -3 /etc/passwd",
    "tail -n 3 /etc/passwd",
    "wc /etc/passwd",
    "cut -d: -f1 /etc/passwd",
    "tr a b",
    "true",
    "false",
    "echo one two  three",
    "printf %s-%d\\n x 7",
    "env",
    "printenv HOME",
    "printenv LOADER_HAS_NO_SUCH_NAME",
    "sha256sum /etc/passwd",
    "md5sum /etc/passwd",
    "cksum /etc/passwd",
    "base64 /etc/passwd",
    "od -c /etc/hostname",
    "id -u",
    "uname -a",
    "stat -c %n,%s,%f /etc/passwd",
    "readlink -f /usr/bin/../bin",
    "basename /a/b/c",
    "dirname /a/b/c",
    "seq 1 100",
    "expr 6 * 7",
    "test -d /etc",
    "test -d /etc/passwd",
    "pwd",
    "grep root /etc/passwd",
    "grep -c nobody-of-that-name /etc/passwd",
    "sed -n 1,2p /etc/passwd",
    "find /etc -maxdepth 1 -name p*",
    "tac /etc/passwd",
    "nl /etc/passwd",
    "uniq /etc/passwd",
    "comm /etc/passwd /etc/passwd",
    "diff /etc/passwd /etc/group",
    "cmp /etc/passwd /etc/group",
    "numfmt --to=iec 1048576",
    "factor 600851475143",
    "timeout 5 true",
    "nice",
    "ls /nowhere",
    "cat /nowhere",
    "bash -c exit\\ 7",
    "dash -c echo\\ $0",
    "awk BEGIN{print(6*7)}",
    "perl -e print(6*7)",
    "python3 -c import\\ threading,math;print(math.pi);t=threading.Thread(target=print,args=(1,));t.start();t.join()",
    "busybox echo static",
    "busybox sha256sum /etc/passwd",
    "gcc --version",
    "openssl version",
    "git --version",
    "tar --version",
    "gzip -c /etc/passwd",
];

#[test]
fn programs_do_under_exec_what_they_do_by_themselves() {
    let mut tried = 0;
    for line in PROGRAMS {
        let words = words(line);
        let path = Path::new("/usr/bin").join(&words[0]);
        if !path.exists() || is_script(&path) {
            continue;
        }
        assert_same(path.to_str().unwrap(), &words[1..]);
        tried += 1;
    }
    assert!(tried > 20, "only {tried} of the programs are here");
}

/// A backslash keeps a space from separating.
fn words(line: &str) -> Vec<String> {
    let hidden = line.replace("\\ ", "\0");
    let words = hidden.split(' ');
    words.map(|word| word.replace('\0', " ")).collect()
}

fn is_script(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"#!"))
}

#[track_caller]
fn assert_same(program: &str, arguments: &[String]) {
    let direct = outcome(Command::new(program).args(arguments));
    let ours = outcome(tool(&["exec", program]).args(arguments));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        ours == direct,
        "{program} {arguments:?}:\n{}{}{}\nand not\n{}{}{}",
        text(&ours.stdout),
        text(&ours.stderr),
        ours.status,
        text(&direct.stdout),
        text(&direct.stderr),
        direct.status
    );
}

fn outcome(command: &mut Command) -> Output {
    command
        .stdin(Stdio::null())
        .env_remove("_")
        .output()
        .expect("the program starts")
}

/// Prints all that the kernel has said to the program, in numbers that do not depend on where it lies.
const FACTS: &str = r#"
#include <elf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;
static int zeroes[5000];
static int counter = 41;
static __thread int local = 7;
__attribute__((constructor)) static void before_main(void) { counter++; }
void _start(void);

int main(int argc, char **argv) {
    printf("argc %d\n", argc);
    for (int i = 0; i <= argc; i++) printf("argv %s\n", argv[i] ? argv[i] : "(null)");
    char **env = environ;
    while (*env) printf("env %s\n", *env++);
    printf("order %d\n", environ == argv + argc + 1);
    Elf64_auxv_t *aux = (Elf64_auxv_t *)(env + 1);
    const char *names[64] = {0};
    for (; aux->a_type; aux++) {
        switch (aux->a_type) {
        case AT_EXECFN: printf("execfn %s\n", (char *)aux->a_un.a_val); break;
        case AT_PLATFORM: printf("platform %s\n", (char *)aux->a_un.a_val); break;
        case AT_PHDR: {
            Elf64_Phdr *table = (Elf64_Phdr *)aux->a_un.a_val;
            printf("first entry is %u\n", table[0].p_type);
            break;
        }
        case AT_BASE: printf("linker %d\n", aux->a_un.a_val != 0); break;
        case AT_ENTRY: printf("entry %d\n", aux->a_un.a_val == (uintptr_t)_start); break;
        case AT_RANDOM: printf("random %d\n", *(uint64_t *)aux->a_un.a_val != 0); break;
        case AT_SYSINFO_EHDR: printf("vdso %d\n", *(int *)aux->a_un.a_val == *(int *)"\177ELF"); break;
        default: printf("aux %lu %lu\n", aux->a_type, aux->a_un.a_val);
        }
    }
    (void)names;
    int sum = 0;
    for (int i = 0; i < 5000; i++) sum += zeroes[i];
    printf("data %d %d %d\n", sum, counter, local);
    for (int i = 1; i < 65; i++) {
        struct sigaction action;
        if (sigaction(i, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
            printf("signal %d is %s\n", i, action.sa_handler == SIG_IGN ? "ignored" : "caught");
    }
    stack_t stack;
    sigaltstack(NULL, &stack);
    printf("signal stack %d\n", stack.ss_flags);
    printf("descriptor 3 is %s\n", dup(3) < 0 ? "closed" : "open");
    volatile long aligned[2] __attribute__((aligned(16)));
    printf("aligned %d\n", (int)((uintptr_t)aligned % 16));
    return argc;
}
"#;

#[test]
fn a_program_is_told_the_same_however_it_is_linked() {
    if !have("cc") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, options) in LINKED {
        let program = compile(folder.path(), name, FACTS, options);
        assert_same(&program, &[]);
        let arguments = ["", "two words", "\u{fc}"].map(str::to_owned);
        assert_same(&program, &arguments);
        let many = vec!["x".repeat(1000); 200];
        assert_same(&program, &many);
    }
}

const LINKED: &[(&str, &[&str])] = &[
    ("pie", &["-pie", "-fPIE"]),
    ("fixed", &["-no-pie"]),
    ("static", &["-static"]),
    ("static-pie", &["-static-pie", "-fPIE"]),
    (
        "low",
        &["-no-pie", "-static", "-Wl,-Ttext-segment=0x10000000"],
    ),
    (
        "big-pages",
        &["-pie", "-fPIE", "-Wl,-z,max-page-size=0x200000"],
    ),
    ("executable-stack", &["-no-pie", "-z", "execstack"]),
    ("lazy", &["-Wl,-z,lazy", "-Wl,-z,norelro"]),
];

fn compile(folder: &Path, name: &str, source: &str, options: &[&str]) -> String {
    let text = folder.join(format!("{name}.c"));
    fs::write(&text, source).unwrap();
    let program = folder.join(name);
    let mut cc = Command::new("cc");
    cc.args(["-O1", "-w", "-o"])
        .arg(&program)
        .arg(&text)
        .args(options);
    common::output_of(&mut cc);
    program.into_os_string().into_string().unwrap()
}

#[test]
fn a_program_may_die_by_a_signal_and_of_a_closed_pipe() {
    if !have("cc") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = "#include <unistd.h>\nint main(void) { for (;;) write(1, \"y\\n\", 2); }";
    let program = compile(folder.path(), "yes", source, &[]);
    let mut child = tool(&["exec", &program]).spawn().unwrap();
    drop(child.stdout.take());
    let status = common::wait(&mut child);
    assert_eq!(status.signal(), Some(nix::libc::SIGPIPE));

    let program = compile(
        folder.path(),
        "abort",
        "#include <stdlib.h>\nint main(void) { abort(); }",
        &[],
    );
    let status = tool(&["exec", &program]).status().unwrap();
    assert_eq!(status.signal(), Some(nix::libc::SIGABRT));

    let recursion = "int main(int n, char **v) { volatile char page[4096]; page[0] = n; return main(n + 1, v) + page[0]; }";
    let program = compile(
        folder.path(),
        "deep",
        recursion,
        &["-fno-optimize-sibling-calls"],
    );
    let status = tool(&["exec", &program]).status().unwrap();
    assert_eq!(status.signal(), Some(nix::libc::SIGSEGV));
}

#[test]
fn a_rust_program_runs_with_threads_and_panics() {
    let folder = tempfile::tempdir().unwrap();
    let source = "fn main() { let t = std::thread::spawn(|| std::env::args().count()); println!(\"{:?}\", t.join()); panic!(\"at the end\") }";
    let file = folder.path().join("threads.rs");
    fs::write(&file, source).unwrap();
    let program = folder.path().join("threads");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    common::output_of(Command::new(rustc).arg("-o").arg(&program).arg(&file));
    let output = tool(&["exec", program.to_str().unwrap(), "a", "b"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Ok(3)\n");
    assert!(String::from_utf8_lossy(&output.stderr).contains("at the end"));
    assert_eq!(output.status.code(), Some(101));
}

#[test]
fn a_go_program_runs() {
    if !have("go") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = "package main\nimport (\"fmt\"; \"os\"; \"runtime\")\nfunc main() { c := make(chan int); go func() { runtime.GC(); c <- len(os.Args) }(); fmt.Println(<-c); os.Exit(4) }\n";
    fs::write(folder.path().join("a.go"), source).unwrap();
    let mut go = Command::new("go");
    go.current_dir(folder.path())
        .args(["build", "-o", "a", "a.go"]);
    go.env("GOFLAGS", "-mod=mod").env("GO111MODULE", "off");
    common::output_of(&mut go);
    let program = folder.path().join("a");
    assert_same(program.to_str().unwrap(), &["x".to_owned()]);
}

#[test]
fn what_is_no_program_of_this_machine_is_said_clearly() {
    let folder = tempfile::tempdir().unwrap();
    let script = executable(folder.path(), "script", b"#!/bin/sh -e\necho never\n");
    assert_fails(&script, "is a script: run its interpreter, \"/bin/sh -e\"");
    let text = executable(folder.path(), "text", b"echo never\n");
    assert_fails(&text, "ELF");
    let empty = executable(folder.path(), "empty", b"");
    assert_fails(&empty, "ELF");
    let own = fs::read(env!("CARGO_BIN_EXE_loader")).unwrap();
    let mut foreign = own.clone();
    // e_machine: RISC-V
    foreign[18..20].copy_from_slice(&243_u16.to_le_bytes());
    let foreign = executable(folder.path(), "foreign", &foreign);
    assert_fails(&foreign, "is for riscv");
    let cut = executable(folder.path(), "cut", &own[..own.len() / 20]);
    assert_fails(&cut, "the file ends before it does");
    let plain = folder.path().join("plain");
    fs::write(&plain, &own).unwrap();
    assert_fails(&plain, "is not executable");
    assert_fails(Path::new("/nowhere"), "No such file");
    assert_fails(folder.path(), "is not executable");
}

fn executable(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[track_caller]
fn assert_fails(path: &Path, why: &str) {
    let output = tool(&["exec", path.to_str().unwrap()]).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(why), "{error}");
    assert!(output.stdout.is_empty());
}
