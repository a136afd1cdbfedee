use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use odd_alerts_file::FileAlertBook;
use odd_core::ports::AlertBook;
use tempfile::TempDir;

/// A private book of alerts; its file is removed with it.
pub struct TestAlertBook {
    book: Arc<FileAlertBook>,
    path: PathBuf,
    _dir: TempDir,
}

/// Creates an empty book of alerts.
///
/// # Panics
/// If no temporary directory can be created.
pub fn alert_book() -> TestAlertBook {
    book_at("alerts.json")
}

/// Creates a book of alerts with this content of its file.
///
/// # Panics
/// If no temporary directory can be created, or the content is not readable.
pub fn alert_book_of(content: &str) -> TestAlertBook {
    let dir = TempDir::new().expect("a temporary directory");
    let path = dir.path().join("alerts.json");
    std::fs::write(&path, content).expect("writable");
    TestAlertBook {
        book: Arc::new(open(&path)),
        path,
        _dir: dir,
    }
}

/// Creates an empty book of alerts whose file cannot be written.
///
/// # Panics
/// If no temporary directory can be created.
pub fn unwritable_alert_book() -> TestAlertBook {
    book_at("missing/alerts.json")
}

fn book_at(file: &str) -> TestAlertBook {
    let dir = TempDir::new().expect("a temporary directory");
    let path = dir.path().join(file);
    TestAlertBook {
        book: Arc::new(open(&path)),
        path,
        _dir: dir,
    }
}

fn open(path: &Path) -> FileAlertBook {
    FileAlertBook::open(path).expect("the file is readable")
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
            book: Arc::new(open(&self.path)),
            ..self
        }
    }
}

impl Deref for TestAlertBook {
    type Target = FileAlertBook;

    fn deref(&self) -> &FileAlertBook {
        &self.book
    }
}
