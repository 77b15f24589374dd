//! The archive's records, byte for byte. All numbers are little-endian (APPNOTE 4.4.1).

/// Flag bit 3: CRC and sizes are in a descriptor behind the data.
pub(super) const SIZES_BEHIND: u16 = 1 << 3;
/// Flag bit 11: the name is UTF-8.
pub(super) const UTF8: u16 = 1 << 11;

/// The value of a 32-bit field that sends the reader to the Zip64 field. Itself no size or offset.
pub(super) const SEE_ZIP64: u32 = u32::MAX;

/// What is needed to unpack (APPNOTE 4.4.3.2): 2.0 for deflate and folders, 4.5 for Zip64.
const VERSION_DEFLATE: u16 = 20;
const VERSION_ZIP64: u16 = 45;
/// The upper byte 3: the upper half of the external attributes is a Unix mode (APPNOTE 4.4.2.2).
const MADE_BY: u16 = 3 << 8 | VERSION_ZIP64;

const EXTRA_ZIP64: u16 = 0x0001;
/// Info-ZIP's extended timestamp, "UT": Unix time, where the DOS fields know no zone.
const EXTRA_TIMESTAMP: u16 = 0x5455;

/// How an entry's data is packed (APPNOTE 4.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored = 0,
    Deflate = 8,
}

/// Everything that the archive's records say of one entry.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) method: Method,
    /// [`UTF8`] and [`SIZES_BEHIND`].
    pub(super) flags: u16,
    /// Date and time as DOS has them.
    pub(super) dos: (u16, u16),
    /// Seconds since 1970, where they fit the field: until 2038.
    pub(super) unix: Option<i32>,
    pub(super) mode: u32,
    /// The descriptor's sizes are of 64 bits. Never so without [`SIZES_BEHIND`].
    pub(super) wide: bool,
    /// Where the local header is.
    pub(super) offset: u64,
    /// These three are zero until they are known.
    pub(super) crc: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
}

impl Record {
    /// APPNOTE 4.3.7.
    pub(super) fn local_header(&self) -> Vec<u8> {
        let mut extra = Vec::new();
        // The field being there is what tells a reader the descriptor's width (4.3.9.2).
        if self.wide {
            put16(&mut extra, &[EXTRA_ZIP64, 16]);
            put64(&mut extra, &[0, 0]);
        }
        self.put_timestamp(&mut extra);
        let size = |bytes| if self.wide { SEE_ZIP64 } else { narrow(bytes) };

        let mut out = b"PK\x03\x04".to_vec();
        self.put_common(&mut out, self.wide);
        put32(
            &mut out,
            &[self.crc, size(self.compressed), size(self.size)],
        );
        put16(&mut out, &[self.name.len() as u16, extra.len() as u16]);
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(&extra);
        out
    }

    /// What stands behind the data where the header could not say it. APPNOTE 4.3.9.
    pub(super) fn descriptor(&self) -> Vec<u8> {
        let mut out = b"PK\x07\x08".to_vec();
        put32(&mut out, &[self.crc]);
        if self.wide {
            put64(&mut out, &[self.compressed, self.size]);
        } else {
            put32(&mut out, &[narrow(self.compressed), narrow(self.size)]);
        }
        out
    }

    /// APPNOTE 4.3.12.
    pub(super) fn central_header(&self) -> Vec<u8> {
        // Only the values that their 32-bit fields cannot hold, in this order (4.5.3).
        let wide: Vec<u64> = [self.size, self.compressed, self.offset]
            .into_iter()
            .filter(|&value| narrow(value) == SEE_ZIP64)
            .collect();
        let mut extra = Vec::new();
        if !wide.is_empty() {
            put16(&mut extra, &[EXTRA_ZIP64, 8 * wide.len() as u16]);
            put64(&mut extra, &wide);
        }
        self.put_timestamp(&mut extra);
        let dos_folder = u32::from(self.name.ends_with('/')) << 4;

        let mut out = b"PK\x01\x02".to_vec();
        put16(&mut out, &[MADE_BY]);
        self.put_common(&mut out, self.wide || !wide.is_empty());
        put32(
            &mut out,
            &[self.crc, narrow(self.compressed), narrow(self.size)],
        );
        put16(&mut out, &[self.name.len() as u16, extra.len() as u16]);
        let (comment, disk, internal_attributes) = (0, 0, 0);
        put16(&mut out, &[comment, disk, internal_attributes]);
        put32(
            &mut out,
            &[self.mode << 16 | dos_folder, narrow(self.offset)],
        );
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(&extra);
        out
    }

    fn put_common(&self, out: &mut Vec<u8>, zip64: bool) {
        let version = if zip64 {
            VERSION_ZIP64
        } else {
            VERSION_DEFLATE
        };
        let (date, time) = self.dos;
        put16(out, &[version, self.flags, self.method as u16, time, date]);
    }

    fn put_timestamp(&self, out: &mut Vec<u8>) {
        if let Some(seconds) = self.unix {
            put16(out, &[EXTRA_TIMESTAMP, 5]);
            // The time of modification is there, and no other.
            out.push(1);
            out.extend_from_slice(&seconds.to_le_bytes());
        }
    }
}

/// What closes an archive whose central directory of `entries` headers lies from `start` to `end`.
/// APPNOTE 4.3.14 to 4.3.16.
pub(super) fn end_of_archive(entries: u64, start: u64, end: u64) -> Vec<u8> {
    let size = end - start;
    let few = u16::try_from(entries).unwrap_or(u16::MAX);
    let mut out = Vec::new();
    if few == u16::MAX || narrow(size) == SEE_ZIP64 || narrow(start) == SEE_ZIP64 {
        let length_of_the_rest = 44;
        out.extend_from_slice(b"PK\x06\x06");
        put64(&mut out, &[length_of_the_rest]);
        put16(&mut out, &[MADE_BY, VERSION_ZIP64]);
        put32(&mut out, &[0, 0]);
        put64(&mut out, &[entries, entries, size, start]);
        // The locator: where the record above is, for who comes from the end.
        out.extend_from_slice(b"PK\x06\x07");
        put32(&mut out, &[0]);
        put64(&mut out, &[end]);
        put32(&mut out, &[1]);
    }
    out.extend_from_slice(b"PK\x05\x06");
    put16(&mut out, &[0, 0, few, few]);
    put32(&mut out, &[narrow(size), narrow(start)]);
    put16(&mut out, &[0]);
    out
}

/// The value for a 32-bit field.
fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(SEE_ZIP64)
}

fn put16(out: &mut Vec<u8>, values: &[u16]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn put32(out: &mut Vec<u8>, values: &[u32]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn put64(out: &mut Vec<u8>, values: &[u64]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}
