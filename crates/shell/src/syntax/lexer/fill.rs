//! Puts the bodies of here-documents where they belong.

use std::rc::Rc;

use crate::syntax::ast::{
    Action, Command, Compound, HereDocument, List, Operator, Parameter, Part, Redirect, Simple,
    Word,
};

/// Fills what is empty in `list`.
pub(in crate::syntax) fn commands(commands: &mut List, bodies: &[Word]) {
    if !bodies.is_empty() {
        list(commands, bodies);
    }
}

fn list(list: &mut List, bodies: &[Word]) {
    for item in list {
        let rest = item.and_or.rest.iter_mut().map(|(_, pipeline)| pipeline);
        for pipeline in [&mut item.and_or.first].into_iter().chain(rest) {
            for inner in &mut pipeline.commands {
                command(inner, bodies);
            }
        }
    }
}

fn command(command: &mut Command, bodies: &[Word]) {
    match command {
        Command::Simple(inner) => simple(inner, bodies),
        Command::Compound(inner, redirect) => {
            compound(inner, bodies);
            redirects(redirect, bodies);
        }
        Command::Function(function) => {
            let function = own(function);
            compound(&mut function.body, bodies);
            redirects(&mut function.redirects, bodies);
        }
    }
}

fn simple(simple: &mut Simple, bodies: &[Word]) {
    for assignment in &mut simple.assignments {
        word(&mut assignment.value, bodies);
    }
    words(&mut simple.words, bodies);
    redirects(&mut simple.redirects, bodies);
}

fn compound(compound: &mut Compound, bodies: &[Word]) {
    match compound {
        Compound::Group(body) | Compound::Subshell(body) => list(body, bodies),
        Compound::If {
            branches,
            otherwise,
        } => {
            for (condition, body) in branches {
                list(condition, bodies);
                list(body, bodies);
            }
            otherwise.iter_mut().for_each(|body| list(body, bodies));
        }
        Compound::For {
            words: over, body, ..
        } => {
            over.iter_mut().for_each(|over| words(over, bodies));
            list(body, bodies);
        }
        Compound::Case {
            word: subject,
            arms,
            ..
        } => {
            word(subject, bodies);
            for arm in arms {
                words(&mut arm.patterns, bodies);
                list(&mut arm.body, bodies);
            }
        }
        Compound::While(condition, body) | Compound::Until(condition, body) => {
            list(condition, bodies);
            list(body, bodies);
        }
    }
}

fn redirects(redirects: &mut [Redirect], bodies: &[Word]) {
    for redirect in redirects {
        match &mut redirect.action {
            Action::Here(document) => here(own(document), bodies),
            Action::Read(target)
            | Action::Write(target)
            | Action::Clobber(target)
            | Action::Append(target)
            | Action::ReadWrite(target)
            | Action::DuplicateInput(target)
            | Action::DuplicateOutput(target) => word(target, bodies),
        }
    }
}

/// An empty body has the line 0 and its number as the column.
fn here(document: &mut HereDocument, bodies: &[Word]) {
    if document.body.position.line == 0 {
        let number = document.body.position.column as usize;
        document.body = bodies[number].clone();
    }
}

fn words(words: &mut [Word], bodies: &[Word]) {
    words.iter_mut().for_each(|inner| word(inner, bodies));
}

fn word(word: &mut Word, bodies: &[Word]) {
    parts(&mut word.parts, bodies);
}

/// Fills what is empty in the substitutions among `parts`.
pub(in crate::syntax) fn parts(parts: &mut [Part], bodies: &[Word]) {
    if bodies.is_empty() {
        return;
    }
    for part in parts {
        match part {
            Part::Literal(_) | Part::Quoted(_) | Part::Tilde(_) => {}
            Part::DoubleQuoted(inner) => self::parts(inner, bodies),
            Part::Parameter(inner) => parameter(inner, bodies),
            Part::Command(substitution) => list(&mut own(substitution).body, bodies),
            Part::Arithmetic(arithmetic) => word(&mut own(arithmetic).text, bodies),
        }
    }
}

fn parameter(parameter: &mut Parameter, bodies: &[Word]) {
    match &mut parameter.operator {
        Operator::Default(_, inner)
        | Operator::Assign(_, inner)
        | Operator::Error(_, Some(inner))
        | Operator::Alternative(_, inner)
        | Operator::Trim(_, _, inner) => word(inner, bodies),
        Operator::Value | Operator::Length | Operator::Error(_, None) | Operator::Bad(_) => {}
    }
}

/// A tree that has just been read belongs to nobody else. Braces may have copied a part of it:
/// then the copies are made apart.
fn own<T: Clone>(shared: &mut Rc<T>) -> &mut T {
    Rc::make_mut(shared)
}
