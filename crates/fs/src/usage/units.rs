//! Bytes as people want to read them.

/// In what to show a number of bytes. Begun units count as whole ones, so that nothing that takes room
/// is shown as 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// A number of units of so many bytes, and what stands behind it.
    Of(u64, String),
    /// Three or four characters in the unit that fits: `4.0K`, `12M`.
    Human,
}

/// A unit that there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a unit is a number, or one of K, M, G, T, P, E (KB, MB... for powers of 1000), or both")]
pub struct UnitError;

impl Unit {
    /// Reads `4096`, `M`, `10K`, `kB`. A letter without a number is shown behind each number.
    ///
    /// # Errors
    ///
    /// All else, units of 0 bytes, and numbers beyond 64 bits.
    pub fn parse(text: &str) -> Result<Unit, UnitError> {
        let letters = text.trim_start_matches(|character: char| character.is_ascii_digit());
        let digits = &text[..text.len() - letters.len()];
        let number: u64 = match digits {
            "" if letters.is_empty() => return Err(UnitError),
            "" => 1,
            _ => digits.parse().map_err(|_| UnitError)?,
        };
        let bytes = number
            .checked_mul(scale(letters)?)
            .filter(|bytes| *bytes > 0);
        let shown = if digits.is_empty() { letters } else { "" };
        Ok(Unit::Of(bytes.ok_or(UnitError)?, shown.replace("iB", "")))
    }

    /// The number as text.
    pub fn show(&self, bytes: u64) -> String {
        match self {
            Unit::Of(unit, letters) => format!("{}{letters}", bytes.div_ceil(*unit)),
            Unit::Human => human(bytes),
        }
    }
}

fn scale(letters: &str) -> Result<u64, UnitError> {
    let mut characters = letters.chars();
    let Some(first) = characters.next() else {
        return Ok(1);
    };
    let power = "KMGTPE".find(first.to_ascii_uppercase()).ok_or(UnitError)? as u32 + 1;
    match characters.as_str() {
        "" | "iB" => Ok(1024_u64.pow(power)),
        "B" => Ok(1000_u64.pow(power)),
        _ => Err(UnitError),
    }
}

/// One decimal below 10, none above, both rounded up.
fn human(bytes: u64) -> String {
    let mut unit = 1_u64;
    for letter in ["", "K", "M", "G", "T", "P"] {
        let tenths = (u128::from(bytes) * 10).div_ceil(u128::from(unit));
        let whole = bytes.div_ceil(unit);
        if !letter.is_empty() && tenths < 100 {
            return format!("{}.{}{letter}", tenths / 10, tenths % 10);
        }
        if whole < 1024 {
            return format!("{whole}{letter}");
        }
        unit *= 1024;
    }
    let tenths = (u128::from(bytes) * 10).div_ceil(u128::from(unit));
    if tenths < 100 {
        return format!("{}.{}E", tenths / 10, tenths % 10);
    }
    format!("{}E", bytes.div_ceil(unit))
}
