//! Errors that are sent.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An error object. Codes from -32768 to -32000 belong to the specification; all others are the
/// application's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RpcError {
    /// What kind of error, for programs.
    pub code: i64,
    /// In a sentence, for people.
    pub message: String,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

impl RpcError {
    /// What came is no JSON.
    pub const PARSE_ERROR: i64 = -32700;
    /// It is JSON, but no request.
    pub const INVALID_REQUEST: i64 = -32600;
    /// There is no such method.
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// The parameters do not fit the method.
    pub const INVALID_PARAMS: i64 = -32602;
    /// The server has failed.
    pub const INTERNAL_ERROR: i64 = -32603;

    /// An error of the application.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        RpcError {
            code,
            message: message.into(),
            data: None,
        }
    }

    /// With more about it.
    pub fn with_data(mut self, data: impl Into<Value>) -> Self {
        self.data = Some(data.into());
        self
    }

    /// One of the specification's own, in its words.
    pub fn standard(code: i64) -> Self {
        RpcError::new(
            code,
            match code {
                RpcError::PARSE_ERROR => "Parse error",
                RpcError::INVALID_REQUEST => "Invalid Request",
                RpcError::METHOD_NOT_FOUND => "Method not found",
                RpcError::INVALID_PARAMS => "Invalid params",
                RpcError::INTERNAL_ERROR => "Internal error",
                _ => "Server error",
            },
        )
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)?;
        match &self.data {
            Some(Value::String(text)) => write!(f, ": {text}"),
            Some(data) => write!(f, ": {data}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for RpcError {}
