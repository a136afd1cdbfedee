use std::io::{self, ErrorKind};

use super::payload::Invocation;
use crate::HandlerError;
use crate::shortage::is_shortage;

/// Returns the failure of a program that could not be started. It is permanent if the next attempt would fail in the same way.
pub(super) fn not_started(invocation: &Invocation, error: &io::Error) -> HandlerError {
    let program = invocation.program.display();
    if is_shortage(error) {
        return HandlerError::Overloaded {
            message: format!("{program} cannot be started: {error}"),
        };
    }
    if let Some(cwd) = &invocation.cwd
        && !cwd.is_dir()
    {
        let cwd = cwd.display();
        return HandlerError::permanent(format_args!(
            "{program} cannot be started in {cwd}, which is not a directory on this worker: {error}"
        ));
    }
    match reason(invocation, error) {
        Some(reason) => HandlerError::permanent(format_args!(
            "{program} cannot be started: {reason} ({error})"
        )),
        None => HandlerError::failed(format_args!("{program} cannot be started: {error}")),
    }
}

/// Returns why the program can never be started as it is.
fn reason(invocation: &Invocation, error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::NotFound if invocation.program.exists() => {
            "the interpreter that it names does not exist on this worker; check its first line, and whether it was built for this system"
        }
        ErrorKind::NotFound => "it does not exist on this worker",
        ErrorKind::PermissionDenied if invocation.program.is_dir() => "it is a directory",
        ErrorKind::PermissionDenied => {
            "this user may not execute it; check its mode, its folders, the interpreter that it names, and whether its file system is mounted with noexec"
        }
        ErrorKind::NotADirectory => "a part of its path is not a directory",
        ErrorKind::ArgumentListTooLong => "its arguments and environment are too long",
        ErrorKind::InvalidInput => "its path, an argument or a variable is not valid",
        _ => return never_executable(error),
    })
}

#[cfg(unix)]
fn never_executable(error: &io::Error) -> Option<&'static str> {
    use rustix::io::Errno;
    Some(match Errno::from_io_error(error)? {
        Errno::NOEXEC => {
            "it is neither a program for this processor nor a script that begins with #! and its interpreter"
        }
        Errno::ISDIR => "the interpreter that it names is a directory",
        Errno::LOOP => "its path has too many symbolic links",
        Errno::NAMETOOLONG => "its path is too long",
        _ => return None,
    })
}

#[cfg(not(unix))]
fn never_executable(_error: &io::Error) -> Option<&'static str> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::io::Errno;

    use super::*;

    fn failure(error: Errno) -> HandlerError {
        let invocation = Invocation {
            program: "/bin/sh".into(),
            args: Vec::new(),
            env: Default::default(),
            cwd: None,
            stdin: None,
        };
        not_started(&invocation, &error.into())
    }

    #[test]
    fn lack_of_resources_is_no_failure_of_the_job() {
        for error in [Errno::MFILE, Errno::NFILE, Errno::AGAIN, Errno::NOMEM] {
            let failure = failure(error);
            assert!(
                matches!(failure, HandlerError::Overloaded { .. }),
                "{failure:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_executed_is_not_retried() {
        for error in [
            Errno::NOEXEC,
            Errno::NOENT,
            Errno::ACCESS,
            Errno::LOOP,
            Errno::NAMETOOLONG,
        ] {
            let failure = failure(error);
            assert!(
                matches!(failure, HandlerError::Permanent { .. }),
                "{failure:?}"
            );
        }
        let busy = failure(Errno::TXTBSY);
        assert!(matches!(busy, HandlerError::Failed { .. }), "{busy:?}");
    }
}
