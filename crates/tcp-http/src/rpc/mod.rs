//! JSON-RPC 2.0: a method's name and its parameters one way, a result or an error the other.
//!
//! The protocol knows nothing of transports. It is a function from a text to a text, or to nothing
//! ([`Registry::answer`]), and that is where all its rules are:
//!
//! | what came | what is answered |
//! |---|---|
//! | no JSON | error -32700, id null |
//! | JSON that is no request, or an empty batch | error -32600, with the id if there is a valid one |
//! | a request whose method nobody registered | error -32601 |
//! | parameters that do not fit | error -32602 |
//! | a method that panicked | error -32603 |
//! | a notification, that is a request without an id | nothing, not even an error |
//! | an array | an array of the answers to those in it that get one; nothing if none does |
//!
//! What is left to a transport is to say where a text ends. On bare TCP a text is a line ([`line`](mod@line)):
//! JSON written on one line has no line feed in it. Over HTTP it is the body of a POST ([`http`]), and the
//! answer that is nothing is a 204.
//!
//! ```
//! use tcp_http::rpc::{Registry, RpcError};
//!
//! #[derive(serde::Deserialize)]
//! struct Subtract {
//!     minuend: i64,
//!     subtrahend: i64,
//! }
//!
//! let mut registry = Registry::new();
//! registry.method("subtract", |Subtract { minuend, subtrahend }| Ok(minuend - subtrahend));
//! let answer = registry.answer(br#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#);
//! assert_eq!(answer.as_deref(), Some(r#"{"jsonrpc":"2.0","result":19,"id":1}"#));
//! ```
//!
//! The specification: <https://www.jsonrpc.org/specification>.

mod error;
mod message;
mod registry;

pub mod http;
pub mod line;
mod server;

mod caller;

pub use caller::{CallError, Caller};
pub use error::RpcError;
pub use registry::Registry;
pub use server::{Transport, serve};

/// The longest text that is read, in bytes.
pub const LONGEST: usize = 1 << 20;
