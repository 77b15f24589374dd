//! Methods by name, and the whole protocol as one function.

use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::RpcError;
use super::message::{Answer, Request};

type Method = Box<dyn Fn(Option<Value>) -> Result<Value, RpcError> + Send + Sync>;

/// The methods of a server. See the [module](super) for an example.
#[derive(Default)]
pub struct Registry {
    methods: HashMap<String, Method>,
}

impl Registry {
    /// No methods.
    pub fn new() -> Self {
        Registry::default()
    }

    /// Calls `method` for requests with this name. Its parameter says what the request's have to look
    /// like: a struct takes them by name and by position, a `Vec` any number, `()` none.
    ///
    /// # Panics
    ///
    /// If the name begins with `rpc.`, which the specification keeps for itself.
    pub fn method<P: DeserializeOwned, R: Serialize>(
        &mut self,
        name: &str,
        method: impl Fn(P) -> Result<R, RpcError> + Send + Sync + 'static,
    ) {
        assert!(!name.starts_with("rpc."), "{name} is a reserved name");
        let call = move |params| {
            let result = method(decode(params)?)?;
            serde_json::to_value(result).map_err(|error| internal(error.to_string()))
        };
        self.methods.insert(name.to_owned(), Box::new(call));
    }

    /// Answers a text: a request, or a batch of them. `None` is what notifications get.
    pub fn answer(&self, text: &[u8]) -> Option<String> {
        match serde_json::from_slice(text) {
            Err(_) => Some(to_text(&Answer::unreadable())),
            Ok(Value::Array(batch)) if batch.is_empty() => {
                Some(to_text(&Answer::invalid(Value::Null)))
            }
            Ok(Value::Array(batch)) => {
                let answers = batch.into_iter().filter_map(|value| self.answer_one(value));
                let answers: Vec<Answer> = answers.collect();
                (!answers.is_empty()).then(|| to_text(&answers))
            }
            Ok(value) => self.answer_one(value).as_ref().map(to_text),
        }
    }

    fn answer_one(&self, value: Value) -> Option<Answer> {
        match Request::parse(value) {
            Err(answer) => Some(*answer),
            Ok(request) => {
                let outcome = self.call(&request.method, request.params);
                Some(Answer::new(outcome, request.id?))
            }
        }
    }

    fn call(&self, method: &str, params: Option<Value>) -> Result<Value, RpcError> {
        let Some(method) = self.methods.get(method) else {
            return Err(RpcError::standard(RpcError::METHOD_NOT_FOUND));
        };
        // Whatever a method has left half done is its own; the registry is not touched by calls.
        catch_unwind(AssertUnwindSafe(|| method(params)))
            .unwrap_or_else(|_| Err(internal("the method panicked".into())))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.methods.keys()).finish()
    }
}

/// No parameters may be spelled in three ways: none, `[]` and `{}`.
fn decode<P: DeserializeOwned>(params: Option<Value>) -> Result<P, RpcError> {
    let (spelling, other) = match params {
        None => (Value::Null, Some(Value::Array(Vec::new()))),
        Some(params) if is_empty(&params) => (params, Some(Value::Null)),
        Some(params) => (params, None),
    };
    let first = match serde_json::from_value(spelling) {
        Ok(params) => return Ok(params),
        Err(error) => error,
    };
    other
        .and_then(|other| serde_json::from_value(other).ok())
        .ok_or_else(|| RpcError::standard(RpcError::INVALID_PARAMS).with_data(first.to_string()))
}

fn is_empty(params: &Value) -> bool {
    params.as_array().is_some_and(Vec::is_empty)
        || params.as_object().is_some_and(|members| members.is_empty())
}

fn internal(data: String) -> RpcError {
    RpcError::standard(RpcError::INTERNAL_ERROR).with_data(data)
}

fn to_text(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("values have string keys and are valid")
}
