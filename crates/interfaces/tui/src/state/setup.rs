use odd_doctor::{Check, CheckStatus, Group};

use super::Cursor;
use crate::setup::SetupUpdate;

/// The checks of the prerequisites.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    /// Whether there are checks.
    pub(crate) is_available: bool,
    /// The number of the current run; updates of earlier ones are ignored.
    run: u64,
    pub(crate) is_running: bool,
    pub(crate) rows: Vec<SetupRow>,
    pub(crate) cursor: Cursor,
}

/// A check, which may not have finished.
#[derive(Debug)]
pub(crate) struct SetupRow {
    pub(crate) group: Group,
    pub(crate) title: String,
    pub(crate) check: Option<Check>,
}

impl Setup {
    pub(crate) fn new(is_available: bool) -> Self {
        Self {
            is_available,
            ..Self::default()
        }
    }

    /// Returns the command that fixes the selected check, if there is one.
    pub(crate) fn command(&self) -> Option<&str> {
        self.selected()?.fix.as_ref()?.command.as_deref()
    }

    /// Begins another run, and returns its number.
    pub(crate) fn begin(&mut self) -> u64 {
        self.run += 1;
        self.is_running = true;
        self.run
    }

    /// Applies the progress of a run.
    pub(crate) fn take(&mut self, run: u64, update: SetupUpdate) {
        if run != self.run {
            return;
        }
        match update {
            SetupUpdate::Started(planned) => {
                let rows = planned.into_iter().map(|(group, title)| SetupRow {
                    group,
                    title,
                    check: None,
                });
                self.rows = rows.collect();
                self.rows.sort_by_key(|row| row.group);
            }
            SetupUpdate::Finished(check) => {
                let mut rows = self.rows.iter_mut();
                let row = rows.find(|row| {
                    row.check.is_none() && row.group == check.group && row.title == check.title
                });
                if let Some(row) = row {
                    row.check = Some(*check);
                }
            }
            SetupUpdate::Done => self.is_running = false,
        }
    }

    /// Returns the number of checks with a status.
    pub(crate) fn count(&self, status: CheckStatus) -> usize {
        let checks = self.rows.iter().filter_map(|row| row.check.as_ref());
        checks.filter(|check| check.status == status).count()
    }

    /// Returns the number of checks that have not finished.
    pub(crate) fn waiting(&self) -> usize {
        self.rows.iter().filter(|row| row.check.is_none()).count()
    }

    pub(crate) fn selected(&self) -> Option<&Check> {
        self.rows.get(self.cursor.selected())?.check.as_ref()
    }
}
