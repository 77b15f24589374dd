//! Requests that are taken apart, and answers that are put together.

use serde::Serialize;
use serde_json::{Map, Value};

use super::RpcError;

const VERSION: &str = "2.0";

/// A request that keeps to the specification.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// An array or an object, if anything.
    pub(crate) params: Option<Value>,
    /// A string, a number or null; a notification has none.
    pub(crate) id: Option<Value>,
}

/// What is answered, with its members in the specification's order.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    jsonrpc: &'static str,
    #[serde(flatten)]
    outcome: Outcome,
    id: Value,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Result(Value),
    Error(RpcError),
}

impl Request {
    /// What is wrong is answered at once: with the request's id if it has a valid one, else with null.
    pub(crate) fn parse(value: Value) -> Result<Request, Box<Answer>> {
        let Value::Object(mut members) = value else {
            return Err(Box::new(Answer::invalid(Value::Null)));
        };
        let id = members.remove("id");
        if !id.as_ref().is_none_or(is_id) {
            return Err(Box::new(Answer::invalid(Value::Null)));
        }
        match method_and_params(members) {
            Some((method, params)) => Ok(Request { method, params, id }),
            None => Err(Box::new(Answer::invalid(id.unwrap_or(Value::Null)))),
        }
    }
}

impl Answer {
    pub(crate) fn new(outcome: Result<Value, RpcError>, id: Value) -> Self {
        Answer {
            jsonrpc: VERSION,
            outcome: match outcome {
                Ok(result) => Outcome::Result(result),
                Err(error) => Outcome::Error(error),
            },
            id,
        }
    }

    /// To what is no JSON.
    pub(crate) fn unreadable() -> Self {
        Answer::new(Err(RpcError::standard(RpcError::PARSE_ERROR)), Value::Null)
    }

    /// To what is no request.
    pub(crate) fn invalid(id: Value) -> Self {
        Answer::new(Err(RpcError::standard(RpcError::INVALID_REQUEST)), id)
    }
}

/// The request of a client; a notification without `id`.
pub(crate) fn request(method: &str, params: Option<&Value>, id: Option<u64>) -> Value {
    let mut members = Map::new();
    members.insert("jsonrpc".into(), VERSION.into());
    members.insert("method".into(), method.into());
    if let Some(params) = params {
        members.insert("params".into(), params.clone());
    }
    if let Some(id) = id {
        members.insert("id".into(), id.into());
    }
    Value::Object(members)
}

/// What a server has answered to the request `id`; `None` if that is no answer to it. An error with the
/// id null is one, too: the server could not make out the id.
pub(crate) fn read_answer(answer: Value, id: u64) -> Option<Result<Value, RpcError>> {
    let Value::Object(mut members) = answer else {
        return None;
    };
    let is_ours = members.get("id")? == &Value::from(id);
    if members.get("jsonrpc")? != VERSION {
        return None;
    }
    match (members.remove("result"), members.remove("error")) {
        (Some(result), None) if is_ours => Some(Ok(result)),
        (None, Some(error)) if is_ours || members["id"].is_null() => {
            Some(Err(serde_json::from_value(error).ok()?))
        }
        _ => None,
    }
}

fn is_id(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Number(_) | Value::String(_))
}

fn method_and_params(mut members: Map<String, Value>) -> Option<(String, Option<Value>)> {
    if members.remove("jsonrpc")? != VERSION {
        return None;
    }
    let Value::String(method) = members.remove("method")? else {
        return None;
    };
    match members.remove("params") {
        Some(params) if !params.is_array() && !params.is_object() => None,
        params => Some((method, params)),
    }
}
