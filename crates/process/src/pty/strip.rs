//! Taking the colours out again: what is left of output when the words meant for the terminal are gone.

/// A filter for the escape sequences of ECMA-48: `ESC [ … letter` and `ESC ] … BEL` among them. A
/// sequence may come in pieces; the state between them is all that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strip {
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Text,
    /// After `ESC`.
    Escape,
    /// After `ESC [`: parameters, up to a byte from `@` to `~`.
    Control,
    /// In a string such as a window title, up to BEL or `ESC \`.
    String,
    /// After `ESC` in a string.
    StringEscape,
}

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;

impl Strip {
    /// At the start of the output.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps of `bytes` what is text.
    pub fn retain_text(&mut self, bytes: &mut Vec<u8>) {
        bytes.retain(|byte| self.is_text(*byte));
    }

    fn is_text(&mut self, byte: u8) -> bool {
        use State::{Control, Escape, String, StringEscape, Text};
        let next = match (self.state, byte) {
            (Text, ESCAPE) => Escape,
            (Text, _) => return true,
            (Escape, b'[') => Control,
            // OSC, DCS, SOS, PM and APC.
            (Escape, b']' | b'P' | b'X' | b'^' | b'_') => String,
            (Escape, 0x20..=0x2f) => Escape,
            (Escape | Control | StringEscape, ESCAPE) => Escape,
            (Control, 0x20..=0x3f) => Control,
            (String, BELL) => Text,
            (String, ESCAPE) => StringEscape,
            (String, _) => String,
            (Escape | Control | StringEscape, _) => Text,
        };
        self.state = next;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parts: &[&str]) -> String {
        let mut strip = Strip::new();
        let mut all = Vec::new();
        for part in parts {
            let mut bytes = part.as_bytes().to_vec();
            strip.retain_text(&mut bytes);
            all.extend(bytes);
        }
        String::from_utf8(all).expect("text stays text")
    }

    #[test]
    fn colours_and_titles_go() {
        assert_eq!(text(&["\x1b[01;34mdir\x1b[0m\n"]), "dir\n");
        assert_eq!(text(&["\x1b]0;a title\x07$ "]), "$ ");
        assert_eq!(text(&["\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"]), "link");
        assert_eq!(text(&["\x1b(Bx\x1b=y\x1b[?25lz"]), "xyz");
    }

    #[test]
    fn a_sequence_may_come_in_pieces() {
        let whole = "a\x1b[1;31mb\x1b]2;t\x1b\\c\x1b[Kd";
        for cut in 0..=whole.len() {
            assert_eq!(
                text(&[&whole[..cut], &whole[cut..]]),
                "abcd",
                "cut at {cut}"
            );
        }
    }
}
