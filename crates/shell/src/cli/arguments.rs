//! What the words of the command line ask for.

use shell::state::Flag;
use shell::syntax::ast::Bytes;

/// What is to be done.
pub(super) enum Request {
    Run(Arguments),
    Help,
    Version,
}

/// Instead of running, show a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    Tree,
    TreeAsJson,
    Stages,
}

/// Where commands come from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Script {
    Text(Bytes),
    File(Bytes),
    StandardInput,
}

/// A shell to be started.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) script: Script,
    /// `$0`
    pub(super) zero: Bytes,
    /// `$1` …
    pub(super) parameters: Vec<Bytes>,
    /// In the order in which they were given.
    pub(super) options: Vec<(Flag, bool)>,
    pub(super) show: Option<Show>,
    pub(super) is_login: bool,
}

/// What has been read of the options.
#[derive(Default)]
struct Given {
    options: Vec<(Flag, bool)>,
    show: Option<Show>,
    is_login: bool,
    is_command: bool,
    is_input: bool,
}

impl Arguments {
    /// The first word is the shell's own name.
    pub(super) fn parse(words: Vec<Bytes>) -> Result<Request, String> {
        let mut words = words.into_iter().peekable();
        let name = words.next().unwrap_or_else(|| b"shell".to_vec());
        let mut given = Given {
            is_login: name.starts_with(b"-"),
            ..Given::default()
        };
        while let Some(word) = words.next_if(|word| is_option(word)) {
            match &word[..] {
                b"-" | b"--" => break,
                b"--help" => return Ok(Request::Help),
                b"--version" => return Ok(Request::Version),
                b"--ast" => given.show = Some(Show::Tree),
                b"--ast=json" => given.show = Some(Show::TreeAsJson),
                b"--explain" => given.show = Some(Show::Stages),
                [b'-', b'-', ..] => return Err(unknown(&word)),
                letters => given.letters(letters, || words.next())?,
            }
        }
        given.finish(name, words.collect())
    }
}

fn is_option(word: &[u8]) -> bool {
    word.starts_with(b"-") || word.starts_with(b"+") && word.len() > 1
}

fn unknown(word: &[u8]) -> String {
    format!("{}: unknown option; try --help", word.escape_ascii())
}

impl Given {
    /// `-ex`, `+m`, `-o pipefail`
    fn letters(
        &mut self,
        word: &[u8],
        mut next: impl FnMut() -> Option<Bytes>,
    ) -> Result<(), String> {
        let on = word[0] == b'-';
        for letter in &word[1..] {
            match letter {
                b'o' => {
                    let name = next().ok_or("-o: a name is missing")?;
                    let flag = Flag::from_name(&name).ok_or_else(|| unknown(&name))?;
                    self.options.push((flag, on));
                }
                b'l' => self.is_login = on,
                b'c' if on => self.is_command = true,
                b's' if on => self.is_input = true,
                b'i' => self.options.push((Flag::Interactive, on)),
                letter => {
                    let flag = Flag::from_letter(*letter).ok_or_else(|| unknown(word))?;
                    self.options.push((flag, on));
                }
            }
        }
        Ok(())
    }

    fn finish(mut self, name: Bytes, operands: Vec<Bytes>) -> Result<Request, String> {
        let mut operands = operands.into_iter();
        let mut zero = name;
        let script = if self.is_command {
            self.options.push((Flag::CommandString, true));
            let text = operands.next().ok_or("-c: the commands are missing")?;
            if let Some(name) = operands.next() {
                zero = name;
            }
            Script::Text(text)
        } else {
            // With -s, operands are parameters.
            let file = if self.is_input { None } else { operands.next() };
            match file {
                Some(file) => {
                    zero.clone_from(&file);
                    Script::File(file)
                }
                None => {
                    self.options.push((Flag::StandardInput, true));
                    Script::StandardInput
                }
            }
        };
        Ok(Request::Run(Arguments {
            script,
            zero,
            parameters: operands.collect(),
            options: self.options,
            show: self.show,
            is_login: self.is_login,
        }))
    }
}
