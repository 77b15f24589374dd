//! Which name may have been meant.

/// The names that are nearest to `wanted`, if any is near at all: at most three, the nearest first.
pub(crate) fn names<'n>(wanted: &str, names: &[&'n str]) -> Vec<&'n str> {
    let mut near: Vec<(usize, &str)> = names
        .iter()
        .map(|name| (distance(wanted, name), *name))
        .filter(|(distance, name)| {
            *distance <= wanted.len().max(name.len()) / 3 || shares_a_word(wanted, name)
        })
        .collect();
    near.sort_unstable();
    near.truncate(3);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Words of three letters and less are in too many names.
fn shares_a_word(one: &str, other: &str) -> bool {
    one.split('-')
        .any(|word| word.len() > 3 && other.split('-').any(|other| other == word))
}

/// How many letters have to be put in, taken out or changed (Levenshtein's distance).
fn distance(one: &str, other: &str) -> usize {
    // Row by row: the distances from the letters of `one` so far to each beginning of `other`.
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, a) in (1..).zip(one.chars()) {
        let mut diagonal = row[0];
        row[0] = line;
        for (column, b) in (1..).zip(other.chars()) {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column];
            row[column] = changed.min(diagonal + 1).min(row[column - 1] + 1);
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("one-call", "one-call"), 0);
    }

    #[test]
    fn a_slip_of_the_finger_and_a_shared_word_are_near() {
        let all = [
            "one-call",
            "lost-bytes",
            "copy-with-care",
            "bytes-of-a-window",
        ];
        assert_eq!(names("one-cal", &all), ["one-call"]);
        assert_eq!(names("bytes", &all), ["lost-bytes", "bytes-of-a-window"]);
        assert!(names("zzzz", &all).is_empty());
    }
}
