//! Values in a context are found by type, so two modules cannot take each other's for their own.
//!
//! What belongs to a request and has to get through code that does not know of it (the number that
//! all its log lines carry, who is logged in) can travel in the context. In Go the key is any
//! comparable value, and two packages that both choose the string `"id"` overwrite each other without
//! a word; the remedy there is a key of a private type. Here the type of the value is the key, and a
//! private type is a key that nobody else can even name.
//!
//! A value is seen by the contexts below, and a new one hides the old one only there: nothing is ever
//! changed in a context that somebody else has. tracing's spans and tokio's `task_local!` are for the
//! same purpose, without a parameter.

use channels::context::Context;

mod http {
    use super::Context;

    struct Id(u64);

    pub(super) fn accept(context: &Context, number: u64) -> Context {
        context.with_value(Id(number))
    }

    pub(super) fn id(context: &Context) -> Option<u64> {
        context.value().map(|Id(number)| *number)
    }
}

mod login {
    use super::Context;

    struct Id(&'static str);

    pub(super) fn enter(context: &Context, user: &'static str) -> Context {
        context.with_value(Id(user))
    }

    pub(super) fn id(context: &Context) -> Option<&'static str> {
        context.value().map(|Id(user)| *user)
    }
}

/// Two packages of a Go program that have chosen the same key.
#[derive(Debug, PartialEq)]
struct Id(&'static str);

fn main() {
    let request = http::accept(&Context::background(), 7);
    let session = login::enter(&request, "dennis");
    let as_root = login::enter(&session, "root");
    for (name, context) in [
        ("request", &request),
        ("session", &session),
        ("as_root", &as_root),
    ] {
        let (http, login) = (http::id(context), login::id(context));
        println!("{name}: http's id {http:?}, login's id {login:?}");
    }
    assert_eq!(http::id(&as_root), Some(7));
    assert_eq!(login::id(&request), None);
    assert_eq!(login::id(&session), Some("dennis"));
    assert_eq!(login::id(&as_root), Some("root"));

    let clash = Context::background()
        .with_value(Id("request 7"))
        .with_value(Id("dennis"));
    println!("one key for both: {:?}", clash.value::<Id>());
    assert_eq!(
        clash.value(),
        Some(&Id("dennis")),
        "the request's is hidden"
    );
}
