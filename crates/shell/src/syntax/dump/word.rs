//! Words.

use super::Node;
use super::command::items;
use crate::syntax::ast::{End, Extent, Operator, Parameter, Part, Test, Word};

pub(super) fn words(words: &[Word]) -> Vec<Node> {
    words.iter().map(word).collect()
}

pub(super) fn word(word: &Word) -> Node {
    Node::new("word", parts(&word.parts))
}

fn parts(parts: &[Part]) -> Vec<Node> {
    parts.iter().map(part).collect()
}

fn part(part: &Part) -> Node {
    match part {
        Part::Literal(text) => Node::text("literal", text),
        Part::Quoted(text) => Node::text("quoted", text),
        Part::DoubleQuoted(inner) => Node::new("double-quoted", parts(inner)),
        Part::Tilde(user) => Node::text("tilde", user),
        Part::Parameter(inner) => parameter(inner),
        Part::Command(substitution) => {
            let kind = match substitution.back_quoted {
                true => "back-quoted substitution",
                false => "substitution",
            };
            Node::new(kind, items(&substitution.body))
        }
        Part::Arithmetic(arithmetic) => Node::new("arithmetic", parts(&arithmetic.text.parts)),
    }
}

fn parameter(parameter: &Parameter) -> Node {
    let node = Node::text("parameter", &parameter.subject.text());
    let operator = match &parameter.operator {
        Operator::Value => return node,
        Operator::Length => Node::new("length", Vec::new()),
        Operator::Default(test, inner) => tested("default", *test, Some(inner)),
        Operator::Assign(test, inner) => tested("assign", *test, Some(inner)),
        Operator::Error(test, inner) => tested("error", *test, inner.as_ref()),
        Operator::Alternative(test, inner) => tested("alternative", *test, Some(inner)),
        Operator::Trim(end, extent, pattern) => Node::new(trim(*end, *extent), vec![word(pattern)]),
        Operator::Bad(text) => Node::text("bad operator", text),
    };
    node.with(vec![operator])
}

fn tested(kind: &str, test: Test, inner: Option<&Word>) -> Node {
    let when = match test {
        Test::Unset => "unset",
        Test::UnsetOrEmpty => "unset or empty",
    };
    let when = if kind == "alternative" {
        format!("unless {when}")
    } else {
        format!("if {when}")
    };
    Node::new(
        format!("{kind} {when}"),
        inner.map(word).into_iter().collect(),
    )
}

fn trim(end: End, extent: Extent) -> &'static str {
    match (end, extent) {
        (End::Prefix, Extent::Shortest) => "without the shortest prefix",
        (End::Prefix, Extent::Longest) => "without the longest prefix",
        (End::Suffix, Extent::Shortest) => "without the shortest suffix",
        (End::Suffix, Extent::Longest) => "without the longest suffix",
    }
}
