//! What `test` asks of one text or two.

use super::{Error, file};

/// Whether `operator` takes one operand.
pub(super) fn is_unary(operator: &[u8]) -> bool {
    matches!(operator, [b'-', letter] if b"bcdefghkLnOprSstuwxzG".contains(letter))
}

/// Whether `operator` stands between two operands.
pub(super) fn is_binary(operator: &[u8]) -> bool {
    matches!(
        operator,
        b"=" | b"=="
            | b"!="
            | b"<"
            | b">"
            | b"-eq"
            | b"-ne"
            | b"-gt"
            | b"-ge"
            | b"-lt"
            | b"-le"
            | b"-nt"
            | b"-ot"
            | b"-ef"
    )
}

pub(super) fn unary(operator: &[u8], operand: &[u8]) -> Result<bool, Error> {
    match operator {
        b"-n" => Ok(!operand.is_empty()),
        b"-z" => Ok(operand.is_empty()),
        b"-t" => Ok(file::is_terminal(integer(operand)?)),
        [_, letter] => Ok(file::is(*letter, operand)),
        _ => Err(Error::UnknownOperator(operator.to_vec())),
    }
}

pub(super) fn binary(left: &[u8], operator: &[u8], right: &[u8]) -> Result<bool, Error> {
    let numbers = |compare: fn(&i64, &i64) -> bool| {
        let (left, right) = (integer(left)?, integer(right)?);
        Ok(compare(&left, &right))
    };
    match operator {
        b"=" | b"==" => Ok(left == right),
        b"!=" => Ok(left != right),
        b"<" => Ok(left < right),
        b">" => Ok(left > right),
        b"-eq" => numbers(i64::eq),
        b"-ne" => numbers(i64::ne),
        b"-gt" => numbers(i64::gt),
        b"-ge" => numbers(i64::ge),
        b"-lt" => numbers(i64::lt),
        b"-le" => numbers(i64::le),
        b"-nt" => Ok(file::is_newer(left, right)),
        b"-ot" => Ok(file::is_newer(right, left)),
        b"-ef" => Ok(file::are_the_same(left, right)),
        _ => Err(Error::UnknownOperator(operator.to_vec())),
    }
}

/// A decimal number with a sign or without, and blanks around it.
fn integer(text: &[u8]) -> Result<i64, Error> {
    let number = match text.trim_ascii() {
        [b'-', digits @ ..] => decimal(digits, i64::checked_sub),
        [b'+', digits @ ..] | digits => decimal(digits, i64::checked_add),
    };
    number.ok_or_else(|| Error::NotAnInteger(text.to_vec()))
}

/// `join` adds digits or takes them away, so that the smallest number can be written too.
fn decimal(digits: &[u8], join: fn(i64, i64) -> Option<i64>) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0i64, |number, digit| match digit {
        b'0'..=b'9' => join(number.checked_mul(10)?, i64::from(digit - b'0')),
        _ => None,
    })
}
