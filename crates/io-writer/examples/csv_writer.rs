//! CSV quotes commas, quotes and newlines, and its writer holds rows back until it is flushed.
//!
//! A field that contains the separator, a quote or a line end is put in quotes, with its own quotes
//! doubled (RFC 4180, section 2), so a reader gets back exactly the records that were written. A
//! program that joins fields with `,` instead loses them at the first address or price.
//!
//! Like Go's `csv.Writer`, the writer buffers: rows not flushed are not in the file. Dropping it
//! flushes, as with `BufWriter`, but then an error has nowhere to go; call `flush` and look.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/stock.csv", O_WRONLY|*) = 3
//! write(3, "name,price,note\n*"*, 82) = 82
//! openat(AT_FDCWD, "*/lost.csv", O_WRONLY|*) = 5
//! !write(5, *)
//! ```

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::mem;

const RECORDS: [[&str; 3]; 4] = [
    ["name", "price", "note"],
    ["tea, green", "1,200", "loose"],
    ["mug \"Gopher\"", "950", "two\nlines"],
    ["", " 7 ", ""],
];

fn write_records<W: io::Write>(out: &mut csv::Writer<W>) -> csv::Result<()> {
    for record in RECORDS {
        out.write_record(record)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;

    let path = dir.path().join("stock.csv");
    let mut out = csv::Writer::from_writer(File::create(&path)?);
    write_records(&mut out)?;
    let before = fs::metadata(&path)?.len();
    out.flush()?;
    let text = fs::read_to_string(&path)?;
    println!("{before} bytes before flush, {} after:", text.len());
    assert_eq!(before, 0);
    assert_eq!(
        text,
        "name,price,note\n\
         \"tea, green\",\"1,200\",loose\n\
         \"mug \"\"Gopher\"\"\",950,\"two\nlines\"\n\
         , 7 ,\n"
    );

    // The same code serves any `Write`, standard output among them.
    let mut screen = csv::Writer::from_writer(io::stdout());
    write_records(&mut screen)?;
    screen.flush()?;

    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(&path)?;
    let records = reader.records().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(records, RECORDS.map(Vec::from));
    println!("read back: {:?}", &records[2]);

    let path = dir.path().join("lost.csv");
    let mut out = csv::Writer::from_writer(File::create(&path)?);
    write_records(&mut out)?;
    mem::forget(out);
    let lost = fs::metadata(&path)?.len();
    println!("neither flushed nor dropped: {lost} bytes");
    assert_eq!(lost, 0);
    Ok(())
}
