//! Small files of other systems, written field by field.

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn u16(mut self, value: u16) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn u32s(mut self, values: &[u32]) -> Self {
        self.0
            .extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self
    }

    fn u64s(mut self, values: &[u64]) -> Self {
        self.0
            .extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self
    }

    /// `text`, filled up with zeroes.
    fn text(mut self, text: &str, size: usize) -> Self {
        let end = self.0.len() + size;
        self.0.extend(text.as_bytes());
        self.0.resize(end, 0);
        self
    }

    fn until(mut self, offset: usize) -> Self {
        assert!(self.0.len() <= offset, "{} of {offset} bytes", self.0.len());
        self.0.resize(offset, 0);
        self
    }
}

/// A program for arm64 with one segment of two sections, one library and two symbols.
pub fn macho() -> Vec<u8> {
    let commands: Vec<u8> = [
        Writer::default()
            .u32s(&[0x19, 72 + 160])
            .text("__TEXT", 16)
            .u64s(&[0x1_0000_0000, 0x4000, 0, 0x4000])
            .u32s(&[5, 5, 2, 0])
            .text("__text", 16)
            .text("__TEXT", 16)
            .u64s(&[0x1_0000_0400, 8])
            .u32s(&[0x400, 2, 0, 0, 0x8000_0400, 0, 0, 0])
            .text("__cstring", 16)
            .text("__TEXT", 16)
            .u64s(&[0x1_0000_0408, 4])
            .u32s(&[0x408, 0, 0, 0, 2, 0, 0, 0]),
        Writer::default().u32s(&[0x8000_0028, 24]).u64s(&[0x400, 0]),
        Writer::default()
            .u32s(&[0xc, 56, 24, 2, 0x054c_0000, 0x0001_0000])
            .text("/usr/lib/libSystem.B.dylib", 32),
        Writer::default()
            .u32s(&[0xe, 32, 12])
            .text("/usr/lib/dyld", 20),
        Writer::default()
            .u32s(&[0x1b, 24])
            .text("0123456789abcdef", 16),
        Writer::default().u32s(&[0x32, 24, 1, 0x000e_0000, 0x000e_0200, 0]),
        Writer::default().u32s(&[0x2, 24, 0x410, 2, 0x430, 16]),
    ]
    .into_iter()
    .flat_map(|command| command.0)
    .collect();
    let mut file = Writer::default().u32s(&[
        0xfeed_facf,
        0x0100_000c,
        0,
        2,
        7,
        u32::try_from(commands.len()).unwrap(),
        0x0020_0085,
        0,
    ]);
    file.0.extend(commands);
    let symbol = |file: Writer, name: u32, kind: u8, section: u8, value: u64| {
        let mut file = file.u32s(&[name]);
        file.0.extend([kind, section, 0, 0]);
        file.u64s(&[value])
    };
    let file = file.until(0x410);
    let file = symbol(file, 1, 0x0f, 1, 0x1_0000_0400);
    let file = symbol(file, 7, 0x01, 0, 0);
    file.text("\0_main\0_puts", 16).0
}

/// The same for two processors.
pub fn fat() -> Vec<u8> {
    let arm = macho();
    let mut intel = arm.clone();
    intel[4..8].copy_from_slice(&0x0100_0007_u32.to_le_bytes());
    let mut file = Vec::new();
    let size = u32::try_from(arm.len()).unwrap();
    let list = [
        0xcafe_babe,
        2,
        0x0100_0007,
        3,
        64,
        size,
        0,
        0x0100_000c,
        0,
        64 + size,
        size,
        0,
    ];
    for number in list {
        file.extend(u32::to_be_bytes(number));
    }
    file.resize(64, 0);
    file.extend(intel);
    file.extend(arm);
    file
}

/// A library that exports one function, and imports one by its name and one by its number.
pub fn pe() -> Vec<u8> {
    let mut header = Writer::default()
        .text("MZ", 0x3c)
        .u32s(&[0x40])
        .text("PE", 4)
        .u16(0x8664)
        .u16(1)
        .u32s(&[0x1234_5678, 0, 0])
        .u16(112 + 16)
        .u16(0x2022)
        .u16(0x20b)
        .u16(0)
        .u32s(&[0x200, 0, 0, 0x1000, 0x1000])
        .u64s(&[0x1_4000_0000])
        .u32s(&[0x1000, 0x200, 0, 0, 0, 0, 0x2000, 0x200, 0])
        .u16(3)
        .u16(0x160)
        .u64s(&[0x10_0000, 0x1000, 0x10_0000, 0x1000])
        .u32s(&[0, 2, 0x1000, 0x80, 0x1080, 40])
        .text(".all", 8)
        .u32s(&[0x200, 0x1000, 0x200, 0x200, 0, 0, 0, 0xe000_0020])
        .until(0x200);
    // Exports at 0x1000: one address, one name, one number.
    header = header
        .u32s(&[0, 0, 0, 0x1040, 5, 1, 1, 0x1030, 0x1034, 0x1038])
        .until(0x230)
        .u32s(&[0x1100, 0x1048, 0])
        .until(0x240)
        .text("me.dll", 8)
        .text("run", 8)
        .until(0x280)
        .u32s(&[0x10c0, 0, 0, 0x10e0, 0x1110])
        .until(0x2c0)
        .u64s(&[0x10f0, 0x8000_0000_0000_0007, 0])
        .until(0x2e0)
        .text("OTHER.dll", 16)
        .u16(3)
        .text("Sleep", 14)
        .until(0x400);
    header.0
}
