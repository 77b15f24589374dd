//! What somebody may have meant by a word that there is not.

/// ` (did you mean …?)` with the candidate that fewest changes of a letter make of `word`, if they
/// are few. `prefix` is written before the candidate.
pub(super) fn did_you_mean<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
    prefix: &str,
) -> Option<String> {
    let (distance, nearest) = candidates
        .map(|candidate| (distance(word, candidate), candidate))
        .min()?;
    let few = word.len().div_ceil(3);
    (distance <= few).then(|| format!(" (did you mean {prefix}{nearest}?)"))
}

/// How many letters have to be put in, taken out or replaced to make `b` of `a` (Levenshtein's
/// distance).
///
/// Row by row: `row[j]` is the distance between the part of `a` read so far and the first `j` letters
/// of `b`.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("opennat", "openat"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("read", "read"), 0);
    }

    #[test]
    fn a_far_word_is_not_offered() {
        assert_eq!(did_you_mean("zzz", ["read", "write"].into_iter(), ""), None);
    }
}
