//! Which type can read, write, seek or read at an offset is known to the compiler.
//!
//! Go has a name for each combination, such as `io.ReadSeekCloser`; Rust adds bounds up, as in
//! `Read + Seek`. There is no `Closer`: what owns a descriptor closes it on drop. `io.ReaderAt` is
//! `FileExt` on Unix, for files alone. That a socket cannot seek is worth knowing before it runs.
//!
//! The table does not compile when an entry is wrong. Of two constants with one name, a type's own
//! comes before a trait's; `implements!` gives the type its own only under the bound.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{
    BufRead, BufReader, BufWriter, Cursor, Empty, PipeReader, PipeWriter, Read, Seek, Stdin,
    StdinLock, Stdout, Write,
};
use std::net::{TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;

/// Every type answers no.
trait Otherwise {
    const ANSWER: bool = false;
}

impl<T> Otherwise for T {}

/// The probe of a type that meets the bound answers yes by itself, which shadows the trait's no.
/// Where the type does not meet it, that answer is dead code.
macro_rules! implements {
    ($type:ty, $bound:path) => {{
        struct Probe<T: ?Sized>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        impl<T: ?Sized + $bound> Probe<T> {
            const ANSWER: bool = true;
        }
        <Probe<$type>>::ANSWER
    }};
}

const YES: bool = true;
const NO: bool = false;

macro_rules! table {
    ($($type:ty: $($expected:ident)*;)*) => {
        const TABLE: &[(&str, [bool; 6])] = &[$((stringify!($type), [$($expected),*])),*];
        $(const _: () = {
            let [read, buf_read, write, seek, file_ext, as_fd] = [$($expected),*];
            assert!(implements!($type, Read) == read, stringify!($type: Read));
            assert!(implements!($type, BufRead) == buf_read, stringify!($type: BufRead));
            assert!(implements!($type, Write) == write, stringify!($type: Write));
            assert!(implements!($type, Seek) == seek, stringify!($type: Seek));
            assert!(implements!($type, FileExt) == file_ext, stringify!($type: FileExt));
            assert!(implements!($type, AsFd) == as_fd, stringify!($type: AsFd));
        };)*
    };
}

table! {
    // type            Read  BufRead  Write  Seek  FileExt  AsFd
    File:              YES   NO       YES    YES   YES      YES;
    &File:             YES   NO       YES    YES   NO       YES;
    BufReader<File>:   YES   YES      NO     YES   NO       NO;
    BufWriter<File>:   NO    NO       YES    YES   NO       NO;
    TcpStream:         YES   NO       YES    NO    NO       YES;
    UnixStream:        YES   NO       YES    NO    NO       YES;
    UdpSocket:         NO    NO       NO     NO    NO       YES;
    PipeReader:        YES   NO       NO     NO    NO       YES;
    PipeWriter:        NO    NO       YES    NO    NO       YES;
    Stdin:             YES   NO       NO     NO    NO       YES;
    StdinLock<'_>:     YES   YES      NO     NO    NO       YES;
    Stdout:            NO    NO       YES    NO    NO       YES;
    &[u8]:             YES   YES      NO     NO    NO       NO;
    &mut [u8]:         NO    NO       YES    NO    NO       NO;
    Vec<u8>:           NO    NO       YES    NO    NO       NO;
    VecDeque<u8>:      YES   YES      YES    NO    NO       NO;
    Cursor<&[u8]>:     YES   YES      NO     YES   NO       NO;
    Cursor<Vec<u8>>:   YES   YES      YES    YES   NO       NO;
    Empty:             YES   YES      YES    YES   NO       NO;
    String:            NO    NO       NO     NO    NO       NO;
}

fn main() {
    println!("                  Read     BufRead  Write    Seek     FileExt  AsFd");
    for (name, answers) in TABLE {
        let cells = answers.map(|yes| format!("{:9}", if yes { "yes" } else { "-" }));
        println!("{name:18}{}", cells.concat().trim_end());
    }
}
