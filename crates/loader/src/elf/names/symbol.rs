//! What a symbol is and who sees it.

/// The name of an `STT_` type without that prefix. GNU and System V call the tenth otherwise than others.
pub fn symbol_type(kind: u8) -> Option<&'static str> {
    match kind {
        0 => Some("NOTYPE"),
        1 => Some("OBJECT"),
        2 => Some("FUNC"),
        3 => Some("SECTION"),
        4 => Some("FILE"),
        5 => Some("COMMON"),
        6 => Some("TLS"),
        8 => Some("RELC"),
        9 => Some("SRELC"),
        10 => Some("IFUNC"),
        _ => None,
    }
}

/// The name of an `STB_` binding without that prefix.
pub fn symbol_binding(binding: u8) -> Option<&'static str> {
    match binding {
        0 => Some("LOCAL"),
        1 => Some("GLOBAL"),
        2 => Some("WEAK"),
        10 => Some("UNIQUE"),
        _ => None,
    }
}

/// The name of an `STV_` visibility without that prefix.
pub fn symbol_visibility(visibility: u8) -> &'static str {
    match visibility & 3 {
        1 => "INTERNAL",
        2 => "HIDDEN",
        3 => "PROTECTED",
        _ => "DEFAULT",
    }
}
