//! Files from path to disk: names, directories, inodes, walking, copying, and surviving a crash.
//!
//! A path is a string that the kernel takes apart at its slashes, looking each name up in the
//! directory before it; a file is what the last of them leads to, an *inode*, which has no name of
//! its own. Everything in this chapter follows from those two sentences:
//!
//! - [`path`](mod@path) works on the string alone, as Go's `path/filepath` does;
//! - [`walk`] goes from directory to directory by descriptor, never by string;
//! - [`replace`] changes what a name stands for in one step, so that a crash leaves the old file or
//!   the new one.
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`path`](mod@path) | clean, join, split, relative, match, glob: strings and the few that ask the kernel |
//! | [`fnmatch`] | the shell's patterns, as POSIX has them |
//! | [`walk`] | a whole tree, by directory descriptors, on all cores |
//! | [`find`] | a walk with conditions and actions |
//! | [`tree`] | a walk as a picture |
//! | [`usage`] | how much room a tree takes: `du` |
//! | [`info`] | all that the kernel keeps about a file: `stat` |
//! | [`which`](mod@which) | the search along PATH |
//! | [`attributes`] | modes and umask, owners, times |
//! | [`sync`] | what it takes until bytes are on the disk |
//! | [`replace`] | old or new, never mixed |
//! | [`copy`] | copies that the kernel makes, holes and all |
//! | [`relocate`] | moving, across filesystems too |

pub mod path;

pub mod fnmatch;

pub mod walk;

pub mod find;
pub mod tree;
pub mod usage;

pub mod info;
pub mod which;

pub mod attributes;
pub mod sync;

pub mod replace;

pub mod copy;
pub mod relocate;
