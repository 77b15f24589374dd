//! A folder's page.
//!
//! A name may hold anything but a slash: what would be markup is escaped for the eye, and encoded in the
//! link. The link begins with `./`, or `a:b` would be taken for a URL of the scheme `a`.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use nix::dir::{Dir, Type};

use crate::http::percent_encode;

pub(super) fn html(folder: File, path: &[u8]) -> io::Result<String> {
    let title = escape(&String::from_utf8_lossy(path));
    let mut html = format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><h1>{title}</h1>\n<ul>\n"
    );
    if path != b"/" {
        html.push_str("<li><a href=\"../\">../</a></li>\n");
    }
    for (name, is_folder) in names(folder)? {
        let slash = if is_folder { "/" } else { "" };
        let link = percent_encode(&name);
        let text = escape(&String::from_utf8_lossy(&name));
        html.push_str(&format!(
            "<li><a href=\"./{link}{slash}\">{text}{slash}</a></li>\n"
        ));
    }
    html.push_str("</ul></body></html>\n");
    Ok(html)
}

/// Names in order, and whether they are folders'.
fn names(folder: File) -> io::Result<Vec<(Vec<u8>, bool)>> {
    let mut names = Vec::new();
    for entry in Dir::from_fd(OwnedFd::from(folder))?.iter() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if !matches!(name, b"." | b"..") {
            names.push((name.to_vec(), entry.file_type() == Some(Type::Directory)));
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}
