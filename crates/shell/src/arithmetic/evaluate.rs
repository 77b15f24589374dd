//! Runs a program.

use super::error::{At, Fault};
use super::program::{Binary, Op, Program, Unary};
use crate::state::Variables;
use crate::syntax::name::Name;

/// Most expressions need no more, and then nothing is allocated.
const SMALL: usize = 16;

impl Program {
    /// The value. `operands` are the values of [`Program::operands`]; `no_unset` is `set -u`.
    ///
    /// # Errors
    ///
    /// What only shows when it runs: a division by zero, a variable that holds no number or may not be
    /// changed.
    ///
    /// # Panics
    ///
    /// When there are fewer values than operands.
    pub fn run(
        &self,
        variables: &mut Variables,
        operands: &[i64],
        no_unset: bool,
    ) -> Result<i64, At> {
        let mut small = [0; SMALL];
        let mut large = Vec::new();
        let stack = if self.height <= SMALL {
            &mut small[..]
        } else {
            large.resize(self.height, 0);
            &mut large[..]
        };
        let mut machine = Machine {
            variables,
            operands,
            no_unset,
            stack,
            height: 0,
        };
        let mut next = 0;
        while let Some(&(op, place)) = self.code.get(next) {
            let jump = machine
                .step(op)
                .map_err(|fault| At(fault, place as usize))?;
            next = jump.unwrap_or(next + 1);
        }
        Ok(machine.pop())
    }
}

struct Machine<'a> {
    variables: &'a mut Variables,
    operands: &'a [i64],
    no_unset: bool,
    stack: &'a mut [i64],
    height: usize,
}

impl Machine<'_> {
    /// Does one instruction. Where to go on, if that is not the next one.
    fn step(&mut self, op: Op) -> Result<Option<usize>, Fault> {
        match op {
            Op::Push(number) => self.push(number),
            Op::Operand(number) => self.push(self.operands[usize::from(number)]),
            Op::Load(name) => {
                let value = self.load(name)?;
                self.push(value);
            }
            Op::Store(name) => self.store(name, self.stack[self.height - 1])?,
            Op::AddFirst(name, by) => {
                let value = self.load(name)?.wrapping_add(by);
                self.store(name, value)?;
                self.push(value);
            }
            Op::AddAfter(name, by) => {
                let value = self.load(name)?;
                self.store(name, value.wrapping_add(by))?;
                self.push(value);
            }
            Op::Unary(operator) => {
                let value = self.pop();
                self.push(unary(operator, value));
            }
            Op::Binary(operator) => {
                let (right, left) = (self.pop(), self.pop());
                self.push(binary(operator, left, right)?);
            }
            Op::Pop => {
                self.pop();
            }
            Op::And(to) if self.pop() == 0 => {
                self.push(0);
                return Ok(Some(to));
            }
            Op::Or(to) if self.pop() != 0 => {
                self.push(1);
                return Ok(Some(to));
            }
            Op::JumpIfZero(to) if self.pop() == 0 => return Ok(Some(to)),
            Op::Jump(to) => return Ok(Some(to)),
            Op::And(_) | Op::Or(_) | Op::JumpIfZero(_) => {}
        }
        Ok(None)
    }

    fn push(&mut self, value: i64) {
        self.stack[self.height] = value;
        self.height += 1;
    }

    fn pop(&mut self) -> i64 {
        self.height -= 1;
        self.stack[self.height]
    }

    fn load(&self, name: Name) -> Result<i64, Fault> {
        if self.no_unset && !self.variables.is_set(name) {
            return Err(Fault::Unset(name));
        }
        self.variables.integer(name).ok_or_else(|| {
            let text = self.variables.get(name).unwrap_or_default();
            Fault::NotANumber(name, text.to_vec())
        })
    }

    fn store(&mut self, name: Name, value: i64) -> Result<(), Fault> {
        let stored = self.variables.set_integer(name, value);
        stored.map_err(|_| Fault::ReadOnly(name))
    }
}

fn unary(operator: Unary, value: i64) -> i64 {
    match operator {
        Unary::Minus => value.wrapping_neg(),
        Unary::Not => i64::from(value == 0),
        Unary::Complement => !value,
        Unary::Truth => i64::from(value != 0),
    }
}

fn binary(operator: Binary, left: i64, right: i64) -> Result<i64, Fault> {
    Ok(match operator {
        Binary::Multiply => left.wrapping_mul(right),
        Binary::Divide | Binary::Remainder if right == 0 => return Err(Fault::DivisionByZero),
        Binary::Divide => left.wrapping_div(right),
        Binary::Remainder => left.wrapping_rem(right),
        Binary::Add => left.wrapping_add(right),
        Binary::Subtract => left.wrapping_sub(right),
        // Of the width, only the low bits count.
        Binary::ShiftLeft => left.wrapping_shl(right as u32),
        Binary::ShiftRight => left.wrapping_shr(right as u32),
        Binary::Less => i64::from(left < right),
        Binary::LessOrEqual => i64::from(left <= right),
        Binary::Greater => i64::from(left > right),
        Binary::GreaterOrEqual => i64::from(left >= right),
        Binary::Equal => i64::from(left == right),
        Binary::NotEqual => i64::from(left != right),
        Binary::BitAnd => left & right,
        Binary::BitXor => left ^ right,
        Binary::BitOr => left | right,
    })
}
