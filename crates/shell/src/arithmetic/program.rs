//! A compiled expression: instructions for a machine with a stack.
//!
//! A tree would be the obvious form. But `1+1+1+…` of a long script is a tree as deep as it is long,
//! and then evaluating it, or just freeing it, overflows the stack. A row of instructions has no depth.

use crate::syntax::name::Name;

/// At most so many `$name`s in one program, so that their values fit into an array; an expression with
/// more is expanded as text.
pub const MAX_OPERANDS: usize = 8;

/// An expression, compiled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// Each with its place in the text, for errors.
    pub(super) code: Vec<(Op, u32)>,
    /// Its `$name`s, in order. Their values are taken before the program runs, since that is when the
    /// text would have been expanded.
    pub(super) operands: Vec<Name>,
    /// So many values are on the stack at once, at most.
    pub(super) height: usize,
}

/// One instruction. "The top" is the value on top of the stack.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Op {
    /// Pushes a constant.
    Push(i64),
    /// Pushes a variable's value.
    Load(Name),
    /// Pushes the value that this `$name` had.
    Operand(u8),
    /// Assigns the top, and leaves it there.
    Store(Name),
    /// Adds to a variable, and pushes the new value.
    AddFirst(Name, i64),
    /// Adds to a variable, and pushes the old value.
    AddAfter(Name, i64),
    /// Changes the top.
    Unary(Unary),
    /// Takes two and pushes one.
    Binary(Binary),
    /// Forgets the top.
    Pop,
    /// Takes the top; when it is zero, pushes 0 and goes to the place.
    And(usize),
    /// Takes the top; when it is not zero, pushes 1 and goes to the place.
    Or(usize),
    /// Takes the top; when it is zero, goes to the place.
    JumpIfZero(usize),
    /// Goes to the place.
    Jump(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unary {
    Minus,
    Not,
    Complement,
    /// 1 for what is not 0.
    Truth,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Binary {
    Multiply,
    Divide,
    Remainder,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    BitAnd,
    BitXor,
    BitOr,
}

impl Program {
    /// The variables that stand in it as `$name`.
    #[must_use]
    pub fn operands(&self) -> &[Name] {
        &self.operands
    }
}
