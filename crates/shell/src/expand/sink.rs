//! Where expanded text goes.

use crate::state::Ifs;

/// Takes the pieces of one word as they are expanded, from left to right.
pub(super) trait Sink {
    /// Whether `"$@"` can make several fields here.
    const FIELDS: bool;

    /// Text as it stands in the script, outside of quotes: never split, but `*?[` are special.
    fn literal(&mut self, text: &[u8]);

    /// Text from inside of quotes, or what `~` became: no character of it is special. Even if it is
    /// empty, there is a field now.
    fn quoted(&mut self, text: &[u8]);

    /// What an expansion outside of quotes came to: is split by `ifs`, and `*?[` are special.
    fn expansion(&mut self, text: &[u8], ifs: &Ifs);

    /// Ends the field, between two positional parameters.
    fn separate(&mut self);
}
