//! A file that is served, and how it is sent.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use super::{gzip, media};
use crate::http::{EntityTag, HttpDate, Representation};

/// Files up to here are held in memory. What is longer would be copied into the kernel for each answer,
/// and that takes longer than `sendfile`, which lends the peer's socket the pages of the page cache: on
/// Linux from about this length on.
const IN_MEMORY: u64 = 16 << 10;

/// Files up to here are kept open and, if they are text, compressed.
const KEPT: u64 = 1 << 20;

/// A file's modification time moves with the kernel's tick: two changes within one look the same.
const TICK: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) file: Arc<File>,
    pub(super) length: u64,
    pub(super) media_type: &'static str,
    pub(super) version: Version,
    last_modified: HttpDate,
    identity: Variant,
    gzip: OnceLock<Option<Variant>>,
}

/// Which file it is, and which state of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// One form of it: as it is, or compressed.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) content: Content,
    opaque: String,
    is_weak: bool,
    /// Field lines that name the version.
    pub(super) validators: Arc<[u8]>,
    /// These, and those that describe the content.
    pub(super) fields: Arc<[u8]>,
}

#[derive(Debug)]
pub(super) enum Content {
    Memory(Arc<[u8]>),
    File,
}

impl Entry {
    pub(super) fn new(
        file: File,
        metadata: &Metadata,
        media_type: &'static str,
    ) -> io::Result<Self> {
        let version = Version::of(metadata);
        let content = match version.length {
            0..=IN_MEMORY => Content::Memory(read(&file, version.length)?),
            _ => Content::File,
        };
        let modified = metadata.modified()?;
        let is_fresh = modified.elapsed().unwrap_or_default() < TICK;
        let last_modified = HttpDate::from(modified.min(SystemTime::now()));
        let varies = is_compressible(version.length, media_type);
        let identity = Variant::new(content, version.tag(), is_fresh, last_modified);
        let describing = format!("Content-Type: {media_type}\r\nAccept-Ranges: bytes\r\n");
        Ok(Entry {
            file: Arc::new(file),
            length: version.length,
            media_type,
            version,
            last_modified,
            identity: identity.described(&describing, varies),
            gzip: OnceLock::new(),
        })
    }

    /// Whether it is the same file in the same state. A weak tag is to become a strong one, so an
    /// entry that has one is never the same.
    pub(super) fn is_same(&self, other: &Entry) -> bool {
        self.version == other.version && self.identity.is_weak == other.identity.is_weak
    }

    pub(super) fn is_kept(&self) -> bool {
        self.length <= KEPT
    }

    pub(super) fn is_compressible(&self) -> bool {
        is_compressible(self.length, self.media_type)
    }

    pub(super) fn identity(&self) -> &Variant {
        &self.identity
    }

    /// Compressed, once; `None` if that does not make it shorter.
    pub(super) fn gzip(&self) -> Option<&Variant> {
        self.gzip.get_or_init(|| self.compress()).as_ref()
    }

    fn compress(&self) -> Option<Variant> {
        let plain = match &self.identity.content {
            Content::Memory(bytes) => Arc::clone(bytes),
            Content::File => read(&self.file, self.length).ok()?,
        };
        let content = gzip::compress(&plain)?;
        let opaque = format!("{}-gzip", self.version.tag());
        let variant = Variant::new(content, opaque, true, self.last_modified);
        let media_type = self.media_type;
        let describing = format!("Content-Type: {media_type}\r\nContent-Encoding: gzip\r\n");
        Some(variant.described(&describing, true))
    }
}

impl Version {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Version {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    fn tag(&self) -> String {
        let (seconds, nanoseconds) = self.modified;
        let (inode, length) = (self.inode, self.length);
        format!("{inode:x}-{length:x}-{seconds:x}{nanoseconds:08x}")
    }
}

impl Variant {
    fn new(content: Content, opaque: String, is_weak: bool, last_modified: HttpDate) -> Self {
        let date = last_modified.format();
        let date = String::from_utf8_lossy(&date);
        let weak = if is_weak { "W/" } else { "" };
        let validators = format!("ETag: {weak}\"{opaque}\"\r\nLast-Modified: {date}\r\n");
        Variant {
            content,
            opaque,
            is_weak,
            validators: validators.into_bytes().into(),
            fields: Arc::default(),
        }
    }

    /// With the fields that describe the content; `varies` says that who likes other codings gets
    /// another form.
    fn described(mut self, describing: &str, varies: bool) -> Self {
        let vary: &[u8] = if varies {
            b"Vary: Accept-Encoding\r\n"
        } else {
            b""
        };
        self.validators = [&*self.validators, vary].concat().into();
        self.fields = [describing.as_bytes(), &*self.validators].concat().into();
        self
    }

    pub(super) fn representation(&self, entry: &Entry) -> Representation<'_> {
        let is_identity = std::ptr::eq(self, &raw const entry.identity);
        Representation {
            etag: Some(EntityTag {
                is_weak: self.is_weak,
                opaque: self.opaque.as_bytes(),
            }),
            last_modified: Some(entry.last_modified),
            length: is_identity.then_some(entry.length),
        }
    }
}

fn is_compressible(length: u64, media_type: &str) -> bool {
    (gzip::LEAST..=KEPT).contains(&length) && media::is_text(media_type)
}

fn read(file: &File, length: u64) -> io::Result<Arc<[u8]>> {
    let mut bytes = vec![0; length as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes.into())
}
