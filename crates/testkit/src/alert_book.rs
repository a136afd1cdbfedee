use std::ops::Deref;
use std::sync::Arc;

use odd_alerts_file::FileAlertBook;
use odd_core::ports::AlertBook;
use tempfile::TempDir;

/// A private book of alerts; its file is removed with it.
pub struct TestAlertBook {
    book: Arc<FileAlertBook>,
    dir: TempDir,
}

/// Creates an empty book of alerts.
///
/// # Panics
/// If no temporary directory can be created.
pub fn alert_book() -> TestAlertBook {
    let dir = TempDir::new().expect("a temporary directory");
    TestAlertBook {
        book: Arc::new(open(&dir)),
        dir,
    }
}

fn open(dir: &TempDir) -> FileAlertBook {
    FileAlertBook::open(&dir.path().join("alerts.json")).expect("the file is readable")
}

impl TestAlertBook {
    /// Returns the book as a port.
    pub fn port(&self) -> Arc<dyn AlertBook> {
        self.book.clone()
    }

    /// Opens the file a second time, as a later process does.
    ///
    /// # Panics
    /// If the file cannot be read.
    #[must_use]
    pub fn reopened(self) -> Self {
        Self {
            book: Arc::new(open(&self.dir)),
            dir: self.dir,
        }
    }
}

impl Deref for TestAlertBook {
    type Target = FileAlertBook;

    fn deref(&self) -> &FileAlertBook {
        &self.book
    }
}
