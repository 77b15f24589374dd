//! `--ast` and `--explain`: a stage of the script instead of its effects.

use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::{ffi::OsString, fs};

use shell::exec::Shell;
use shell::explain::explain;
use shell::syntax::ast::Bytes;
use shell::syntax::{dump, parse};

use super::arguments::{Script, Show};

/// Prints the stage; 2 when the script is not one.
pub(super) fn run(shell: &mut Shell, show: Show, script: Script) -> u8 {
    let shown = text(script).map_err(|error| error.to_string());
    let shown = shown.and_then(|text| stage(shell, show, &text));
    match shown {
        Ok(shown) => {
            let mut out = io::stdout();
            let written = out.write_all(shown.as_bytes()).and_then(|()| out.flush());
            u8::from(written.is_err())
        }
        Err(message) => {
            eprintln!("shell: {message}");
            2
        }
    }
}

fn text(script: Script) -> io::Result<Bytes> {
    match script {
        Script::Text(text) => Ok(text),
        Script::File(name) => fs::read(OsString::from_vec(name)),
        Script::StandardInput => {
            let mut text = Bytes::new();
            io::stdin().read_to_end(&mut text)?;
            Ok(text)
        }
    }
}

fn stage(shell: &mut Shell, show: Show, text: &[u8]) -> Result<String, String> {
    let list = parse(text).map_err(|error| error.to_string())?;
    match show {
        Show::Tree => Ok(dump::text(&dump::tree(&list))),
        Show::TreeAsJson => {
            let json = serde_json::to_string_pretty(&dump::tree(&list));
            json.map(|json| json + "\n")
                .map_err(|error| error.to_string())
        }
        Show::Stages => Ok(explain(shell, &list)),
    }
}
