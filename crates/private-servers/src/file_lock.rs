use std::fs::File;
use std::io;
use std::path::Path;

/// An exclusive lock on a file, held until this value is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct FileLock {
    file: File,
}

impl FileLock {
    /// Locks a file and creates it if it is missing. Returns `None` if another process or value holds the lock.
    pub(crate) fn try_acquire(file: &Path) -> io::Result<Option<Self>> {
        Self::lock(File::create(file)?)
    }

    /// Locks an existing file. Returns `None` if another process or value holds the lock.
    pub(crate) fn try_acquire_existing(file: &Path) -> io::Result<Option<Self>> {
        Self::lock(File::open(file)?)
    }

    fn lock(file: File) -> io::Result<Option<Self>> {
        Ok(file.try_lock().is_ok().then_some(Self { file }))
    }
}

impl Drop for FileLock {
    /// Closing the file is not enough: a child that another thread is starting has a copy of it until it executes.
    fn drop(&mut self) {
        let _closed_next = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_is_exclusive_until_it_is_dropped() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let first = FileLock::try_acquire(file.path()).expect("a file");
        let first = first.expect("not locked");
        let second = FileLock::try_acquire_existing(file.path()).expect("a file");
        assert!(second.is_none());
        let copy = first.file.try_clone().expect("a copy");
        drop(first);
        assert!(
            FileLock::try_acquire(file.path())
                .expect("a file")
                .is_some()
        );
        drop(copy);
    }
}
