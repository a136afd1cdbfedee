/// A column of a table, and what happens to it on a narrow terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(super) title: &'static str,
    /// Fewest columns of the terminal; `None` if cells are never cut.
    pub(super) shortest: Option<usize>,
    /// Columns with a larger number are left out first; `None` if it is always shown.
    pub(super) rank: Option<u8>,
}

impl Column {
    /// A column whose cells are shown whole, such as ids.
    pub(crate) const fn whole(title: &'static str) -> Self {
        Self {
            title,
            shortest: None,
            rank: None,
        }
    }

    /// A column whose cells may be cut to this width.
    pub(crate) const fn cut_to(title: &'static str, shortest: usize) -> Self {
        Self {
            title,
            shortest: Some(shortest),
            rank: None,
        }
    }

    /// Lets the column be left out: those with larger numbers first.
    pub(crate) const fn rank(mut self, rank: u8) -> Self {
        self.rank = Some(rank);
        self
    }
}
