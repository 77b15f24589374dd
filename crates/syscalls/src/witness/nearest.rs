//! Of all calls the one that a pattern may have meant.

use std::cmp::Reverse;

use super::block::Pattern;
use super::pattern::Part;
use super::text::is_word;

/// The call that is most like the pattern; none when the run has nothing of the kind.
///
/// One of the same name if there is any, of these the one that has most words in common with the
/// pattern, of these the first from `from` on.
pub(super) fn nearest(
    pattern: &Pattern,
    texts: &[&str],
    candidates: impl Iterator<Item = usize>,
    from: usize,
) -> Option<usize> {
    let wanted = words_of(pattern);
    let likeness = |index: &usize| {
        let words: Vec<&str> = words(texts[*index]).take(MOST_WORDS).collect();
        let same_name = words.first() == Some(&pattern.name.as_str());
        (same_name, common(&wanted, &words))
    };
    candidates
        .map(|index| (likeness(&index), index >= from, Reverse(index)))
        .max()
        .filter(|((same_name, common), ..)| *same_name || *common > 0)
        .map(|(_, _, Reverse(index))| index)
}

/// A call with a long array has many; the first tell enough.
const MOST_WORDS: usize = 64;

fn words_of(pattern: &Pattern) -> Vec<&str> {
    let literals = pattern.glob.parts.iter().filter_map(|part| match part {
        Part::Literal(text) => Some(text.as_str()),
        _ => None,
    });
    literals.flat_map(words).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

/// How many words two texts have in common, in order (their longest common subsequence).
fn common(one: &[&str], other: &[&str]) -> usize {
    let mut row = vec![0; other.len() + 1];
    for word in one {
        let mut diagonal = 0;
        for (column, candidate) in other.iter().enumerate() {
            let above = row[column + 1];
            row[column + 1] = if word == candidate {
                diagonal + 1
            } else {
                above.max(row[column])
            };
            diagonal = above;
        }
    }
    row[other.len()]
}
