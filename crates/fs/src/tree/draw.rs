//! Nodes as lines.

use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::Node;
use crate::info::permissions;
use crate::walk::Kind;

/// What a line shows beside the name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Paths from the root on instead of names.
    pub full_paths: bool,
    /// Kind and permissions.
    pub permissions: bool,
    /// Size in bytes.
    pub sizes: bool,
    /// Size in the unit that fits.
    pub human_sizes: bool,
    /// `/` after directories, `*` after programs, `|` after pipes, `=` after sockets.
    pub marks: bool,
}

const BRANCH: &str = "├── ";
const LAST_BRANCH: &str = "└── ";
// Spaces that do not break, so that nothing which reflows text spoils the picture.
const STEM: &str = "│\u{a0}\u{a0} ";
const NO_STEM: &str = "    ";

/// Writes the node and all below it, a line each.
///
/// # Errors
///
/// Those of `out`.
pub fn draw(out: &mut impl Write, root: &Node, style: Style) -> io::Result<()> {
    line(out, "", "", root, style)?;
    let mut stems = String::new();
    // What is left of each directory on the way down, and how long the stems before it are.
    let mut open = vec![(root.children.iter(), 0)];
    while let Some((children, length)) = open.last_mut() {
        stems.truncate(*length);
        let Some(child) = children.next() else {
            open.pop();
            continue;
        };
        let is_last = children.len() == 0;
        line(
            out,
            &stems,
            if is_last { LAST_BRANCH } else { BRANCH },
            child,
            style,
        )?;
        if !child.children.is_empty() {
            stems.push_str(if is_last { NO_STEM } else { STEM });
            open.push((child.children.iter(), stems.len()));
        }
    }
    Ok(())
}

fn line(
    out: &mut impl Write,
    stems: &str,
    branch: &str,
    node: &Node,
    style: Style,
) -> io::Result<()> {
    let mut text = format!("{stems}{branch}{}", facts(node, style)).into_bytes();
    let name = if style.full_paths {
        node.path.as_os_str()
    } else {
        &node.name
    };
    append_visible(&mut text, name.as_bytes());
    if style.marks {
        text.extend(mark(node));
    }
    if let Some(target) = &node.target {
        text.extend(b" -> ");
        append_visible(&mut text, target.as_os_str().as_bytes());
        if style.marks && node.leads_to_directory {
            text.push(b'/');
        }
    }
    if node.unreadable {
        text.extend(b"  [error opening dir]");
    }
    text.push(b'\n');
    out.write_all(&text)
}

/// `[drwxr-xr-x 4.0K]  `, as far as it is known and asked for.
fn facts(node: &Node, style: Style) -> String {
    let Some(metadata) = &node.metadata else {
        return String::new();
    };
    let mut facts = Vec::new();
    if style.permissions {
        facts.push(permissions(metadata.mode()));
    }
    if style.human_sizes {
        facts.push(human(metadata.len()));
    } else if style.sizes {
        facts.push(format!("{:11}", metadata.len()));
    }
    if facts.is_empty() {
        return String::new();
    }
    format!("[{}]  ", facts.join(" "))
}

/// Four columns: `4.0K`, ` 12M`.
fn human(size: u64) -> String {
    if size < 1024 {
        return format!("{size:4}");
    }
    let units = "KMGTPE".char_indices();
    let (unit, size) = units
        .map(|(power, unit)| (unit, size as f64 / 1024_f64.powi(power as i32 + 1)))
        .find(|(_, size)| *size < 1024.0)
        .unwrap_or(('E', size as f64 / 1024_f64.powi(6)));
    if size < 10.0 {
        format!("{size:3.1}{unit}")
    } else {
        format!("{size:3.0}{unit}")
    }
}

fn mark(node: &Node) -> &'static [u8] {
    let runs = |metadata: &crate::walk::Metadata| metadata.mode() & 0o111 != 0;
    match node.kind {
        Kind::Directory if Path::new(&node.name).as_os_str().as_bytes().ends_with(b"/") => b"",
        Kind::Directory => b"/",
        Kind::Fifo => b"|",
        Kind::Socket => b"=",
        Kind::File if node.metadata.as_ref().is_some_and(runs) => b"*",
        _ => b"",
    }
}

/// The name, with what would not show or would move the cursor as `\ooo`.
fn append_visible(text: &mut Vec<u8>, name: &[u8]) {
    let mut buffer = [0; 4];
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            let bytes = character.encode_utf8(&mut buffer).as_bytes();
            if character.is_control() {
                append_octal(text, bytes);
            } else {
                text.extend(bytes);
            }
        }
        append_octal(text, chunk.invalid());
    }
}

fn append_octal(text: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        text.extend(format!("\\{byte:03o}").bytes());
    }
}
