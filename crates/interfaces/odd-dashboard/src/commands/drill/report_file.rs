use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use odd_core::{Clock as _, SystemClock};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::OutputFormat;

/// The file for the report. It is created before the drill, so that an unusable path is noticed before anything is broken.
pub(super) struct ReportFile {
    path: PathBuf,
    file: File,
}

impl ReportFile {
    /// Creates the file, or one with a default name. Returns `None` if there is no path and the report is printed as JSON
    /// or as a name.
    pub(super) fn create(
        path: Option<PathBuf>,
        drill: &str,
        context: &Context,
    ) -> Result<Option<Self>, Failure> {
        let is_for_people = context.format() == OutputFormat::Table;
        let default = || is_for_people.then(|| default_path(drill));
        let Some(path) = path.or_else(default) else {
            return Ok(None);
        };
        let file = File::create(&path).map_err(|error| {
            Failure::failed(format!("cannot write {}", path.display())).cause(error)
        })?;
        Ok(Some(Self { path, file }))
    }

    /// Writes the report.
    pub(super) fn write(mut self, page: &str, context: &Context) -> Result<(), Failure> {
        let path = self.path.display();
        let written = self.file.write_all(page.as_bytes());
        written.map_err(|error| Failure::failed(format!("cannot write {path}")).cause(error))?;
        context.printer.note(&format!("The report is in {path}"));
        Ok(())
    }
}

fn default_path(drill: &str) -> PathBuf {
    let now = SystemClock.now().to_string();
    let digits = now.chars().filter(char::is_ascii_digit).take(14);
    let time: String = digits.collect();
    let (date, time) = time.split_at(8);
    PathBuf::from(format!("odd-drill-{drill}-{date}T{time}Z.md"))
}
