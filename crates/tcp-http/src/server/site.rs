//! What the tool serves: a folder, and an echo.

use super::{Files, Request, Response, Service};
use crate::http::{Fields, Method, Status};

/// Files, and at `/echo` what was posted there.
#[derive(Debug)]
pub struct Site {
    files: Files,
}

impl Site {
    /// A site of `files`, of which one called `echo` is hidden.
    pub fn new(files: Files) -> Self {
        Site { files }
    }
}

impl Service for Site {
    fn answer(&self, request: &Request<'_>) -> Response {
        if request.path() == b"/echo" {
            echo(request)
        } else {
            self.files.answer(request)
        }
    }

    /// Nothing here needs a body before it answers.
    fn answer_early(&self, request: &Request<'_>) -> Option<Response> {
        Some(self.answer(request))
    }
}

fn echo(request: &Request<'_>) -> Response {
    const ALLOWED: &str = "POST, OPTIONS";
    let response = match request.method() {
        Method::Post => match request.get("content-type") {
            Some(content_type) => Response::echo().with("Content-Type", content_type),
            None => Ok(Response::echo()),
        },
        Method::Options => Response::new(Status::NO_CONTENT).with("Allow", ALLOWED),
        _ => Response::plain(Status::METHOD_NOT_ALLOWED).with("Allow", ALLOWED),
    };
    // What has arrived as a field's value is one.
    response.unwrap_or_else(|_| Response::echo())
}
