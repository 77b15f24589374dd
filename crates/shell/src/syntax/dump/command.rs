//! Commands.

use super::Node;
use super::word::{word, words};
use crate::syntax::ast::{
    Action, AndOr, Arm, Command, Compound, Connector, Item, Pipeline, Redirect, Simple,
};

pub(super) fn items(list: &[Item]) -> Vec<Node> {
    list.iter().map(item).collect()
}

fn item(item: &Item) -> Node {
    let and_or = and_or(&item.and_or);
    match item.background {
        true => Node::new("background", vec![and_or]),
        false => and_or,
    }
}

/// A pipeline alone stands for itself.
fn and_or(and_or: &AndOr) -> Node {
    let first = pipeline(&and_or.first);
    if and_or.rest.is_empty() {
        return first;
    }
    let mut children = vec![first];
    for (connector, next) in &and_or.rest {
        let kind = match connector {
            Connector::And => "and",
            Connector::Or => "or",
        };
        children.push(Node::new(kind, vec![pipeline(next)]));
    }
    Node::new("and-or", children)
}

/// A command alone, too.
fn pipeline(pipeline: &Pipeline) -> Node {
    let mut commands: Vec<Node> = pipeline.commands.iter().map(command).collect();
    let inner = match commands.len() {
        1 => commands.remove(0),
        _ => Node::new("pipeline", commands),
    };
    match pipeline.negated {
        true => Node::new("not", vec![inner]),
        false => inner,
    }
}

fn command(command: &Command) -> Node {
    match command {
        Command::Simple(inner) => simple(inner),
        Command::Compound(inner, outer) => {
            let mut node = compound(inner);
            node.children.extend(redirects(outer));
            node
        }
        Command::Function(function) => {
            let mut children = vec![compound(&function.body)];
            children.extend(redirects(&function.redirects));
            Node::text("function", &function.name.text()).with(children)
        }
    }
}

fn simple(simple: &Simple) -> Node {
    let assignments = simple.assignments.iter().map(|assignment| {
        Node::text("assignment", &assignment.name.text()).with(vec![word(&assignment.value)])
    });
    let mut children: Vec<Node> = assignments.collect();
    children.extend(words(&simple.words));
    children.extend(redirects(&simple.redirects));
    Node::new("command", children)
}

fn compound(compound: &Compound) -> Node {
    match compound {
        Compound::Group(body) => Node::new("group", items(body)),
        Compound::Subshell(body) => Node::new("subshell", items(body)),
        Compound::If {
            branches,
            otherwise,
        } => {
            let mut children = Vec::new();
            for (condition, body) in branches {
                children.push(Node::new("condition", items(condition)));
                children.push(Node::new("then", items(body)));
            }
            children.extend(otherwise.iter().map(|body| Node::new("else", items(body))));
            Node::new("if", children)
        }
        Compound::For {
            name,
            words: over,
            body,
            ..
        } => {
            let over = over.iter().map(|over| Node::new("in", words(over)));
            let mut children: Vec<Node> = over.collect();
            children.push(Node::new("do", items(body)));
            Node::text("for", &name.text()).with(children)
        }
        Compound::Case {
            word: subject,
            arms,
            ..
        } => {
            let mut children = vec![word(subject)];
            children.extend(arms.iter().map(arm));
            Node::new("case", children)
        }
        Compound::While(condition, body) => turns("while", condition, body),
        Compound::Until(condition, body) => turns("until", condition, body),
    }
}

fn turns(kind: &str, condition: &[Item], body: &[Item]) -> Node {
    let condition = Node::new("condition", items(condition));
    Node::new(kind, vec![condition, Node::new("do", items(body))])
}

fn arm(arm: &Arm) -> Node {
    let kind = match arm.falls_through {
        true => "arm that falls through",
        false => "arm",
    };
    let patterns = Node::new("patterns", words(&arm.patterns));
    Node::new(kind, vec![patterns, Node::new("do", items(&arm.body))])
}

fn redirects(redirects: &[Redirect]) -> impl Iterator<Item = Node> {
    redirects.iter().map(redirect)
}

fn redirect(redirect: &Redirect) -> Node {
    let (operator, inner) = match &redirect.action {
        Action::Read(target) => ("<", target),
        Action::Write(target) => (">", target),
        Action::Clobber(target) => (">|", target),
        Action::Append(target) => (">>", target),
        Action::ReadWrite(target) => ("<>", target),
        Action::DuplicateInput(target) => ("<&", target),
        Action::DuplicateOutput(target) => (">&", target),
        Action::Here(document) if document.strip_tabs => ("<<-", &document.body),
        Action::Here(document) => ("<<", &document.body),
    };
    let mut text = redirect
        .descriptor
        .map_or_else(String::new, |number| number.to_string());
    text.push_str(operator);
    let kind = match &redirect.action {
        Action::Here(document) if document.quoted => "quoted here-document",
        Action::Here(_) => "here-document",
        _ => "redirect",
    };
    Node::text(kind, text.as_bytes()).with(vec![word(inner)])
}
