//! What the pages ask for beside files: programs to be run, and what becomes of them.
//!
//! | request | answer |
//! |---|---|
//! | `GET /api/hello` | `{"living", "edit", "tracer"}` |
//! | `GET /api/lessons/CHAPTER/LESSON` | `{"source"}` |
//! | `POST /api/runs` with `{"chapter", "lesson", "source"?}` | 201 `{"id"}` |
//! | `GET /api/runs/ID?from=N` | `{"events", "next", "done"}`, as soon as there is an event N, or after ten seconds |
//! | `POST /api/runs/ID/stop` | `{}` |
//!
//! What cannot be done is told as `{"error"}`.

use std::str;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tcp_http::http::{Method, Status};
use tcp_http::server::{Files, Request, Response, Service};

use super::guard;
use super::run::Reason;
use super::runs::{Denied, Runs, Wish};

/// How long a page waits for news with one request.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest source that is taken, in bytes.
const LONGEST_SOURCE: usize = 256 << 10;

/// The book, and its life.
pub(super) struct Living {
    pub(super) port: u16,
    pub(super) edit: bool,
    pub(super) files: Files,
    pub(super) runs: Arc<Runs>,
}

impl Service for Living {
    fn answer(&self, request: &Request<'_>) -> Response {
        if let Err(refusal) = guard::admit(request, self.port) {
            return error(refusal.status, refusal.why);
        }
        let Some(path) = request.path().strip_prefix(b"/api/") else {
            // What was built anew is to be seen at once.
            let response = self.files.answer(request).with("Cache-Control", "no-cache");
            return response.unwrap_or_else(|_| Response::plain(Status::INTERNAL_SERVER_ERROR));
        };
        let path = str::from_utf8(path).unwrap_or_default();
        let parts: Vec<&str> = path.split('/').collect();
        self.api(request, &parts)
    }
}

impl Living {
    fn api(&self, request: &Request<'_>, parts: &[&str]) -> Response {
        match (request.method(), parts) {
            (Method::Get, ["hello"]) => json_answer(Status::OK, &self.hello()),
            (Method::Get, ["lessons", chapter, lesson]) => self.source(chapter, lesson),
            (Method::Post, ["runs"]) => self.start(request.body()),
            (Method::Get, ["runs", id]) => self.events(id, request.query()),
            (Method::Post, ["runs", id, "stop"]) => self.stop(id),
            (_, ["hello"] | ["lessons", _, _] | ["runs"] | ["runs", _] | ["runs", _, "stop"]) => {
                error(Status::METHOD_NOT_ALLOWED, "not with this method")
            }
            _ => error(Status::NOT_FOUND, "nothing is here"),
        }
    }

    fn hello(&self) -> Value {
        json!({"living": true, "edit": self.edit, "tracer": cfg!(target_os = "linux")})
    }

    fn source(&self, chapter: &str, lesson: &str) -> Response {
        match self.runs.source(chapter, lesson) {
            Some(source) => json_answer(Status::OK, &json!({"source": source})),
            None => denied(&Denied::Unknown),
        }
    }

    fn start(&self, body: &[u8]) -> Response {
        let wish = match read_wish(body) {
            Ok(wish) => wish,
            Err(why) => return error(Status::BAD_REQUEST, why),
        };
        if let Some(source) = &wish.source {
            if !self.edit {
                let why = "this server runs no copies: start it with --edit";
                return error(Status::FORBIDDEN, why);
            }
            if source.len() > LONGEST_SOURCE {
                return error(Status::CONTENT_TOO_LARGE, "that is too long for a lesson");
            }
        }
        match self.runs.start(wish) {
            Ok(id) => json_answer(Status::CREATED, &json!({"id": id})),
            Err(why) => denied(&why),
        }
    }

    fn events(&self, id: &str, query: Option<&[u8]>) -> Response {
        let Some(run) = id.parse().ok().and_then(|id| self.runs.get(id)) else {
            return error(Status::NOT_FOUND, "no such run");
        };
        let Some(from) = first_event(query) else {
            return error(Status::BAD_REQUEST, "from= is a number");
        };
        json_answer(Status::OK, &run.events(from, PATIENCE))
    }

    fn stop(&self, id: &str) -> Response {
        let Some(run) = id.parse().ok().and_then(|id| self.runs.get(id)) else {
            return error(Status::NOT_FOUND, "no such run");
        };
        run.end(Reason::Stopped);
        json_answer(Status::OK, &json!({}))
    }
}

fn read_wish(body: &[u8]) -> Result<Wish, &'static str> {
    let wish: Value = serde_json::from_slice(body).map_err(|_| "the body is not JSON")?;
    let text = |name: &str| match &wish[name] {
        Value::String(text) => Ok(Some(text.clone())),
        Value::Null => Ok(None),
        _ => Err("chapter, lesson and source are texts"),
    };
    Ok(Wish {
        chapter: text("chapter")?.ok_or("which chapter?")?,
        lesson: text("lesson")?.ok_or("which lesson?")?,
        source: text("source")?,
    })
}

/// `from=N`; 0 if nothing is asked for.
fn first_event(query: Option<&[u8]>) -> Option<usize> {
    match query {
        None => Some(0),
        Some(query) => str::from_utf8(query)
            .ok()?
            .strip_prefix("from=")?
            .parse()
            .ok(),
    }
}

fn denied(why: &Denied) -> Response {
    match why {
        Denied::Unknown => error(Status::NOT_FOUND, "no such lesson"),
        Denied::Runs => error(Status::CONFLICT, "this lesson runs already"),
        Denied::Full => error(Status::TOO_MANY_REQUESTS, "too many lessons run already"),
        Denied::Impossible => error(Status::SERVICE_UNAVAILABLE, "nothing can be run now"),
    }
}

fn error(status: Status, why: &str) -> Response {
    json_answer(status, &json!({"error": why}))
}

fn json_answer(status: Status, value: &Value) -> Response {
    let response = Response::new(status).with_body("application/json", value.to_string());
    let stored = response.with("Cache-Control", "no-store");
    stored.unwrap_or_else(|_| Response::plain(Status::INTERNAL_SERVER_ERROR))
}
