//! The specification of JSON-RPC 2.0, case by case, and texts that nobody has specified.

mod http_cases;

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use serde_json::{Value, json};
use tcp_http::rpc::{Registry, RpcError, line};

#[derive(serde::Deserialize)]
struct Subtract {
    minuend: i64,
    subtrahend: i64,
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.method(
        "subtract",
        |Subtract {
             minuend,
             subtrahend,
         }| { Ok(minuend - subtrahend) },
    );
    registry.method("sum", |numbers: Vec<i64>| Ok(numbers.iter().sum::<i64>()));
    registry.method("get_data", |()| Ok(json!(["hello", 5])));
    registry.method("update", |_: Value| Ok(()));
    registry.method("fail", |()| -> Result<(), _> {
        Err(RpcError::new(7, "as told").with_data(json!({"why": 1})))
    });
    registry.method("panic", |()| -> Result<(), RpcError> {
        panic!("a bug in the method");
    });
    registry
}

/// The answer, with all members in their order; empty for none.
fn answer(text: &str) -> String {
    registry().answer(text.as_bytes()).unwrap_or_default()
}

fn error(code: i64, message: &str, id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","error":{{"code":{code},"message":"{message}"}},"id":{id}}}"#)
}

fn result(result: &str, id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","result":{result},"id":{id}}}"#)
}

fn parse_error() -> String {
    error(-32700, "Parse error", "null")
}

fn invalid(id: &str) -> String {
    error(-32600, "Invalid Request", id)
}

fn not_found(id: &str) -> String {
    error(-32601, "Method not found", id)
}

#[test]
fn single_requests() {
    for (request, expected) in [
        // By position, by name, in any order.
        (
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#,
            result("19", "1"),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}"#,
            result("-19", "2"),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
            result("19", "3"),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}"#,
            result("19", "4"),
        ),
        // Without parameters, in three spellings.
        (
            r#"{"jsonrpc": "2.0", "method": "get_data", "id": "9"}"#,
            result(r#"["hello",5]"#, r#""9""#),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "get_data", "params": [], "id": "9"}"#,
            result(r#"["hello",5]"#, r#""9""#),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "get_data", "params": {}, "id": "9"}"#,
            result(r#"["hello",5]"#, r#""9""#),
        ),
        // Ids come back as they are; null is one.
        (
            r#"{"jsonrpc": "2.0", "method": "sum", "params": [], "id": null}"#,
            result("0", "null"),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": -1.5}"#,
            result("1", "-1.5"),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": ""}"#,
            result("1", r#""""#),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": 18446744073709551615}"#,
            result("1", "18446744073709551615"),
        ),
        // A method that has nothing to say.
        (
            r#"{"jsonrpc": "2.0", "method": "update", "params": [1], "id": 1}"#,
            result("null", "1"),
        ),
    ] {
        assert_eq!(answer(request), expected, "{request}");
    }
}

#[test]
fn notifications_are_not_answered_whatever_happens() {
    for notification in [
        r#"{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}"#,
        r#"{"jsonrpc": "2.0", "method": "foobar"}"#,
        r#"{"jsonrpc": "2.0", "method": "subtract", "params": ["a"]}"#,
        r#"{"jsonrpc": "2.0", "method": "fail"}"#,
        r#"[{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
            {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]"#,
    ] {
        assert_eq!(answer(notification), "", "{notification}");
    }
}

#[test]
fn errors() {
    for (request, expected) in [
        (
            r#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#,
            not_found(r#""1""#),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#,
            parse_error(),
        ),
        ("", parse_error()),
        ("\"\u{1}\"", parse_error()),
        (
            r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#,
            invalid("null"),
        ),
        ("1", invalid("null")),
        ("null", invalid("null")),
        ("{}", invalid("null")),
        // The version is a string, and this one.
        (r#"{"method": "sum", "params": [], "id": 1}"#, invalid("1")),
        (
            r#"{"jsonrpc": "1.0", "method": "sum", "params": [], "id": 1}"#,
            invalid("1"),
        ),
        (
            r#"{"jsonrpc": 2.0, "method": "sum", "params": [], "id": 1}"#,
            invalid("1"),
        ),
        // Parameters have a structure.
        (
            r#"{"jsonrpc": "2.0", "method": "sum", "params": 1, "id": 1}"#,
            invalid("1"),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "sum", "params": null, "id": 1}"#,
            invalid("1"),
        ),
        // What is no id cannot be echoed.
        (
            r#"{"jsonrpc": "2.0", "method": "sum", "params": [], "id": [1]}"#,
            invalid("null"),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": "sum", "params": [], "id": true}"#,
            invalid("null"),
        ),
        // Batches.
        ("[]", invalid("null")),
        ("[1]", format!("[{}]", invalid("null"))),
        ("[1,2,3]", format!("[{0},{0},{0}]", invalid("null"))),
        ("[[]]", format!("[{}]", invalid("null"))),
        (
            r#"[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
                {"jsonrpc": "2.0", "method""#,
            parse_error(),
        ),
    ] {
        assert_eq!(answer(request), expected, "{request}");
    }
}

#[test]
fn errors_that_say_more() {
    let code_and_data = |text: &str| {
        let answer: Value = serde_json::from_str(&answer(text)).expect("it is JSON");
        (
            answer["error"]["code"].clone(),
            answer["error"]["data"].clone(),
        )
    };
    for params in [
        r#"["a", 1]"#,
        "[1]",
        "[1,2,3]",
        r#"{"minuend": 1}"#,
        "[]",
        "{}",
    ] {
        let request =
            format!(r#"{{"jsonrpc":"2.0","method":"subtract","params":{params},"id":1}}"#);
        let (code, data) = code_and_data(&request);
        assert_eq!(code, -32602, "{params}");
        assert!(data.is_string(), "{params}: {data}");
    }
    let (code, data) = code_and_data(r#"{"jsonrpc":"2.0","method":"fail","id":1}"#);
    assert_eq!((code, data), (json!(7), json!({"why": 1})));
    let (code, _) = code_and_data(r#"{"jsonrpc":"2.0","method":"panic","id":1}"#);
    assert_eq!(code, -32603);
}

#[test]
fn a_batch_is_answered_for_those_that_have_an_id() {
    let batch = r#"[
        {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
        {"jsonrpc": "2.0", "method": "update", "params": [7]},
        {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
        {"foo": "boo"},
        {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
        {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]"#;
    let expected = [
        result("7", r#""1""#),
        result("19", r#""2""#),
        invalid("null"),
        not_found(r#""5""#),
        result(r#"["hello",5]"#, r#""9""#),
    ];
    assert_eq!(answer(batch), format!("[{}]", expected.join(",")));
}

#[test]
fn notifications_are_carried_out() {
    let count = Arc::new(AtomicU64::new(0));
    let mut registry = Registry::new();
    let counted = Arc::clone(&count);
    registry.method(
        "count",
        move |()| Ok(counted.fetch_add(1, Ordering::SeqCst)),
    );
    assert_eq!(
        registry.answer(br#"{"jsonrpc":"2.0","method":"count"}"#),
        None
    );
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
#[should_panic(expected = "reserved")]
fn names_of_the_specification_are_not_given_away() {
    Registry::new().method("rpc.discover", |()| Ok(()));
}

#[test]
fn texts_are_lines() {
    let input = b"\n{\"jsonrpc\":\"2.0\",\"method\":\"sum\",\"params\":[1,2],\"id\":1}\r\n\
        {\"jsonrpc\":\"2.0\",\"method\":\"update\"}\n[]\nnonsense\n\
        {\"jsonrpc\":\"2.0\",\"method\":\"sum\",\"id\":2}";
    let mut output = Vec::new();
    line::serve(&registry(), &input[..], &mut output).expect("memory does not fail");
    // The last line may be half of one.
    let expected = [
        result("3", "1"),
        invalid("null"),
        parse_error(),
        String::new(),
    ];
    assert_eq!(
        String::from_utf8(output).expect("text"),
        expected.join("\n")
    );
}

#[test]
fn a_line_without_end_is_given_up() {
    let mut input = Cursor::new(vec![b' '; tcp_http::rpc::LONGEST + 10]);
    let error = line::serve(&registry(), &mut input, Vec::new()).expect_err("it is too long");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop_oneof![Just("2.0"), Just("sum"), Just("subtract"), Just("x")].prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let name = prop_oneof![
            Just("jsonrpc"),
            Just("method"),
            Just("params"),
            Just("id"),
            Just("x")
        ];
        let name = name.prop_map(String::from);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(name, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// What every answer looks like.
fn check_one(answer: &Value) -> Result<(), TestCaseError> {
    let members = answer.as_object().expect("an object");
    prop_assert_eq!(members.len(), 3);
    prop_assert_eq!(&members["jsonrpc"], "2.0");
    let id = &members["id"];
    prop_assert!(id.is_null() || id.is_number() || id.is_string());
    prop_assert!(members.contains_key("result") != members.contains_key("error"));
    if let Some(error) = members.get("error") {
        prop_assert!(error["code"].is_i64() && error["message"].is_string());
    }
    Ok(())
}

fn check(answer: Option<String>) -> Result<(), TestCaseError> {
    let Some(answer) = answer else {
        return Ok(());
    };
    prop_assert!(!answer.contains('\n'));
    match serde_json::from_str(&answer).expect("it is JSON") {
        Value::Array(answers) => {
            prop_assert!(!answers.is_empty());
            answers.iter().try_for_each(check_one)
        }
        answer => check_one(&answer),
    }
}

proptest! {
    #![proptest_config(http_cases::cases(256))]

    #[test]
    fn garbage_gets_an_answer_in_form(text in prop::collection::vec(any::<u8>(), 0..60)) {
        check(registry().answer(&text))?;
    }

    #[test]
    fn json_gets_an_answer_in_form_or_none(value in any_json()) {
        check(registry().answer(value.to_string().as_bytes()))?;
    }

    #[test]
    fn a_valid_id_comes_back(id in prop_oneof![
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        Just(Value::Null),
    ]) {
        let request = json!({"jsonrpc": "2.0", "method": "sum", "params": [1, 2], "id": id});
        let answer = registry().answer(request.to_string().as_bytes()).expect("an answer");
        let answer: Value = serde_json::from_str(&answer).expect("it is JSON");
        prop_assert_eq!(answer, json!({"jsonrpc": "2.0", "result": 3, "id": id}));
    }
}
