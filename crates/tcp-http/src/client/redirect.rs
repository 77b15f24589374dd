//! Where an answer sends us, and what we take along.
//!
//! | status | method | body |
//! |---|---|---|
//! | 301, 302 | POST becomes GET, as browsers have always done; others stay | stays with the method |
//! | 303 | all but HEAD become GET | dropped |
//! | 307, 308 | stays | stays |
//!
//! To another host or port nothing goes along that was meant for this one: Authorization,
//! Proxy-Authorization, Cookie, and a Host that was set by hand. Only `http` is followed; a fragment is
//! nobody's business but the browser's.

use super::{Answer, ClientError, Request};
use crate::http::{Fields, Headers, Status};

/// What only the server it was meant for may see.
const PRIVATE: [&str; 4] = ["Authorization", "Proxy-Authorization", "Cookie", "Host"];

/// What describes a body.
const OF_BODY: [&str; 6] = [
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Content-Language",
    "Content-Location",
    "Transfer-Encoding",
];

/// The request that `answer` sends us to; `None` if it is no redirect, or has no Location.
pub fn follow(request: &Request, answer: &Answer) -> Result<Option<Request>, ClientError> {
    let Some(rule) = Rule::of(answer.status) else {
        return Ok(None);
    };
    let Some(location) = answer.headers.get("Location") else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location).into_owned();
    let url = answer.url.join(&location);
    let url = url.map_err(|cause| ClientError::Redirect {
        from: answer.url.to_string(),
        location,
        cause,
    })?;
    let mut next = request.clone();
    if rule.turns_into_get(&request.method) {
        next.method = "GET".into();
        next.body.clear();
        remove(&mut next.headers, &OF_BODY);
    }
    if !url.same_origin(&request.url) {
        remove(&mut next.headers, &PRIVATE);
    }
    next.url = url;
    Ok(Some(next))
}

#[derive(Clone, Copy)]
enum Rule {
    /// 301 and 302.
    PostBecomesGet,
    /// 303.
    BecomesGet,
    /// 307 and 308.
    Stays,
}

impl Rule {
    fn of(status: Status) -> Option<Rule> {
        Some(match status {
            Status::MOVED_PERMANENTLY | Status::FOUND => Rule::PostBecomesGet,
            Status::SEE_OTHER => Rule::BecomesGet,
            Status::TEMPORARY_REDIRECT | Status::PERMANENT_REDIRECT => Rule::Stays,
            _ => return None,
        })
    }

    fn turns_into_get(self, method: &str) -> bool {
        match self {
            Rule::PostBecomesGet => method == "POST",
            Rule::BecomesGet => method != "HEAD",
            Rule::Stays => false,
        }
    }
}

fn remove(headers: &mut Headers, names: &[&str]) {
    for name in names {
        headers.remove(name);
    }
}
