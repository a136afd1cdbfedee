use std::io;

/// Returns `true` for errors that mean that this machine lacks descriptors, processes or memory at the moment.
#[cfg(unix)]
pub(crate) fn is_shortage(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let number = error.raw_os_error();
    [
        Errno::MFILE,
        Errno::NFILE,
        Errno::AGAIN,
        Errno::NOMEM,
        Errno::NOBUFS,
    ]
    .iter()
    .any(|shortage| number == Some(shortage.raw_os_error()))
}

/// Returns `true` for errors that mean that this machine lacks memory at the moment.
#[cfg(not(unix))]
pub(crate) fn is_shortage(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::OutOfMemory
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn shortages_differ_from_other_errors() {
        use rustix::io::Errno;
        for error in [Errno::AGAIN, Errno::NOMEM, Errno::NFILE, Errno::MFILE] {
            assert!(is_shortage(&error.into()), "{error}");
        }
        for error in [Errno::NOENT, Errno::NOEXEC, Errno::ACCESS] {
            assert!(!is_shortage(&error.into()), "{error}");
        }
        assert!(!is_shortage(&io::Error::other("something else")));
    }
}
