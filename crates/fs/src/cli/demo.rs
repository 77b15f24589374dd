//! What the tool shows when it is called without arguments.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::time::Instant;

use ::fs::find::Query;
use ::fs::replace::replace;
use ::fs::tree::{Filter, Style, draw, read};
use ::fs::usage::{Meter, Options, Unit};
use ::fs::walk::Walker;
use anyhow::Context;

/// How many files the walk meets beside the few of the picture.
const FILES: usize = 300;

/// # Errors
///
/// Failures of the temporary files and of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let directory = tempfile::tempdir().context("cannot make a temporary folder")?;
    let root = directory.path();
    make(root).context("cannot make a tree")?;
    picture(out, root)?;
    walk(out, root)?;
    find(out, root)?;
    usage(out, root)?;
    replacement(out, &root.join("notes/today.txt"))?;
    writeln!(
        out,
        "\nTry next:\n  \
         cargo run -p fs -- find / -xdev -name '*.so*'\n  \
         cargo run -p fs -- du -h -d 1 target\n  \
         cargo xtask tour fs"
    )?;
    Ok(())
}

fn make(root: &Path) -> io::Result<()> {
    for folder in ["notes/old", "disk", ".cache"] {
        fs::create_dir_all(root.join(folder))?;
    }
    fs::write(root.join("notes/today.txt"), "buy milk\n")?;
    fs::write(root.join("notes/old/1991.txt"), "just a hobby\n")?;
    fs::hard_link(root.join("notes/today.txt"), root.join("notes/same.txt"))?;
    symlink("notes/old", root.join("archive"))?;
    File::create(root.join("disk/image"))?.set_len(1 << 30)?;
    (0..FILES).try_for_each(|number| fs::write(root.join(format!(".cache/{number}")), "x"))
}

fn picture(out: &mut impl Write, root: &Path) -> anyhow::Result<()> {
    let mut tree = read(root, &Filter::default(), false, &mut |_| {});
    tree.name = "A tree, its hidden names left out:".into();
    draw(out, &tree, Style::default())?;
    Ok(())
}

fn walk(out: &mut impl Write, root: &Path) -> anyhow::Result<()> {
    let start = Instant::now();
    let entries = Walker::new(root).iter().filter(Result::is_ok).count();
    let took = start.elapsed();
    writeln!(
        out,
        "\nWalked, hidden names too: {entries} entries in {took:.1?}."
    )?;
    writeln!(
        out,
        "Directories say what each name stands for, so there was no stat for any of them."
    )?;
    Ok(())
}

fn find(out: &mut impl Write, root: &Path) -> anyhow::Result<()> {
    writeln!(
        out,
        "\nfs find . -name '*.txt' -links +1 -printf '  %P  inode %i, %n names\\n':"
    )?;
    let mut arguments = vec![root.as_os_str().to_owned()];
    let expression = [
        "-name",
        "*.txt",
        "-links",
        "+1",
        "-printf",
        "  %P  inode %i, %n names\\n",
    ];
    arguments.extend(expression.map(Into::into));
    let mut lines = Vec::new();
    Query::parse(&arguments)?.run(&mut lines, |what| super::complain(what))?;
    out.write_all(&lines)?;
    Ok(())
}

fn usage(out: &mut impl Write, root: &Path) -> anyhow::Result<()> {
    let total = Meter::new(Options::default())
        .total(&root.join("disk/image"), super::complain)
        .context("the file has gone")?;
    let (long, takes) = (
        Unit::Human.show(total.apparent),
        Unit::Human.show(total.allocated),
    );
    writeln!(
        out,
        "\ndisk/image is {long} long and takes {takes}: it is one hole."
    )?;
    Ok(())
}

fn replacement(out: &mut impl Write, file: &Path) -> anyhow::Result<()> {
    let before = fs::metadata(file)?.ino();
    replace(file, b"buy milk and bread\n")?;
    let after = fs::metadata(file)?.ino();
    let same = fs::read_to_string(file.with_file_name("same.txt"))?;
    writeln!(
        out,
        "\nnotes/today.txt replaced in one step, old or new whatever happens:"
    )?;
    writeln!(
        out,
        "  the name led to inode {before}, and leads to {after} now;"
    )?;
    writeln!(
        out,
        "  the other name still leads to the old one: {}",
        same.trim()
    )?;
    Ok(())
}
