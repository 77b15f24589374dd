//! The tree as a tree, for people (`--ast`) and for programs (`--ast=json`).

mod command;

mod word;

use std::fmt::Write;

use serde::Serialize;

use super::ast::Item;

/// One node: what it is, the text that belongs to it alone, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// `pipeline`, `word` …
    pub kind: String,
    /// A name, a literal, an operator. Bytes that are no UTF-8 are escaped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
}

impl Node {
    fn new(kind: impl Into<String>, children: Vec<Self>) -> Self {
        Self {
            kind: kind.into(),
            text: None,
            children,
        }
    }

    fn text(kind: impl Into<String>, text: &[u8]) -> Self {
        Self {
            kind: kind.into(),
            text: Some(readable(text)),
            children: Vec::new(),
        }
    }

    fn with(mut self, children: Vec<Self>) -> Self {
        self.children = children;
        self
    }
}

/// The nodes of a script.
#[must_use]
pub fn tree(list: &[Item]) -> Node {
    Node::new("script", command::items(list))
}

/// The nodes with a line each, indented.
#[must_use]
pub fn text(node: &Node) -> String {
    let mut out = String::new();
    let mut open = vec![(node, 0)];
    while let Some((node, depth)) = open.pop() {
        let _ = write!(out, "{:indent$}{}", "", node.kind, indent = 2 * depth);
        if let Some(text) = &node.text {
            let _ = write!(out, " {text:?}");
        }
        out.push('\n');
        open.extend(node.children.iter().rev().map(|child| (child, depth + 1)));
    }
    out
}

fn readable(text: &[u8]) -> String {
    let mut out = String::new();
    for chunk in text.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}
