//! A walk finds the pictures below a folder, `.JPG` among them, and goes round in no circle.
//!
//! Go's `filepath.Walk` shows a function each file in the order of the names, and the function says
//! how to go on: not into this folder (SkipDir), or no further at all (SkipAll). A symbolic link is
//! shown and not followed, so that a link to a folder above does no harm. A walk that does follow links
//! has to remember which folders it is in; `Walker` does, and reports the circle.
//!
//! Cameras write `IMG_0001.JPG`. Who compares extensions compares them without case.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use ::fs::path::{Lossy, Next, base, ext, walk};
use ::fs::walk::Walker;

fn is_image(path: &[u8]) -> bool {
    const IMAGES: [&[u8]; 4] = [b".jpg", b".jpeg", b".png", b".webp"];
    IMAGES
        .iter()
        .any(|image| ext(path).eq_ignore_ascii_case(image))
}

/// The names of the pictures below `root`, and how many files the walk was shown.
fn images(root: &Path) -> (Vec<String>, usize) {
    let (mut found, mut shown) = (Vec::new(), 0);
    let Ok(()) = walk(root.as_os_str().as_bytes(), |visit| {
        shown += 1;
        if base(visit.path) == b"_build" {
            return Ok(Next::SkipDir);
        }
        if visit.about.is_some_and(|about| about.is_file()) && is_image(visit.path) {
            found.push(Lossy(base(visit.path)).to_string());
        }
        Ok::<_, Infallible>(Next::Continue)
    });
    (found, shown)
}

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    fs::create_dir_all(root.join("trip/_build"))?;
    for name in [
        "trip/IMG_0001.JPG",
        "trip/_build/small.jpg",
        "cat.png",
        "notes.txt",
        ".png",
    ] {
        fs::write(root.join(name), "")?;
    }
    symlink("..", root.join("trip/up"))?;
    symlink("../cat.png", root.join("trip/same.png"))?;

    let (found, shown) = images(root);
    println!("{found:?}, of {shown} files shown");
    // To Go the file called ".png" has the extension ".png".
    assert_eq!(found, [".png", "cat.png", "IMG_0001.JPG"]);
    assert_eq!(
        shown, 9,
        "_build and the links once each, nothing behind them"
    );

    let circles: Vec<_> = Walker::new(root)
        .follow_links(true)
        .iter()
        .filter_map(Result::err)
        .collect();
    assert_eq!(circles.len(), 1);
    println!("with links followed: {}", circles[0]);
    assert!(circles[0].path.ends_with("trip/up"));
    Ok(())
}
