//! Files of a folder.
//!
//! Nothing outside the folder can be reached, by any spelling and through any link: the path is decoded
//! once and cleaned, and what is left of it is opened beneath a descriptor of the folder, where
//! the kernel refuses to step out.
//!
//! Small files are kept: how they begin, what they are called, and up to 16 KiB their contents, so that an
//! answer takes no system call but its `write`. What is kept is looked at again when a second has passed:
//! a change is seen after that time at the latest, and who gets old bytes gets the tag that belongs to
//! them. Large files are opened for each request, and the kernel sends them (`sendfile`).

mod beneath;
mod cache;
mod entry;
mod gzip;
mod listing;
mod media;
mod part;

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use nix::errno::Errno;

use super::{Request, Response, Service};
use crate::http::{
    Fields, HttpDate, IDENTITY, Method, Status, choose_encoding, decide, decode_path,
    percent_encode,
};
use beneath::Root;
use cache::Cache;
use entry::Entry;

const ALLOWED: &str = "GET, HEAD, OPTIONS";

/// Serves the files of a folder, and nothing outside it, by whatever spelling or link it is asked for.
/// What changes there is seen after a second at the latest.
#[derive(Debug)]
pub struct Files {
    root: Root,
    cache: Cache,
    lists: bool,
}

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("cannot serve {}", path.display())]
pub struct FilesError {
    /// The folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// What a path leads to.
enum Found {
    File(Arc<Entry>),
    /// Something else is to be answered.
    Else(Response),
}

impl Files {
    /// The files of `root`, which may be moved or renamed from now on: it stays open.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, FilesError> {
        let path = root.as_ref();
        let root = Root::open(path).map_err(|source| FilesError {
            path: path.to_owned(),
            source,
        })?;
        Ok(Files {
            root,
            cache: Cache::new(),
            lists: false,
        })
    }

    /// Whether folders without an `index.html` are answered with a list of what is in them; otherwise
    /// it is 403.
    pub fn listing(mut self, lists: bool) -> Self {
        self.lists = lists;
        self
    }

    fn find(&self, request: &Request<'_>) -> Found {
        let path = request.path();
        if let Some(entry) = self.cache.get(path) {
            return Found::File(entry);
        }
        let found = match decode_path(path) {
            Ok(decoded) => self.look_up(&decoded, request),
            Err(_) => return Found::Else(Response::plain(Status::BAD_REQUEST)),
        };
        match found {
            Ok(Found::File(entry)) => Found::File(self.cache.put(path, entry)),
            Ok(found) => found,
            Err(error) => Found::Else(Response::plain(status_of(&error))),
        }
    }

    /// `path` begins with a slash, and with another at its end it is a folder's.
    fn look_up(&self, path: &[u8], request: &Request<'_>) -> io::Result<Found> {
        let name = OsStr::from_bytes(&path[1..]);
        if path.ends_with(b"/") {
            return self.look_up_folder(path, Path::new(name));
        }
        let file = self.root.open_beneath(Path::new(name))?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Ok(Found::Else(redirect(path, request.query())));
        }
        if !metadata.is_file() {
            return Ok(Found::Else(Response::plain(Status::FORBIDDEN)));
        }
        let entry = Entry::new(file, &metadata, media::type_of(Path::new(name)))?;
        Ok(Found::File(Arc::new(entry)))
    }

    fn look_up_folder(&self, path: &[u8], name: &Path) -> io::Result<Found> {
        let folder = self.root.open_beneath(if name.as_os_str().is_empty() {
            Path::new(".")
        } else {
            name
        })?;
        match self.root.open_beneath(&name.join("index.html")) {
            Ok(index) => self.index(index),
            Err(error) if status_of(&error) == Status::NOT_FOUND => self.list(folder, path),
            Err(error) => Err(error),
        }
    }

    fn index(&self, file: File) -> io::Result<Found> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(Found::Else(Response::plain(Status::FORBIDDEN)));
        }
        let entry = Entry::new(file, &metadata, media::HTML)?;
        Ok(Found::File(Arc::new(entry)))
    }

    fn list(&self, folder: File, path: &[u8]) -> io::Result<Found> {
        if !folder.metadata()?.is_dir() {
            return Ok(Found::Else(Response::plain(Status::NOT_FOUND)));
        }
        if !self.lists {
            return Ok(Found::Else(Response::plain(Status::FORBIDDEN)));
        }
        let html = listing::html(folder, path)?;
        let response = Response::new(Status::OK).with_body(media::HTML, html);
        Ok(Found::Else(response))
    }
}

impl Service for Files {
    fn answer(&self, request: &Request<'_>) -> Response {
        match request.method() {
            Method::Get | Method::Head => match self.find(request) {
                Found::File(entry) => send(&entry, request),
                Found::Else(response) => response,
            },
            Method::Options => allowing(Response::new(Status::NO_CONTENT)),
            Method::Other => Response::plain(Status::NOT_IMPLEMENTED),
            _ => allowing(Response::plain(Status::METHOD_NOT_ALLOWED)),
        }
    }

    fn answer_early(&self, request: &Request<'_>) -> Option<Response> {
        Some(self.answer(request))
    }
}

fn allowing(response: Response) -> Response {
    let mut response = response;
    response.fields = format!("Allow: {ALLOWED}\r\n").into();
    response
}

/// The file, the part of it that is asked for, or why not.
fn send(entry: &Entry, request: &Request<'_>) -> Response {
    // A range is one of the bytes as they are.
    let may_compress = entry.is_compressible() && request.get("range").is_none();
    let wants_gzip = may_compress && choose_encoding(request, &["gzip", IDENTITY]) == Some("gzip");
    let gzip = if wants_gzip { entry.gzip() } else { None };
    let variant = match gzip {
        Some(gzip) => gzip,
        None => entry.identity(),
    };
    let now = HttpDate::from(SystemTime::now());
    let representation = variant.representation(entry);
    let decision = decide(request.method(), request, Some(&representation), now);
    part::answer(decision, entry, variant)
}

/// The relative links of a folder's page lead astray if its URL does not end in a slash.
fn redirect(path: &[u8], query: Option<&[u8]>) -> Response {
    let mut location = percent_encode(path) + "/";
    if let Some(query) = query {
        location.push('?');
        location.push_str(&String::from_utf8_lossy(query));
    }
    let response = Response::plain(Status::MOVED_PERMANENTLY).with("Location", location);
    response.unwrap_or_else(|_| Response::plain(Status::NOT_FOUND))
}

/// What lies outside is as absent as what is not there.
fn status_of(error: &io::Error) -> Status {
    match Errno::from_raw(error.raw_os_error().unwrap_or(0)) {
        Errno::ENOENT | Errno::ENOTDIR | Errno::EXDEV | Errno::ELOOP | Errno::ENAMETOOLONG => {
            Status::NOT_FOUND
        }
        Errno::EACCES | Errno::EPERM | Errno::ENXIO => Status::FORBIDDEN,
        Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM => Status::SERVICE_UNAVAILABLE,
        _ => Status::INTERNAL_SERVER_ERROR,
    }
}
