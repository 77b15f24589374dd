//! A remote call is a message with an id, and the answer with this id is its return value.
//!
//! JSON-RPC 2.0 is the smallest such protocol: method, parameters and id in, result or error with the
//! same id out. Framing is left to the transport; here a line is a message. Since answers carry ids they
//! may come in any order, and a call without an id is a notification, which nobody answers, not even
//! with an error. Go's net/rpc/jsonrpc speaks version 1.0, which knows no error codes.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let connection = TcpStream::connect(listener.local_addr()?)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let server = thread::spawn(move || serve(&listener.accept()?.0));

    for (call, answer) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"multiply","params":[6,7]}"#,
            json!({"jsonrpc": "2.0", "id": 1, "result": 42}),
        ),
        (
            r#"{"jsonrpc":"2.0","id":"b","method":"divide","params":[6,7]}"#,
            error(&json!("b"), -32601, "Method not found"),
        ),
        (
            r#"{"jsonrpc":"2.0","id":2,"method":"multiply","params":["six"]}"#,
            error(&json!(2), -32602, "Invalid params"),
        ),
        ("{\"jsonrpc\":", error(&Value::Null, -32700, "Parse error")),
    ] {
        // Were the notification answered, that would be read here for the answer to the call.
        let notification = r#"{"jsonrpc":"2.0","method":"divide","params":[1,0]}"#;
        (&connection).write_all(format!("{notification}\n{call}\n").as_bytes())?;
        let mut line = String::new();
        BufReader::new(&connection).read_line(&mut line)?;
        println!("-> {call}\n<- {line}");
        assert_eq!(serde_json::from_str::<Value>(&line)?, answer);
    }
    drop(connection);
    server.join().expect("the server does not panic")
}

fn serve(mut connection: &TcpStream) -> io::Result<()> {
    for line in BufReader::new(connection).lines() {
        if let Some(answer) = answer(&line?) {
            connection.write_all(format!("{answer}\n").as_bytes())?;
        }
    }
    Ok(())
}

/// What to say to one message; nothing to a notification.
fn answer(line: &str) -> Option<Value> {
    let Ok(call) = serde_json::from_str::<Value>(line) else {
        return Some(error(&Value::Null, -32700, "Parse error"));
    };
    let id = call.get("id")?;
    Some(match (call["method"].as_str(), &call["params"]) {
        (Some("multiply"), params) => match (params[0].as_i64(), params[1].as_i64()) {
            (Some(a), Some(b)) => {
                json!({"jsonrpc": "2.0", "id": id, "result": a.saturating_mul(b)})
            }
            _ => error(id, -32602, "Invalid params"),
        },
        (Some(_), _) => error(id, -32601, "Method not found"),
        (None, _) => error(id, -32600, "Invalid Request"),
    })
}

fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}
