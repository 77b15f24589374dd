//! A lesson on its page: source, the calls of each line under it, what it printed.

use std::collections::BTreeSet;
use std::iter;

use super::highlight;
use super::html::{escape, escape_output};
use crate::lesson::Lesson;
use crate::record::{Place, Record, Repeated, Run};

/// A longer `//!` header is folded: the reader came for the code.
const LONGEST_HEADER: usize = 4;

/// How many different calls a line shows; more are counted by name. Of those that the lesson's block names
/// it shows as many again, wherever they stand: they are what the reader looks for.
const SHOWN: usize = 10;

/// What there is to show of a lesson.
pub(super) struct Shown<'a> {
    pub(super) chapter: &'a str,
    pub(super) lesson: &'a Lesson,
    pub(super) source: &'a str,
    pub(super) record: &'a Record,
    /// The calls that the lesson's block names.
    pub(super) named: BTreeSet<&'a str>,
    /// Why there is no run, if there is none.
    pub(super) not_run: Option<String>,
    /// About the calls, where they are missing or not all there.
    pub(super) note: Option<String>,
}

/// A section without a blank line, as Markdown wants it.
pub(super) fn section(shown: &Shown<'_>) -> String {
    let Shown {
        chapter, lesson, ..
    } = shown;
    let name = &lesson.name;
    let mut html = format!(
        "<section class=\"lesson\" id=\"lesson-{name}\" data-chapter=\"{chapter}\" \
         data-lesson=\"{name}\"{}>\n",
        if lesson.only_on("Linux") {
            " data-linux-only"
        } else {
            ""
        }
    );
    html.push_str(&format!(
        "<header><a href=\"#lesson-{name}\">{chapter}/{name}</a> {}\
         <span class=\"actions\"></span></header>\n",
        verdict(shown)
    ));
    html.push_str(&source(shown));
    html.push_str(&elsewhere(shown));
    if let Some(note) = &shown.note {
        html.push_str(&format!("<p class=\"note\">{}</p>\n", escape(note)));
    }
    html.push_str(&output(shown));
    html.push_str("</section>");
    html
}

fn verdict(shown: &Shown<'_>) -> String {
    match (&shown.record.run, &shown.not_run) {
        (
            Some(Run {
                fell: None,
                milliseconds,
                system,
                ..
            }),
            _,
        ) => format!(
            "<span class=\"verdict held\" title=\"{}\">held, {milliseconds} ms</span>",
            escape(system)
        ),
        (
            Some(Run {
                fell: Some(why), ..
            }),
            _,
        ) => {
            format!("<span class=\"verdict fell\">fell: {}</span>", escape(why))
        }
        (None, Some(why)) => {
            format!(
                "<span class=\"verdict skipped\">not run: {}</span>",
                escape(why)
            )
        }
        (None, None) => "<span class=\"verdict skipped\">not run</span>".to_owned(),
    }
}

fn source(shown: &Shown<'_>) -> String {
    let lines = highlight::lines(shown.source);
    let texts: Vec<&str> = shown.source.lines().collect();
    let header = texts.iter().take_while(|line| line.starts_with("//!"));
    let folded = match header.count() {
        long if long > LONGEST_HEADER => 1..long,
        _ => 0..0,
    };
    let mut html = "<pre class=\"source\"><code class=\"nohighlight\">".to_owned();
    for (index, line) in lines.iter().enumerate() {
        let number = index + 1;
        if index == folded.start && !folded.is_empty() {
            let count = folded.len();
            html.push_str(&format!(
                "<details class=\"more-header\"><summary>… {count} more lines</summary>"
            ));
        }
        html.push_str(&format!(
            "<span class=\"line\" data-line=\"{number}\"><span class=\"number\">{number}</span>{line}\n</span>"
        ));
        if index + 1 == folded.end {
            html.push_str("</details>");
        }
        if let Some(place) = calls_of(shown, number) {
            let indentation = indentation(texts.get(index).copied().unwrap_or_default());
            html.push_str(&calls(place, &shown.named, number, indentation));
        }
    }
    html.push_str("</code></pre>\n");
    html
}

fn calls_of<'a>(shown: &Shown<'a>, line: usize) -> Option<&'a Place> {
    let trace = shown.record.trace.as_ref()?;
    let found = trace.lines.iter().find(|(number, _)| *number == line)?;
    Some(&found.1)
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn calls(place: &Place, named: &BTreeSet<&str>, line: usize, indentation: usize) -> String {
    let mut html =
        format!("<span class=\"calls\" data-line=\"{line}\" style=\"--indent:{indentation}ch\">");
    let (first, others) = place.shown.split_at(place.shown.len().min(SHOWN));
    let (told, hidden): (Vec<&Repeated>, Vec<&Repeated>) = others
        .iter()
        .partition(|call| named.contains(name_of(&call.text)));
    let (told, too_many) = told.split_at(told.len().min(SHOWN));
    for call in first.iter().chain(told.iter().copied()) {
        html.push_str(&one_call(call, line));
    }
    let rest = counted(hidden.into_iter().chain(too_many.iter().copied()), place);
    if !rest.is_empty() {
        let and = if told.is_empty() {
            "and then"
        } else {
            "and in between"
        };
        html.push_str(&format!("<span class=\"more\">… {and} {rest}\n</span>"));
    }
    html.push_str("</span>");
    html
}

fn one_call(call: &Repeated, line: usize) -> String {
    let class = if call.failed { "call failed" } else { "call" };
    let times = match call.times {
        1 => String::new(),
        times => format!(" <span class=\"times\">× {times}</span>"),
    };
    let text = escape(&call.text);
    format!("<span class=\"{class}\" data-line=\"{line}\">{text}{times}\n</span>")
}

/// What is not shown of a place, by name: `3 read, 37 write`.
fn counted<'a>(hidden: impl Iterator<Item = &'a Repeated>, place: &Place) -> String {
    let mut counts: Vec<(String, u64)> = Vec::new();
    let hidden = hidden.map(|call| (name_of(&call.text).to_owned(), call.times));
    for (name, count) in hidden.chain(place.counted.iter().cloned()) {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, total)) => *total += count,
            None => counts.push((name, count)),
        }
    }
    let texts: Vec<_> = counts
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    texts.join(", ")
}

/// `openat` of `openat(AT_FDCWD, …) = 3`.
pub(super) fn name_of(call: &str) -> &str {
    call.split('(').next().unwrap_or(call)
}

fn elsewhere(shown: &Shown<'_>) -> String {
    let places = match &shown.record.trace {
        Some(trace) if !trace.elsewhere.is_empty() => &trace.elsewhere,
        _ => return String::new(),
    };
    let mut text = String::new();
    for (origin, place) in places {
        text.push_str(&format!("<b>{}</b>&#10;", escape(origin)));
        for call in &place.shown {
            text.push_str(&format!("  {}", escape(&call.text)));
            if call.times > 1 {
                text.push_str(&format!(" × {}", call.times));
            }
            text.push_str("&#10;");
        }
        let rest = counted(iter::empty(), place);
        if !rest.is_empty() {
            text.push_str(&format!("  … and then {rest}&#10;"));
        }
    }
    format!(
        "<details class=\"elsewhere\"><summary>Calls of no line of this file (start, threads, \
         other programs)</summary><pre>{text}</pre></details>\n"
    )
}

fn output(shown: &Shown<'_>) -> String {
    match &shown.record.run {
        Some(run) if !run.output.trim().is_empty() => format!(
            "<details class=\"output\" open><summary>What it printed</summary><pre>{}</pre></details>\n",
            escape_output(&run.output)
        ),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::record::Trace;

    const SOURCE: &str = "//! Claim.\n\nfn main() {\n    close();\n}\n";

    fn record(lines: Vec<(usize, Place)>) -> Record {
        let run = Run {
            fell: None,
            output: "one\n\n<two>\n".to_owned(),
            milliseconds: 3,
            system: "Linux 6".to_owned(),
            time: 0,
        };
        let trace = Trace {
            lines,
            ..Trace::default()
        };
        Record {
            run: Some(run),
            trace: Some(trace),
            ..Record::default()
        }
    }

    fn html(source: &str, record: &Record) -> String {
        section(&Shown {
            chapter: "uds",
            lesson: &Lesson::parse(Path::new("examples/a_lesson.rs"), source),
            source,
            record,
            named: BTreeSet::new(),
            not_run: None,
            note: None,
        })
    }

    fn call(text: &str) -> Repeated {
        Repeated {
            text: text.to_owned(),
            failed: false,
            times: 1,
        }
    }

    #[test]
    fn calls_stand_behind_their_line() {
        let place = Place {
            shown: vec![call("close(3) = 0")],
            counted: vec![("write".to_owned(), 37)],
        };
        let html = html(SOURCE, &record(vec![(4, place)]));
        assert!(
            html.contains(
                "<span class=\"number\">4</span>    close();\n</span>\
             <span class=\"calls\" data-line=\"4\" style=\"--indent:4ch\">\
             <span class=\"call\" data-line=\"4\">close(3) = 0\n</span>\
             <span class=\"more\">… and then 37 write\n</span></span>"
            ),
            "{html}"
        );
        assert!(
            html.contains("<pre>one&#10;&#10;&lt;two&gt;</pre>"),
            "{html}"
        );
    }

    #[test]
    fn there_is_no_blank_line_in_it() {
        let html = html(SOURCE, &record(Vec::new()));
        assert!(html.lines().all(|line| !line.trim().is_empty()), "{html}");
        assert!(html.starts_with("<section class=\"lesson\" id=\"lesson-a-lesson\""));
    }

    #[test]
    fn a_long_header_is_folded_and_keeps_its_numbers() {
        let source = format!("{}fn main() {{}}\n", "//! Line.\n".repeat(6));
        let html = html(&source, &Record::default());
        assert_eq!(html.matches("<details class=\"more-header\">").count(), 1);
        assert!(
            html.contains("<summary>… 5 more lines</summary><span class=\"line\" data-line=\"2\">")
        );
        assert!(html.contains("</details><span class=\"line\" data-line=\"7\">"));
    }

    #[test]
    fn what_is_too_much_is_counted_but_for_what_the_block_names() {
        let mut shown: Vec<_> = (0..12).map(|n| call(&format!("read({n}) = 0"))).collect();
        shown.push(call("futex() = 0"));
        let place = Place {
            shown,
            counted: vec![("read".to_owned(), 5), ("close".to_owned(), 1)],
        };
        let html = calls(&place, &BTreeSet::new(), 1, 0);
        assert!(
            html.ends_with("… and then 7 read, 1 futex, 1 close\n</span></span>"),
            "{html}"
        );
        let html = calls(&place, &BTreeSet::from(["futex"]), 1, 0);
        assert!(
            html.ends_with(
                "futex() = 0\n</span><span class=\"more\">… and in between 7 read, 1 close\n</span></span>"
            ),
            "{html}"
        );
    }
}
