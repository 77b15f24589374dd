//! Bracket expressions: `[abc]`, `[a-z]`, `[!0-9]`, `[[:alpha:]_]`.

use super::Options;
use super::unit::{Unit, Units};

/// A set of units, perhaps the complement of one.
#[derive(Debug, Clone)]
pub(super) struct Bracket {
    negated: bool,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Copy)]
enum Item {
    /// Both ends belong to it; a single unit is a range from itself to itself.
    Range(Unit, Unit),
    Class(Class),
}

type Class = fn(char) -> bool;

/// What follows a `[` that was read already.
pub(super) enum Read {
    Set(Bracket),
    /// A bracket expression that no text matches.
    Impossible,
    /// There is no `]`: the `[` stands for itself, and nothing was taken from the rest.
    NotABracket,
}

/// An end of a range, or what cannot be one.
enum Element {
    Unit(Unit),
    Class(Option<Class>),
}

impl Bracket {
    /// Reads up to and including the `]`.
    pub(super) fn read(rest: &mut Units, options: Options) -> Read {
        let mut ahead = *rest;
        let outcome = read_items(&mut ahead, options);
        if !matches!(outcome, Some(Read::NotABracket) | None) {
            *rest = ahead;
        }
        outcome.unwrap_or(Read::NotABracket)
    }

    pub(super) fn matches(&self, unit: Unit, fold: bool) -> bool {
        let found = self.contains(unit)
            || fold && (self.contains(unit.folded_if(true)) || self.contains(unit.upper()));
        found != self.negated
    }

    fn contains(&self, unit: Unit) -> bool {
        self.items.iter().any(|item| match item {
            Item::Range(from, to) => (*from..=*to).contains(&unit),
            Item::Class(class) => unit.character().is_some_and(class),
        })
    }
}

/// `None` when the text ends before the bracket does.
fn read_items(rest: &mut Units, options: Options) -> Option<Read> {
    let negated = skip(rest, '!') || skip(rest, '^');
    let mut items = Vec::new();
    let mut possible = true;
    // A `]` that comes first is a member, not the end.
    while items.is_empty() && possible || !skip(rest, ']') {
        match element(rest, options)? {
            Element::Class(Some(class)) => items.push(Item::Class(class)),
            Element::Class(None) => possible = false,
            Element::Unit(from) => match range_end(rest, options)? {
                None => items.push(Item::Range(from, from)),
                Some(Element::Unit(to)) => items.push(Item::Range(from, to)),
                Some(Element::Class(_)) => possible = false,
            },
        }
    }
    Some(if possible {
        Read::Set(Bracket { negated, items })
    } else {
        Read::Impossible
    })
}

/// What stands after a `-` that makes a range; a `-` before the `]` is a member.
fn range_end(rest: &mut Units, options: Options) -> Option<Option<Element>> {
    let mut ahead = *rest;
    if !skip(&mut ahead, '-') || skip(&mut ahead.clone(), ']') {
        return Some(None);
    }
    *rest = ahead;
    element(rest, options).map(Some)
}

fn element(rest: &mut Units, options: Options) -> Option<Element> {
    let unit = rest.next()?;
    match unit.character() {
        Some('\\') if !options.no_escape => rest.next().map(Element::Unit),
        // POSIX: a slash may not be in a bracket expression of a path name.
        Some('/') if options.pathname => None,
        Some('[') => Some(named(rest).unwrap_or(Element::Unit(unit))),
        _ => Some(Element::Unit(unit)),
    }
}

/// `[:class:]`, `[.symbol.]` or `[=equivalent=]`, without the first bracket.
fn named(rest: &mut Units) -> Option<Element> {
    let mut ahead = *rest;
    let kind = ahead.next()?.character()?;
    if !matches!(kind, ':' | '.' | '=') {
        return None;
    }
    let mut name = Vec::new();
    loop {
        let unit = ahead.next()?;
        if unit.character() == Some(kind) && skip(&mut ahead, ']') {
            break;
        }
        name.push(unit);
    }
    *rest = ahead;
    Some(match (kind, &name[..]) {
        (':', _) => Element::Class(class(&name)),
        // Symbols of several letters are what locales define, and C.UTF-8 defines none.
        (_, [unit]) => Element::Unit(*unit),
        _ => Element::Class(None),
    })
}

fn class(name: &[Unit]) -> Option<Class> {
    let name: String = name.iter().filter_map(|unit| unit.character()).collect();
    Some(match &*name {
        "alnum" => char::is_alphanumeric,
        "alpha" => char::is_alphabetic,
        "blank" => |c| matches!(c, ' ' | '\t'),
        "cntrl" => char::is_control,
        "digit" => |c| c.is_ascii_digit(),
        "graph" => |c| !c.is_control() && !c.is_whitespace(),
        "lower" => char::is_lowercase,
        "print" => |c| !c.is_control(),
        "punct" => |c| !c.is_control() && !c.is_whitespace() && !c.is_alphanumeric(),
        "space" => char::is_whitespace,
        "upper" => char::is_uppercase,
        "xdigit" => |c| c.is_ascii_hexdigit(),
        _ => return None,
    })
}

/// Whether `character` comes next; it is taken then.
fn skip(rest: &mut Units, character: char) -> bool {
    let mut ahead = *rest;
    let found = ahead.next().and_then(Unit::character) == Some(character);
    if found {
        *rest = ahead;
    }
    found
}
