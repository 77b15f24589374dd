//! The trace as a page: one file, with the program that shows it and the events in it.

const PAGE: &str = include_str!("view/page.html");
const STYLE: &str = include_str!("view/style.css");
const PROGRAM: &str = include_str!("view/viewer.js");

/// A page that shows the trace in `chrome`, which is Chrome trace JSON. It needs nothing from outside.
#[must_use]
pub fn page(chrome: &str) -> String {
    // In a script element nothing ends the data but its end tag: no `<` may begin one. In JSON `<` is in
    // strings only, where it may as well be written by its number.
    let data = chrome.replace('<', "\\u003c");
    let mut page = String::with_capacity(PAGE.len() + STYLE.len() + PROGRAM.len() + data.len());
    let mut rest = PAGE;
    for (mark, part) in [
        ("/*STYLE*/", STYLE),
        ("/*DATA*/", &data),
        ("/*PROGRAM*/", PROGRAM),
    ] {
        let (before, after) = rest
            .split_once(mark)
            .expect("the page has its three places");
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page.push_str(rest);
    page
}
