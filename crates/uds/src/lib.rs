//! Sockets with names in the file system: streams, datagrams, credentials and open files in a message.
//!
//! A Unix-domain socket is used as a TCP socket is, and nothing of it leaves the kernel: no header, no
//! checksum, no window, no port. Its address is a path, so the file's permissions say who may connect.
//! And since both ends are on one machine, the kernel can do what no network can: say who the other
//! end is, and hand it an open file.
//!
//! - [`listener::Listener`] is a server's end whose file comes and goes with the server;
//! - [`credentials::Credentials`] is what the kernel says of the other end;
//! - [`endpoint::Connection`] is one end of either kind, TCP or Unix, for code that does not care.
//!
//! ```
//! use std::fs;
//! use std::io::{Read, Write};
//! use uds::address::Address;
//! use uds::credentials::Credentials;
//! use uds::listener::Listener;
//!
//! let folder = tempfile::tempdir()?;
//! let address = Address::path(folder.path().join("hello.sock"))?;
//! let listener = Listener::bind(&address)?;
//! let mut client = address.connect()?;
//! let mut server = listener.accept()?;
//!
//! assert_eq!(Credentials::of_peer(&server)?.uid, nix::unistd::getuid());
//! server.write_all(b"hello")?;
//! drop((server, listener));
//! let mut text = String::new();
//! client.read_to_string(&mut text)?;
//! assert_eq!(text, "hello");
//! assert_eq!(fs::read_dir(folder.path())?.count(), 0, "no file is left");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An error's message ends with what the system said. It is no `source` besides, so whoever prints the
//! whole chain prints it once.
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`address`] | paths, their short limit, abstract names |
//! | [`listener`] | a socket file that is cleaned up, and never stolen from a live server |
#![cfg_attr(
    target_os = "linux",
    doc = "| [`seqpacket`] | connections with message boundaries (Linux) |"
)]
//! | [`credentials`] | who is at the other end |
//! | [`descriptors`] | open files in a message |
//! | [`endpoint`] | TCP or Unix: one type for both |
//! | [`server`] | a thread for each connection, and an orderly end |
//! | [`bridge`] | bytes between two connections, each direction to its own end |

pub mod address;

pub mod listener;

#[cfg(target_os = "linux")]
pub mod seqpacket;

pub mod credentials;

pub mod descriptors;

pub mod endpoint;

pub mod server;

pub mod bridge;
