use std::fs::File;
use std::io;
use std::path::Path;

/// A locked file: ours until it is dropped or this process ends.
#[derive(Debug)]
pub(crate) struct Claim {
    file: File,
}

impl Claim {
    /// Locks a file, which is made when it is missing; `None` when another holds it.
    pub(crate) fn take(file: &Path) -> io::Result<Option<Self>> {
        Self::lock(File::create(file)?)
    }

    /// Locks a file that is there; `None` when another holds it.
    pub(crate) fn take_existing(file: &Path) -> io::Result<Option<Self>> {
        Self::lock(File::open(file)?)
    }

    fn lock(file: File) -> io::Result<Option<Self>> {
        Ok(file.try_lock().is_ok().then_some(Self { file }))
    }
}

impl Drop for Claim {
    /// Closing the file would not do while another thread starts a program, which has a copy for a moment.
    fn drop(&mut self) {
        let _closed_next = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_claimed_once_until_the_claim_is_dropped() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let first = Claim::take(file.path()).expect("a file");
        assert!(first.is_some());
        assert!(
            Claim::take_existing(file.path())
                .expect("it is there")
                .is_none()
        );
        let copy = first
            .as_ref()
            .expect("taken")
            .file
            .try_clone()
            .expect("a copy");
        drop(first);
        assert!(Claim::take(file.path()).expect("a file").is_some());
        drop(copy);
    }
}
