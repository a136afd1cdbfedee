/// Number of bytes in a mebibyte.
pub(crate) const MIB: u64 = 1024 * 1024;

/// Number of bytes in a gibibyte.
pub(crate) const GIB: u64 = 1024 * MIB;

/// Renders a number of bytes for people.
pub(crate) fn readable(bytes: u64) -> String {
    match bytes {
        GIB.. => format!("{:.1} GiB", bytes as f64 / GIB as f64),
        _ => format!("{} MiB", bytes / MIB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_that_fits() {
        assert_eq!(readable(0), "0 MiB");
        assert_eq!(readable(GIB - 1), "1023 MiB");
        assert_eq!(readable(3 * GIB / 2), "1.5 GiB");
    }
}
