use odd_client::ShortIds;
use odd_contracts::{JobId, Timestamp};

/// The text of a row in one column, and a shorter one for narrow terminals.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(super) full: String,
    pub(super) short: Option<String>,
}

impl Cell {
    /// Shows an id, or its short form.
    pub(crate) fn id(id: JobId, short: &ShortIds) -> Self {
        Self {
            full: id.to_string(),
            short: Some(short.text(id)),
        }
    }

    /// Shows a time, or its month, day and second.
    pub(crate) fn time(at: Timestamp) -> Self {
        let full = at.to_string();
        Self {
            short: Some(short_time(&full)),
            full,
        }
    }

    /// Shows a time, or nothing.
    pub(crate) fn optional_time(at: Option<Timestamp>) -> Self {
        at.map_or_else(|| String::new().into(), Self::time)
    }

    pub(super) fn text(&self, is_short: bool) -> &str {
        match &self.short {
            Some(short) if is_short => short,
            _ => &self.full,
        }
    }
}

impl From<String> for Cell {
    fn from(full: String) -> Self {
        Self { full, short: None }
    }
}

impl From<&str> for Cell {
    fn from(full: &str) -> Self {
        full.to_owned().into()
    }
}

/// Turns `2026-01-31T12:00:00.000000Z` into `01-31 12:00:00Z`.
pub(super) fn short_time(full: &str) -> String {
    match (full.get(5..10), full.get(11..19)) {
        (Some(day), Some(time)) => format!("{day} {time}Z"),
        _ => full.to_owned(),
    }
}
