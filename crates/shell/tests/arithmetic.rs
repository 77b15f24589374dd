//! `$((…))`, case by case after POSIX.1-2024, 1.1.2.1 and 2.6.4.

mod common;

use std::process::Command;

use proptest::prelude::*;
use shell::arithmetic::{Fault, evaluate};
use shell::state::Variables;
use shell::syntax::name::Name;

use common::{cases, have, output_of};

fn compute(text: &str) -> Result<i64, Fault> {
    let mut variables = Variables::new();
    set(&mut variables, "five", "5");
    set(&mut variables, "hex", "0x1f");
    set(&mut variables, "empty", "");
    set(&mut variables, "word", "ten");
    evaluate(text.as_bytes(), &mut variables, false).map_err(|error| error.fault)
}

fn set(variables: &mut Variables, name: &str, value: &str) {
    variables.set(Name::new(name), value.into()).unwrap();
}

#[test]
fn operators_bind_as_in_c() {
    for (text, value) in [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("100 / 10 / 5", 2),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("1 << 2 + 3", 32),
        ("1 + 2 << 3", 24),
        ("-16 >> 2", -4),
        ("1 < 2 == 1", 1),
        ("3 > 2 > 1", 0),
        ("1 | 2 ^ 3 & 4", 3),
        ("6 & 3 == 3", 0),
        ("1 || 0 && 0", 1),
        ("0 || 0", 0),
        ("2 && 3", 1),
        ("!5", 0),
        ("!0", 1),
        ("!!7", 1),
        ("~0", -1),
        ("- - 3", 3),
        ("-+-3", 3),
        ("!-1", 0),
        ("1 ? 2 : 3", 2),
        ("0 ? 2 : 0 ? 4 : 5", 5),
        ("1 ? 0 ? 1 : 2 : 3", 2),
        ("1, 2, 3", 3),
        ("", 0),
        (" \t\n", 0),
    ] {
        assert_eq!(compute(text), Ok(value), "{text}");
    }
}

#[test]
fn constants_are_decimal_octal_and_hexadecimal() {
    for (text, value) in [("010", 8), ("0x10", 16), ("0XfF", 255), ("0", 0), ("00", 0)] {
        assert_eq!(compute(text), Ok(value), "{text}");
    }
    for text in ["08", "0x", "0xg", "1a", "1_000"] {
        assert_eq!(compute(text), Err(Fault::Constant), "{text}");
    }
}

#[test]
fn all_wraps_around_at_64_bits() {
    for (text, value) in [
        ("9223372036854775807 + 1", i64::MIN),
        ("-9223372036854775808", i64::MIN),
        ("-9223372036854775807 - 2", i64::MAX),
        ("-9223372036854775808 / -1", i64::MIN),
        ("-9223372036854775808 % -1", 0),
        ("4611686018427387904 * 4", 0),
        ("1 << 63", i64::MIN),
        ("1 << 64", 1),
        ("1 >> -1", 0),
        ("18446744073709551615", -1),
    ] {
        assert_eq!(compute(text), Ok(value), "{text}");
    }
}

#[test]
fn variables_need_no_dollar() {
    for (text, value) in [
        ("five", 5),
        ("five*five", 25),
        ("hex", 31),
        ("unset_one + 1", 1),
        ("empty + 1", 1),
    ] {
        assert_eq!(compute(text), Ok(value), "{text}");
    }
    let not_a_number = Fault::NotANumber(Name::new("word"), b"ten".to_vec());
    assert_eq!(compute("word"), Err(not_a_number));
}

#[test]
fn assignments_are_values_and_are_remembered() {
    for (text, value, name, stored) in [
        ("x = 5", 5, "x", "5"),
        ("x = y = 3", 3, "x", "3"),
        ("five += 2", 7, "five", "7"),
        ("five -= 2", 3, "five", "3"),
        ("five *= 2", 10, "five", "10"),
        ("five /= 2", 2, "five", "2"),
        ("five %= 3", 2, "five", "2"),
        ("five <<= 2", 20, "five", "20"),
        ("five >>= 1", 2, "five", "2"),
        ("five &= 4", 4, "five", "4"),
        ("five ^= 1", 4, "five", "4"),
        ("five |= 2", 7, "five", "7"),
        ("x = 2, x * x", 4, "x", "2"),
        ("0 && (x = 1)", 0, "x", ""),
        ("1 || (x = 1)", 1, "x", ""),
        ("1 ? 2 : (x = 1)", 2, "x", ""),
        ("five++", 5, "five", "6"),
        ("++five", 6, "five", "6"),
        ("five--", 5, "five", "4"),
        ("--five", 4, "five", "4"),
        ("five++ + ++five", 12, "five", "7"),
        ("five--1", 6, "five", "5"),
        ("3--five", 8, "five", "5"),
    ] {
        let mut variables = Variables::new();
        set(&mut variables, "five", "5");
        let result = evaluate(text.as_bytes(), &mut variables, false);
        assert_eq!(result, Ok(value), "{text}");
        let found = variables.get(Name::new(name)).unwrap_or_default();
        assert_eq!(found, stored.as_bytes(), "{text}");
    }
}

#[test]
fn errors_say_where() {
    for (text, fault, offset) in [
        ("1 +", Fault::OperandExpected, 3),
        ("1 2", Fault::OperatorExpected, 2),
        ("* 2", Fault::OperandExpected, 0),
        ("(1", Fault::CloseExpected, 2),
        ("1)", Fault::OperatorExpected, 1),
        ("1 ? 2", Fault::ColonExpected, 5),
        ("1 = 2", Fault::NotAssignable, 2),
        ("(x) = 2", Fault::NotAssignable, 4),
        ("1 + x = 2", Fault::NotAssignable, 6),
        ("1 / 0", Fault::DivisionByZero, 2),
        ("1 % 0", Fault::DivisionByZero, 2),
        ("1 @ 2", Fault::Character, 2),
        ("5++", Fault::OperandExpected, 3),
    ] {
        let error = evaluate(text.as_bytes(), &mut Variables::new(), false).unwrap_err();
        assert_eq!((&error.fault, error.offset), (&fault, offset), "{text}");
    }
    let error = evaluate(b"1 / 0", &mut Variables::new(), false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "arithmetic: division by zero at character 3 of \"1 / 0\""
    );
}

#[test]
fn division_by_zero_that_is_not_reached_is_none() {
    assert_eq!(compute("1 || 1 / 0"), Ok(1));
    assert_eq!(compute("0 ? 1 / 0 : 7"), Ok(7));
}

#[test]
fn read_only_and_unset_variables() {
    let mut variables = Variables::new();
    variables.make_read_only(Name::new("fixed"));
    let error = evaluate(b"fixed = 1", &mut variables, false).unwrap_err();
    assert_eq!(error.fault, Fault::ReadOnly(Name::new("fixed")));
    let error = evaluate(b"nothing + 1", &mut variables, true).unwrap_err();
    assert_eq!(error.fault, Fault::Unset(Name::new("nothing")));
    assert_eq!(evaluate(b"nothing = 1", &mut variables, true), Ok(1));
}

#[test]
fn depth_is_bounded_and_length_is_not() {
    for (open, close) in [("(", ")"), ("-", ""), ("1?", ":0"), ("x=", "")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let fault = evaluate(deep.as_bytes(), &mut Variables::new(), false).unwrap_err();
        // A row of minus signs is a row of `--`, and an odd one.
        assert_eq!(fault.fault, Fault::TooDeep, "{open}");
    }
    let long = format!("0{}", "+1".repeat(100_000));
    assert_eq!(compute(&long), Ok(100_000));
    let ands = format!("1{}", "&&1".repeat(100_000));
    assert_eq!(compute(&ands), Ok(1));
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_bytes_are_a_value_or_an_error(text in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = evaluate(&text, &mut Variables::new(), false);
    }

    #[test]
    fn any_tokens_are_a_value_or_an_error(
        text in "([0-9xy]| |\\+|-|\\*|/|%|<|>|=|!|&|\\||\\^|~|\\?|:|,|\\(|\\)){0,30}",
    ) {
        if let Err(error) = evaluate(text.as_bytes(), &mut Variables::new(), false) {
            prop_assert!(error.offset <= text.len());
        }
    }
}

/// Expressions in which no shell has a choice: small numbers, and no zero to the right of `/`.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (-50..50i64).prop_map(|number| format!("({number})")),
        (1..9u8).prop_map(|number| number.to_string()),
        "[ab]".prop_map(|name| name),
        (0..8u8).prop_map(|number| format!("0{number}")),
        (0..99u8).prop_map(|number| format!("0x{number:x}")),
    ];
    let binary = prop::sample::select(vec![
        "+", "-", "*", "|", "&", "^", "<", "<=", ">", ">=", "==", "!=", "&&", "||",
    ]);
    leaf.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            (inner.clone(), binary.clone(), inner.clone())
                .prop_map(|(left, sign, right)| format!("{left} {sign} {right}")),
            (
                inner.clone(),
                1..9u8,
                prop::sample::select(vec!["/", "%", "<<", ">>"])
            )
                .prop_map(|(left, right, sign)| format!("({left}) {sign} {right}")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(test, yes, no)| format!("{test} ? {yes} : {no}")),
            (
                prop::sample::select(vec!["!", "~", "-", "+"]),
                inner.clone()
            )
                .prop_map(|(sign, value)| format!("{sign} {value}")),
            inner.prop_map(|value| format!("({value})")),
        ]
    })
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn other_shells_compute_the_same(
        expressions in proptest::collection::vec(expression(), 50),
    ) {
        let mut script = String::from("a=7 b=-3\n");
        for text in &expressions {
            script += &format!("echo $(( {text} ))\n");
        }
        for (program, arguments) in [("dash", &[][..]), ("bash", &["--posix"]), ("yash", &[])] {
            if !have(program) {
                continue;
            }
            let output = output_of(Command::new(program).args(arguments).args(["-c", &script]));
            let output = String::from_utf8(output).unwrap();
            for (text, theirs) in expressions.iter().zip(output.lines()) {
                let mut variables = Variables::new();
                set(&mut variables, "a", "7");
                set(&mut variables, "b", "-3");
                let ours = evaluate(text.as_bytes(), &mut variables, false).unwrap();
                prop_assert_eq!(&ours.to_string(), theirs, "{}: {}", program, text);
            }
        }
    }
}
