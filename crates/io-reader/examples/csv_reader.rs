//! A CSV reader gives fields, not pieces between commas: the quotes go, the padding within stays.
//!
//! Japan Post publishes the country's postcodes as a CSV file, KEN_ALL.CSV: fifteen columns, no
//! header line, the second column being the old postcode, padded with blanks to five characters
//! inside its quotes. RFC 4180 says that blanks are part of a field, so a reader that trims, or
//! that splits at commas, changes the data. Rows come one at a time: the real file has some 120 000
//! and needs no more memory than these three (the comma in the last one's place is ours).
//!
//! Go's `encoding/csv` knows no header and refuses a row of another length, too. The csv crate
//! takes the first row for a header unless told that there is none.

use std::error::Error;

use csv::{ErrorKind, ReaderBuilder, Trim};

const ROWS: &str = "\
13101,\"100  \",\"1000000\",\"トウキョウト\",\"チヨダク\",\"イカニケイサイガナイバアイ\",\
\"東京都\",\"千代田区\",\"以下に掲載がない場合\",0,0,0,0,0,0\r
13101,\"102  \",\"1020072\",\"トウキョウト\",\"チヨダク\",\"イイダバシ\",\
\"東京都\",\"千代田区\",\"飯田橋\",0,0,1,0,0,0\r
01101,\"060  \",\"0600042\",\"ホッカイドウ\",\"サッポロシチュウオウク\",\"オオドオリニシ\",\
\"北海道\",\"札幌市中央区\",\"大通西(1,2丁目)\",1,0,1,0,0,0\r
";

fn main() -> Result<(), Box<dyn Error>> {
    let mut places = Vec::new();
    let mut old_postcodes = Vec::new();
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .from_reader(ROWS.as_bytes());
    for row in reader.records() {
        let row = row?;
        assert_eq!(row.len(), 15);
        println!(
            "{} {:?} {} {} {}",
            &row[2], &row[1], &row[6], &row[7], &row[8]
        );
        places.push([2, 6, 7, 8].map(|column| row[column].to_owned()));
        old_postcodes.push(row[1].to_owned());
    }
    assert_eq!(
        places,
        [
            ["1000000", "東京都", "千代田区", "以下に掲載がない場合"],
            ["1020072", "東京都", "千代田区", "飯田橋"],
            ["0600042", "北海道", "札幌市中央区", "大通西(1,2丁目)"],
        ]
    );
    assert_eq!(old_postcodes, ["100  ", "102  ", "060  "]);

    // What the short ways would have made of it.
    let last = ROWS.lines().last().ok_or("no rows")?;
    assert_eq!(last.split(',').count(), 16);
    assert_eq!(last.split(',').nth(1), Some("\"060  \""));
    let mut trimming = ReaderBuilder::new()
        .trim(Trim::All)
        .from_reader(ROWS.as_bytes());
    let trimmed = trimming.records().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(&trimmed[0][1], "102");
    assert_eq!(trimmed.len(), 2, "the first row went as a header");

    // A row that lost a column is an error with its place, not a row with columns shifted.
    let damaged = ROWS.replacen("\"飯田橋\",", "", 1);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .from_reader(damaged.as_bytes());
    let error = reader
        .records()
        .find_map(Result::err)
        .ok_or("read as if whole")?;
    println!("{error}");
    let ErrorKind::UnequalLengths {
        pos: Some(place),
        expected_len: 15,
        len: 14,
    } = error.kind()
    else {
        panic!("unexpected error: {error}");
    };
    assert_eq!(place.record(), 1, "the second, counted from 0");
    Ok(())
}
