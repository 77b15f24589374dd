//! Commands.

use super::{Printer, Style, here_document};
use crate::syntax::ast::{
    Action, AndOr, Arm, Command, Compound, Connector, Function, HereDocument, Item, Pipeline,
    Redirect, Simple, Word,
};
use crate::syntax::lexer::token::Reserved;
use crate::syntax::lexer::word::Context;

impl Printer {
    /// In lines, each with its newline; in one line, without a separator at the end.
    pub(super) fn list(&mut self, list: &[Item]) {
        for (index, item) in list.iter().enumerate() {
            if self.style == Style::Inline && index > 0 {
                self.put(" ");
            }
            self.and_or(&item.and_or);
            let last = index + 1 == list.len();
            match (item.background, self.style) {
                (true, _) => self.put(" &"),
                (false, Style::Inline) if !last => self.put(";"),
                (false, _) => {}
            }
            if self.style == Style::Lines {
                self.put("\n");
                self.put_here_documents();
                if !last {
                    self.put("    ".repeat(self.indent));
                }
            }
        }
    }

    /// A list inside of something, between a newline and the line of `end`.
    fn block(&mut self, list: &[Item], end: &str) {
        if self.style == Style::Inline {
            self.put(" ");
            self.list(list);
            let separated = list.last().is_none_or(|item| item.background);
            self.put(if separated { " " } else { "; " });
            return self.put(end);
        }
        self.indent += 1;
        self.newline();
        self.list(list);
        self.indent -= 1;
        self.put("    ".repeat(self.indent));
        self.put(end);
    }

    fn and_or(&mut self, and_or: &AndOr) {
        self.pipeline(&and_or.first);
        for (connector, pipeline) in &and_or.rest {
            self.put(match connector {
                Connector::And => " && ",
                Connector::Or => " || ",
            });
            self.pipeline(pipeline);
        }
    }

    pub(super) fn pipeline(&mut self, pipeline: &Pipeline) {
        if pipeline.negated {
            self.put("! ");
        }
        for (index, command) in pipeline.commands.iter().enumerate() {
            if index > 0 {
                self.put(" | ");
            }
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound(compound, redirects) => {
                self.compound(compound);
                self.redirects(redirects);
            }
            Command::Function(function) => self.function(function),
        }
    }

    pub(super) fn function(&mut self, function: &Function) {
        self.put(function.name.text());
        self.put("() ");
        self.compound(&function.body);
        self.redirects(&function.redirects);
    }

    fn simple(&mut self, simple: &Simple) {
        let begin = self.out.len();
        for assignment in &simple.assignments {
            self.put(" ");
            self.put(assignment.name.text());
            self.put("=");
            self.parts(&assignment.value.parts, Context::Word);
        }
        let first = simple.words.first().and_then(Word::literal);
        if first.and_then(Reserved::of).is_some() {
            // It is a command's name only because something stood before it.
            self.redirects(&simple.redirects);
            self.words(&simple.words);
        } else {
            self.words(&simple.words);
            self.redirects(&simple.redirects);
        }
        if begin < self.out.len() {
            self.out.remove(begin);
        }
    }

    fn redirects(&mut self, redirects: &[Redirect]) {
        for redirect in redirects {
            self.put(" ");
            if let Some(descriptor) = redirect.descriptor {
                self.put(descriptor.to_string());
            }
            let (sign, target) = match &redirect.action {
                Action::Here(document) => {
                    self.here(document);
                    continue;
                }
                Action::Read(target) => ("<", target),
                Action::Write(target) => (">", target),
                Action::Clobber(target) => (">|", target),
                Action::Append(target) => (">>", target),
                Action::ReadWrite(target) => ("<>", target),
                Action::DuplicateInput(target) => ("<&", target),
                Action::DuplicateOutput(target) => (">&", target),
            };
            self.put(sign);
            self.parts(&target.parts, Context::Word);
        }
    }

    fn here(&mut self, document: &HereDocument) {
        let (delimiter, lines) = here_document(document);
        self.put(if document.strip_tabs { "<<-" } else { "<<" });
        if delimiter.starts_with(b"-") {
            self.put(" ");
        }
        match document.quoted {
            true => self.quoted(&delimiter),
            false => self.put(delimiter),
        }
        self.pending.push(lines);
    }

    fn compound(&mut self, compound: &Compound) {
        match compound {
            Compound::Group(body) => {
                self.put("{");
                self.block(body, "}");
            }
            Compound::Subshell(body) => self.subshell(body),
            Compound::If {
                branches,
                otherwise,
            } => {
                for (index, (condition, body)) in branches.iter().enumerate() {
                    self.put(if index == 0 { "if" } else { "elif" });
                    self.condition(condition, "then");
                    let last = index + 1 == branches.len();
                    self.block(
                        body,
                        if last && otherwise.is_none() {
                            "fi"
                        } else {
                            ""
                        },
                    );
                }
                if let Some(body) = otherwise {
                    self.put("else");
                    self.block(body, "fi");
                }
            }
            Compound::For {
                name, words, body, ..
            } => {
                self.put("for ");
                self.put(name.text());
                if let Some(words) = words {
                    self.put(" in");
                    self.words(words);
                }
                self.put("; do");
                self.block(body, "done");
            }
            Compound::Case { word, arms, .. } => self.case(word, arms),
            Compound::While(condition, body) => self.turns("while", condition, body),
            Compound::Until(condition, body) => self.turns("until", condition, body),
        }
    }

    fn turns(&mut self, keyword: &str, condition: &[Item], body: &[Item]) {
        self.put(keyword);
        self.condition(condition, "do");
        self.block(body, "done");
    }

    /// A condition of one command fits on the line of its keyword.
    fn condition(&mut self, condition: &[Item], end: &str) {
        let style = std::mem::replace(&mut self.style, Style::Inline);
        self.block(condition, end);
        self.style = style;
    }

    fn subshell(&mut self, body: &[Item]) {
        self.put("(");
        if self.style == Style::Lines {
            return self.block(body, ")");
        }
        let begin = self.out.len();
        self.list(body);
        if self.out.get(begin) == Some(&b'(') {
            self.out.insert(begin, b' ');
        }
        self.put(")");
    }

    fn case(&mut self, word: &Word, arms: &[Arm]) {
        self.put("case ");
        self.parts(&word.parts, Context::Word);
        self.put(" in");
        self.indent += 1;
        for arm in arms {
            self.newline();
            self.arm(arm);
        }
        self.indent -= 1;
        self.newline();
        self.put("esac");
    }

    fn arm(&mut self, arm: &Arm) {
        let first = arm.patterns.first().and_then(Word::literal);
        if first == Some(b"esac") {
            self.put("(");
        }
        for (index, pattern) in arm.patterns.iter().enumerate() {
            if index > 0 {
                self.put(" | ");
            }
            self.parts(&pattern.parts, Context::Word);
        }
        self.put(")");
        let end = if arm.falls_through { ";&" } else { ";;" };
        match (self.style, arm.body.is_empty()) {
            (_, true) => self.put(" "),
            (Style::Lines, false) => return self.block(&arm.body, end),
            (Style::Inline, false) => {
                self.put(" ");
                self.list(&arm.body);
                self.put(" ");
            }
        }
        self.put(end);
    }
}
