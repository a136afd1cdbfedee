use std::ops::Range;

/// The selected row of a table, and the first row that is visible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    selected: usize,
    offset: usize,
}

impl Cursor {
    /// Returns the selected row.
    pub(crate) fn selected(self) -> usize {
        self.selected
    }

    /// Returns the first visible row of a table of `len` rows that shows `height` of them. The selected row is visible.
    pub(crate) fn first_visible(self, len: usize, height: usize) -> usize {
        let last_start = len.saturating_sub(height);
        let earliest = (self.selected + 1).saturating_sub(height);
        self.offset
            .clamp(earliest.min(self.selected), self.selected)
            .min(last_start)
    }

    /// Returns the cursor of a table whose rows are these of the view, if it is there.
    pub(crate) fn within(self, rows: Range<usize>) -> Option<Self> {
        rows.contains(&self.selected).then(|| Self {
            selected: self.selected - rows.start,
            offset: self.offset.saturating_sub(rows.start),
        })
    }

    /// Whether the table shows its beginning.
    pub(crate) fn is_at_top(self) -> bool {
        self.selected == 0
    }

    /// Selects a row of a table of `len` rows that shows `height` of them.
    pub(crate) fn select(&mut self, row: usize, len: usize, height: usize) {
        self.selected = row.min(len.saturating_sub(1));
        self.offset = self.first_visible(len, height.max(1));
    }

    /// Moves by `rows`, and stops at both ends.
    pub(crate) fn move_by(&mut self, rows: isize, len: usize, height: usize) {
        self.select(self.selected.saturating_add_signed(rows), len, height);
    }

    /// Keeps showing the same rows after `count` rows were inserted before them.
    pub(crate) fn shift(&mut self, count: usize) {
        self.selected += count;
        self.offset += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selected_row_is_always_visible() {
        let mut cursor = Cursor::default();
        for (step, selected, first) in [
            (3, 3, 0),
            (10, 13, 4),
            (-5, 8, 4),
            (-6, 2, 2),
            (500, 99, 90),
            (-500, 0, 0),
        ] {
            cursor.move_by(step, 100, 10);
            assert_eq!(cursor.selected(), selected);
            assert_eq!(cursor.first_visible(100, 10), first);
        }
    }

    #[test]
    fn empty_and_shrunken_tables_have_a_valid_selection() {
        let mut cursor = Cursor::default();
        cursor.move_by(1, 0, 10);
        assert_eq!((cursor.selected(), cursor.first_visible(0, 10)), (0, 0));
        cursor.select(50, 100, 10);
        assert_eq!(cursor.first_visible(51, 40), 11);
        cursor.select(50, 20, 10);
        assert_eq!((cursor.selected(), cursor.first_visible(20, 10)), (19, 10));
    }

    #[test]
    fn second_table_scrolls_only_at_its_ends() {
        let mut cursor = Cursor::default();
        let mut first = |rows| {
            cursor.move_by(rows, 23, 5);
            let below = cursor.within(3..23);
            below.map(|below| (below.selected(), below.first_visible(20, 5)))
        };
        let steps = [2, 1, 4, 1, 2, -1, -3, -9].map(&mut first);
        let expected = [
            None,
            Some((0, 0)),
            Some((4, 0)),
            Some((5, 1)),
            Some((7, 3)),
            Some((6, 3)),
            Some((3, 3)),
            None,
        ];
        assert_eq!(steps, expected);
    }

    #[test]
    fn rows_that_arrive_above_do_not_move_what_is_read() {
        let mut cursor = Cursor::default();
        cursor.select(30, 100, 10);
        let before = cursor.selected() - cursor.first_visible(100, 10);
        cursor.shift(5);
        assert_eq!(cursor.selected(), 35);
        assert_eq!(cursor.selected() - cursor.first_visible(105, 10), before);
    }
}
