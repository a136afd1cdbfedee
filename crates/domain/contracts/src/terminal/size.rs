/// The size of a terminal in cells, within the limits of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalSize {
    columns: u16,
    rows: u16,
}

impl TerminalSize {
    const COLUMNS: (u16, u16) = (20, 500);
    const ROWS: (u16, u16) = (5, 200);

    /// Returns the permitted size that is closest.
    pub fn clamped(columns: u16, rows: u16) -> Self {
        Self {
            columns: columns.clamp(Self::COLUMNS.0, Self::COLUMNS.1),
            rows: rows.clamp(Self::ROWS.0, Self::ROWS.1),
        }
    }

    /// Returns the number of columns, 20 to 500.
    pub const fn columns(self) -> u16 {
        self.columns
    }

    /// Returns the number of rows, 5 to 200.
    pub const fn rows(self) -> u16 {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_clamped() {
        let clamped = |columns, rows| {
            let size = TerminalSize::clamped(columns, rows);
            (size.columns(), size.rows())
        };
        assert_eq!(clamped(0, 0), (20, 5));
        assert_eq!(clamped(65_535, 65_535), (500, 200));
        assert_eq!(clamped(80, 24), (80, 24));
    }
}
