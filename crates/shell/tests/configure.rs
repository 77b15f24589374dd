//! A script that nobody wrote for us: what autoconf makes is eight thousand lines of portable shell.

mod common;

use std::fs;
use std::process::{Command, Stdio};

use common::have;

const SOURCE: &str = "\
AC_INIT([probe], [1.0])
AC_CONFIG_HEADERS([config.h])
AC_PROG_CC
AC_CHECK_HEADERS([stdlib.h nosuch.h])
AC_CHECK_FUNCS([memmove nosuchfunction])
AC_ARG_ENABLE([thing], [AS_HELP_STRING([--enable-thing], [a thing])], [], [enable_thing=no])
AC_SUBST([enable_thing])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
";

#[test]
fn configure_runs_to_its_end() {
    if !["autoconf", "autoheader", "cc"]
        .iter()
        .all(|program| have(program))
    {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let run = |program: &str, arguments: &[&str]| {
        let shell = env!("CARGO_BIN_EXE_shell");
        let output = Command::new(program)
            .args(arguments)
            .current_dir(&folder)
            .env("CONFIG_SHELL", shell)
            .stdin(Stdio::null())
            .output()
            .expect("it starts");
        assert!(output.status.success(), "{program}: {output:?}");
    };
    let path = |name: &str| folder.path().join(name);
    fs::write(path("configure.ac"), SOURCE).expect("written");
    fs::write(path("Makefile.in"), "thing = @enable_thing@\n").expect("written");
    run("autoconf", &[]);
    run("autoheader", &[]);
    run(
        env!("CARGO_BIN_EXE_shell"),
        &["./configure", "--enable-thing"],
    );

    let header = fs::read_to_string(path("config.h")).expect("it was made");
    assert!(header.contains("#define HAVE_MEMMOVE 1"));
    assert!(header.contains("/* #undef HAVE_NOSUCH_H */"));
    let makefile = fs::read_to_string(path("Makefile")).expect("it was made");
    assert_eq!(makefile, "thing = yes\n");
}
