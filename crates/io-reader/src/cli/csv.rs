//! `csv`: the records of a CSV file, a line each.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str;

use anyhow::Context;
use csv::{ByteRecord, Reader, ReaderBuilder};

use super::input::Input;
use super::tap::{Kept, Tap};

/// Print the records of a CSV file, a line each
///
/// Each line is `N: field | field`, N counting the records; the header is number 0. What does not
/// print, as a line break inside a field, is shown escaped. A record with more or fewer fields
/// than the first is reported with its line, and the exit status is then 1.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  io-reader csv --columns 2,6-8 --no-headers postcodes.csv
  io-reader csv --json --delimiter ';' prices.csv | jq .name
  iconv -f CP932 -t UTF-8 KEN_ALL.CSV | io-reader csv --no-headers -")]
pub(crate) struct Args {
    /// Columns to print, in this order: numbers from 1 and ranges, as in 2,6-8
    #[arg(long, value_name = "LIST", value_parser = parse_columns, default_value = "1-")]
    columns: Columns,
    /// What stands between fields: one ASCII character, or \t
    #[arg(long, value_name = "CHAR", value_parser = parse_delimiter, default_value = ",")]
    delimiter: u8,
    /// The first record is data
    #[arg(long)]
    no_headers: bool,
    /// Print JSON, a line a record: objects with the headers as keys, arrays with --no-headers
    #[arg(long)]
    json: bool,
    /// A file, or - for standard input
    file: PathBuf,
}

/// First and last of each range, counted from 0; no last means to the end.
type Columns = Vec<(usize, Option<usize>)>;

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Input { name, stream } = Input::open(&args.file)?;
    let (stream, raw) = Tap::new(stream);
    let mut reader = ReaderBuilder::new()
        .delimiter(args.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(stream);
    let mut out = super::stdout();
    let mut record = ByteRecord::new();
    let mut printer = None;
    let mut all_even = true;
    let mut number = u64::from(args.no_headers);
    while read(&mut reader, &mut record).with_context(|| format!("cannot read {name}"))? {
        let place = Place::of(&record, number, &raw);
        let fields = decode(&record).with_context(|| format!("{name}: {place}"))?;
        let printer = match &mut printer {
            Some(printer) => printer,
            None => printer.insert(Printer::new(args, &fields).context(name.clone())?),
        };
        if fields.len() != printer.width {
            let (has, wanted) = (fields.len(), printer.width);
            super::warn(&format!(
                "{name}: {place}: the number of fields is {has}, not {wanted} as in the first"
            ));
            all_even = false;
        }
        super::written(printer.print(&mut out, number, &fields))?;
        number += 1;
    }
    super::written(out.flush())?;
    Ok(match all_even {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn read(reader: &mut Reader<impl Read>, record: &mut ByteRecord) -> io::Result<bool> {
    Ok(reader.read_byte_record(record)?)
}

/// The fields as text. Bytes that are none are not replaced by something that looks like text:
/// the reader of the output could not tell.
fn decode(record: &ByteRecord) -> anyhow::Result<Vec<&str>> {
    let decode_field = |(index, field)| {
        str::from_utf8(field).map_err(|error| {
            let (field, at) = (index + 1, error.valid_up_to());
            anyhow::anyhow!(
                "field {field} is not UTF-8 from its byte {at} on; if the file is in Shift_JIS, \
                 as Japanese postcode files are, convert it: iconv -f CP932 -t UTF-8"
            )
        })
    };
    record.iter().enumerate().map(decode_field).collect()
}

/// Where a record is, for people with an editor and for those with a hex dump.
struct Place {
    number: u64,
    line: u64,
    byte: u64,
}

impl Place {
    /// The parser leaves the `\n` of a `\r\n` and empty lines to the next record, and gives that
    /// record's position as before them.
    fn of(record: &ByteRecord, number: u64, raw: &Kept) -> Self {
        let position = record.position().expect("it was read from a file");
        let (bytes, lines) = raw.line_ends_at(position.byte());
        Self {
            number,
            line: position.line() + lines,
            byte: position.byte() + bytes,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, line, byte } = self;
        write!(f, "record {number} (line {line}, byte {byte})")
    }
}

/// How records are printed, as settled by the first.
struct Printer<'a> {
    /// How many fields each record is to have.
    width: usize,
    columns: &'a Columns,
    style: Style,
}

enum Style {
    Lines,
    JsonArrays,
    /// The keys, one for each column.
    JsonObjects(Vec<String>),
}

impl<'a> Printer<'a> {
    fn new(args: &'a Args, first: &[&str]) -> anyhow::Result<Self> {
        let width = first.len();
        let ends = args.columns.iter().map(|&(from, to)| to.unwrap_or(from));
        if let Some(missing) = ends.max().filter(|&last| last >= width) {
            anyhow::bail!("there is no column {}: records have {width}", missing + 1);
        }
        let style = match (args.json, args.no_headers) {
            (false, _) => Style::Lines,
            (true, true) => Style::JsonArrays,
            (true, false) => Style::JsonObjects(keys(first)?),
        };
        Ok(Self {
            width,
            columns: &args.columns,
            style,
        })
    }

    fn print(&self, out: &mut impl Write, number: u64, fields: &[&str]) -> io::Result<()> {
        let chosen = self.chosen(fields);
        match &self.style {
            Style::Lines => {
                let fields: Vec<String> = chosen.map(|(_, field)| printable(field)).collect();
                writeln!(out, "{number}: {}", fields.join(" | "))
            }
            Style::JsonArrays => {
                let fields: Vec<String> = chosen.map(|(_, field)| json(field)).collect();
                writeln!(out, "[{}]", fields.join(","))
            }
            // The header itself, whose names are in every object.
            Style::JsonObjects(_) if number == 0 => Ok(()),
            Style::JsonObjects(keys) => {
                // A field too many has no key.
                let members = chosen.filter_map(|(column, field)| {
                    Some(format!("{}:{}", json(keys.get(column)?), json(field)))
                });
                writeln!(out, "{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// The columns asked for, as far as this record has them, with their fields.
    fn chosen<'f>(&self, fields: &[&'f str]) -> impl Iterator<Item = (usize, &'f str)> {
        let last = fields.len().saturating_sub(1);
        let columns = self.columns.iter();
        let columns = columns.flat_map(move |&(from, to)| from..=to.unwrap_or(last));
        columns.filter_map(|column| Some((column, *fields.get(column)?)))
    }
}

/// An object with a key twice loses a value in most parsers.
fn keys(header: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut seen = HashSet::new();
    if let Some(twice) = header.iter().find(|key| !seen.insert(**key)) {
        anyhow::bail!("two columns are called {twice:?}; --no-headers makes arrays instead");
    }
    Ok(header.iter().map(|&key| key.to_owned()).collect())
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Control characters escaped: a field keeps to its line, and cannot steer the terminal.
fn printable(field: &str) -> String {
    let mut shown = String::with_capacity(field.len());
    for c in field.chars() {
        match c.is_control() {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

fn parse_columns(text: &str) -> Result<Columns, String> {
    text.split(',').map(parse_range).collect()
}

fn parse_range(text: &str) -> Result<(usize, Option<usize>), String> {
    let column = |number: &str| match number.parse::<usize>() {
        Ok(number) if number > 0 => Ok(number - 1),
        _ => Err(format!("{number:?} is no column: they are numbered from 1")),
    };
    match text.split_once('-') {
        None => column(text).map(|only| (only, Some(only))),
        Some((from, "")) => Ok((column(from)?, None)),
        Some((from, to)) => match (column(from)?, column(to)?) {
            (from, to) if from <= to => Ok((from, Some(to))),
            _ => Err(format!("{text} runs backwards")),
        },
    }
}

fn parse_delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [b'"' | b'\r' | b'\n'] => {
            Err("quotes and line ends have a meaning of their own".to_owned())
        }
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("expected one ASCII character".to_owned()),
    }
}
