//! Names as a shell would read them back.

use std::path::Path;

use std::os::unix::ffi::OsStrExt;

/// `name` in quotes, the way GNU's tools do it: in single quotes; in double quotes when it has a
/// single quote and nothing that a shell would see in double quotes; what does not print as `$'\n'`.
pub fn shell_quoted(name: &Path) -> Vec<u8> {
    let bytes = name.as_os_str().as_bytes();
    if bytes.contains(&b'\'') && fits_double_quotes(bytes) {
        return [b"\"", bytes, b"\""].concat();
    }
    let mut quoted = Quoted::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            quoted.character(character);
        }
        for &stray in chunk.invalid() {
            quoted.octal(stray);
        }
    }
    quoted.finish()
}

/// Only characters that mean nothing anywhere in a shell's word, or nothing between quotes.
fn fits_double_quotes(name: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(name) else {
        return false;
    };
    text.char_indices().all(|(at, character)| match character {
        '#' | '~' => at == 0,
        '\'' | ' ' | '%' | '+' | ',' | '-' | '.' | '/' | ':' | ']' | '_' | '@' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        _ => !character.is_control(),
    })
}

/// Text under way; a quote is always open, `'` or, when `escaping`, `$'`.
struct Quoted {
    text: Vec<u8>,
    escaping: bool,
}

impl Quoted {
    fn new() -> Self {
        Quoted {
            text: vec![b'\''],
            escaping: false,
        }
    }

    fn character(&mut self, character: char) {
        let mut buffer = [0; 4];
        let encoded = character.encode_utf8(&mut buffer).as_bytes();
        match character {
            '\'' => {
                self.text.extend(b"'\\''");
                self.escaping = false;
            }
            '\x07'..='\r' => {
                self.escape();
                let letter = b"abtnvfr"[usize::from(encoded[0] - 7)];
                self.text.extend([b'\\', letter]);
            }
            _ if character.is_control() => encoded.iter().for_each(|&byte| self.octal(byte)),
            _ => {
                self.plain();
                self.text.extend(encoded);
            }
        }
    }

    fn octal(&mut self, byte: u8) {
        self.escape();
        self.text.extend(format!("\\{byte:03o}").bytes());
    }

    fn escape(&mut self) {
        if !self.escaping {
            self.text.extend(b"'$'");
        }
        self.escaping = true;
    }

    fn plain(&mut self) {
        if self.escaping {
            self.text.extend(b"''");
        }
        self.escaping = false;
    }

    fn finish(mut self) -> Vec<u8> {
        self.text.push(b'\'');
        self.text
    }
}
