//! From tokens to a program: one function for each level of C's grammar.

use super::error::{At, Fault};
use super::plain_name;
use super::program::{Binary, MAX_OPERANDS, Op, Program, Unary};
use super::token::{self, Token};
use crate::syntax::ast::{Part, Word};

/// So many parentheses, signs and assignments may be in each other.
const MAX_DEPTH: usize = 128;

/// The program of a text in which nothing is left to expand.
pub(super) fn text(text: &[u8]) -> Result<Program, At> {
    let mut tokens = Vec::new();
    token::append(text, 0, &mut tokens)?;
    if tokens.is_empty() {
        // What dash and bash do with `$(())`.
        tokens.push((Token::Number(0), 0));
    }
    Compiler::new(tokens, text.len()).program()
}

/// The program of a word as it was written, where that is possible: see
/// [`Compiled::program`](super::Compiled::program).
pub(super) fn word(word: &Word) -> Option<Program> {
    let mut tokens = Vec::new();
    let mut operands = Vec::new();
    // Whether what comes next would be one token with what was last.
    let mut glued = false;
    // In the text as `spelled` gives it.
    let mut place = 0;
    for part in &word.parts {
        if let Part::Literal(text) = part {
            let after_operand = matches!(tokens.last(), Some((Token::Operand(_), _)));
            if after_operand && text.first().is_some_and(|&byte| token::is_of_word(byte)) {
                return None;
            }
            token::append(text, place, &mut tokens).ok()?;
            place += text.len();
            glued = text.last().is_some_and(|&byte| token::is_of_word(byte));
        } else {
            let name = plain_name(part)?;
            if glued || operands.len() == MAX_OPERANDS {
                return None;
            }
            tokens.push((Token::Operand(operands.len() as u8), place));
            place += 1 + name.text().len();
            operands.push(name);
            glued = true;
        }
    }
    if tokens.is_empty() {
        return None;
    }
    let mut program = Compiler::new(tokens, place).program().ok()?;
    program.operands = operands;
    Some(program)
}

struct Compiler {
    tokens: Vec<(Token, usize)>,
    /// The next token.
    next: usize,
    /// Where the text ends.
    end: usize,
    depth: usize,
    program: Program,
    /// So many values are on the stack here.
    height: usize,
}

impl Compiler {
    fn new(tokens: Vec<(Token, usize)>, end: usize) -> Self {
        Self {
            tokens,
            next: 0,
            end,
            depth: 0,
            program: Program::default(),
            height: 0,
        }
    }

    fn program(mut self) -> Result<Program, At> {
        self.sequence()?;
        match self.peek() {
            None => Ok(self.program),
            Some(Token::Assign(_)) => Err(self.fault(Fault::NotAssignable)),
            Some(_) => Err(self.fault(Fault::OperatorExpected)),
        }
    }

    /// `a, b`
    fn sequence(&mut self) -> Result<(), At> {
        self.assignment()?;
        while self.take(Token::Comma) {
            self.emit(Op::Pop);
            self.assignment()?;
        }
        Ok(())
    }

    /// `name = a`, `name += a`
    fn assignment(&mut self) -> Result<(), At> {
        let (Some(Token::Name(name)), Some(Token::Assign(operator))) =
            (self.peek(), self.peek_second())
        else {
            return self.conditional();
        };
        let place = self.place();
        self.next += 2;
        if operator.is_some() {
            self.emit_at(Op::Load(name), place);
        }
        self.deeper(Self::assignment)?;
        if let Some(operator) = operator {
            self.emit_at(Op::Binary(operator), place);
        }
        self.emit_at(Op::Store(name), place);
        Ok(())
    }

    /// `a ? b : c`
    fn conditional(&mut self) -> Result<(), At> {
        self.binary(0)?;
        if !self.take(Token::Question) {
            return Ok(());
        }
        let to_otherwise = self.emit(Op::JumpIfZero(0));
        self.deeper(Self::sequence)?;
        let to_end = self.emit(Op::Jump(0));
        if !self.take(Token::Colon) {
            return Err(self.fault(Fault::ColonExpected));
        }
        // Only one of the two is computed.
        self.height -= 1;
        self.land(to_otherwise);
        self.deeper(Self::conditional)?;
        self.land(to_end);
        Ok(())
    }

    /// Operators that bind at least as tightly as `level`, from left to right.
    fn binary(&mut self, level: u8) -> Result<(), At> {
        self.unary()?;
        while let Some(token) = self.peek() {
            let Some(own) = precedence(token).filter(|own| *own >= level) else {
                break;
            };
            let place = self.place();
            self.next += 1;
            match token {
                Token::And => self.short_circuit(Op::And, own)?,
                Token::Or => self.short_circuit(Op::Or, own)?,
                _ => {
                    self.binary(own + 1)?;
                    self.emit_operator(token, place);
                }
            }
        }
        Ok(())
    }

    fn short_circuit(&mut self, jump: fn(usize) -> Op, level: u8) -> Result<(), At> {
        let jump = self.emit(jump(0));
        self.binary(level + 1)?;
        self.emit(Op::Unary(Unary::Truth));
        self.land(jump);
        Ok(())
    }

    fn emit_operator(&mut self, token: Token, place: usize) {
        match token {
            Token::Binary(operator) => {
                self.emit_at(Op::Binary(operator), place);
            }
            // Two signs: `a - -b`, or `a + +b`.
            Token::Increment(by) => {
                if by < 0 {
                    self.emit(Op::Unary(Unary::Minus));
                    self.emit_at(Op::Binary(Binary::Subtract), place);
                } else {
                    self.emit_at(Op::Binary(Binary::Add), place);
                }
            }
            _ => {}
        }
    }

    fn unary(&mut self) -> Result<(), At> {
        let operator = match self.peek() {
            Some(Token::Not) => Some(Unary::Not),
            Some(Token::Complement) => Some(Unary::Complement),
            Some(Token::Binary(Binary::Subtract)) => Some(Unary::Minus),
            Some(Token::Binary(Binary::Add)) => None,
            Some(Token::Increment(by)) => return self.prefix(by),
            _ => return self.operand(),
        };
        self.next += 1;
        self.deeper(Self::unary)?;
        if let Some(operator) = operator {
            self.emit(Op::Unary(operator));
        }
        Ok(())
    }

    /// `++name`; before anything else `++` and `--` are two signs, which change nothing.
    fn prefix(&mut self, by: i64) -> Result<(), At> {
        self.next += 1;
        if let Some(Token::Name(name)) = self.peek() {
            self.emit(Op::AddFirst(name, by));
            self.next += 1;
            return Ok(());
        }
        self.deeper(Self::unary)
    }

    fn operand(&mut self) -> Result<(), At> {
        let place = self.place();
        let token = self.peek().ok_or(At(Fault::OperandExpected, place))?;
        let op = match token {
            Token::Open => return self.parenthesis(),
            Token::Number(number) => Op::Push(number),
            Token::Operand(number) => Op::Operand(number),
            Token::Name(name) => match self.postfix() {
                Some(by) => {
                    self.next += 1;
                    Op::AddAfter(name, by)
                }
                None => Op::Load(name),
            },
            _ => return Err(At(Fault::OperandExpected, place)),
        };
        self.next += 1;
        self.emit_at(op, place);
        Ok(())
    }

    fn parenthesis(&mut self) -> Result<(), At> {
        self.next += 1;
        self.deeper(Self::sequence)?;
        if self.take(Token::Close) {
            return Ok(());
        }
        match self.peek() {
            Some(Token::Assign(_)) => Err(self.fault(Fault::NotAssignable)),
            _ => Err(self.fault(Fault::CloseExpected)),
        }
    }

    /// The `++` or `--` behind the name that comes next, unless an operand follows: `a--1` is
    /// `a - -1`.
    fn postfix(&self) -> Option<i64> {
        let Some(Token::Increment(by)) = self.peek_second() else {
            return None;
        };
        let after = self.tokens.get(self.next + 2).map(|(token, _)| *token);
        let operand_follows = matches!(
            after,
            Some(Token::Number(_) | Token::Name(_) | Token::Operand(_) | Token::Open)
        );
        (!operand_follows).then_some(by)
    }

    fn deeper(&mut self, inner: fn(&mut Self) -> Result<(), At>) -> Result<(), At> {
        if self.depth == MAX_DEPTH {
            return Err(self.fault(Fault::TooDeep));
        }
        self.depth += 1;
        inner(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// Adds an instruction, and returns where it is.
    fn emit(&mut self, op: Op) -> usize {
        self.emit_at(op, self.place())
    }

    fn emit_at(&mut self, op: Op, place: usize) -> usize {
        match op {
            Op::Push(_) | Op::Load(_) | Op::Operand(_) => self.height += 1,
            Op::AddFirst(..) | Op::AddAfter(..) => self.height += 1,
            Op::Binary(_) | Op::Pop | Op::And(_) | Op::Or(_) | Op::JumpIfZero(_) => {
                self.height -= 1;
            }
            Op::Store(_) | Op::Unary(_) | Op::Jump(_) => {}
        }
        let code = &mut self.program.code;
        code.push((op, u32::try_from(place).unwrap_or(u32::MAX)));
        self.program.height = self.program.height.max(self.height);
        code.len() - 1
    }

    /// Makes the jump at `from` go to what comes next.
    fn land(&mut self, from: usize) {
        let here = self.program.code.len();
        if let Op::And(to) | Op::Or(to) | Op::JumpIfZero(to) | Op::Jump(to) =
            &mut self.program.code[from].0
        {
            *to = here;
        }
    }

    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.next).map(|(token, _)| *token)
    }

    fn peek_second(&self) -> Option<Token> {
        self.tokens.get(self.next + 1).map(|(token, _)| *token)
    }

    fn take(&mut self, token: Token) -> bool {
        let found = self.peek() == Some(token);
        self.next += usize::from(found);
        found
    }

    /// Where the next token stands.
    fn place(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(_, at)| *at)
    }

    fn fault(&self, fault: Fault) -> At {
        At(fault, self.place())
    }
}

/// How tightly a binary operator binds; None for all other tokens.
fn precedence(token: Token) -> Option<u8> {
    Some(match token {
        Token::Or => 0,
        Token::And => 1,
        Token::Binary(Binary::BitOr) => 2,
        Token::Binary(Binary::BitXor) => 3,
        Token::Binary(Binary::BitAnd) => 4,
        Token::Binary(Binary::Equal | Binary::NotEqual) => 5,
        Token::Binary(
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual,
        ) => 6,
        Token::Binary(Binary::ShiftLeft | Binary::ShiftRight) => 7,
        Token::Binary(Binary::Add | Binary::Subtract) | Token::Increment(_) => 8,
        Token::Binary(Binary::Multiply | Binary::Divide | Binary::Remainder) => 9,
        _ => return None,
    })
}
