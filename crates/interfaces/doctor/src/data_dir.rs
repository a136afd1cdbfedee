use std::io;
use std::path::{Path, PathBuf};

use crate::{Finding, Fix, LockState};

const ELSEWHERE: &str = "name another directory with ODD_DATA_DIR or --data-dir";

/// Checks that the directory exists or can be created, and that this user can write to it.
pub(crate) fn writable(data_dir: &Path) -> Finding {
    let shown = data_dir.display();
    match std::fs::metadata(data_dir) {
        Ok(metadata) if metadata.is_dir() => match probe_write(data_dir) {
            Ok(()) => Finding::ok(format!("{shown} exists and is writable")),
            Err(error) => Finding::fail(
                format!("{shown} is not writable: {error}"),
                Fix::new(format!("make it writable for this user, or {ELSEWHERE}")),
            ),
        },
        Ok(_) => Finding::fail(format!("{shown} is not a directory"), Fix::new(ELSEWHERE)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => creatable(data_dir),
        Err(error) => Finding::fail(
            format!("{shown} cannot be used: {error}"),
            Fix::new(ELSEWHERE),
        ),
    }
}

fn creatable(data_dir: &Path) -> Finding {
    let shown = data_dir.display();
    let parent = existing_ancestor(data_dir);
    match probe_write(&parent) {
        Ok(()) => Finding::ok(format!("{shown} does not exist yet; `up` creates it")),
        Err(error) => Finding::fail(
            format!(
                "{shown} cannot be created: {} is not writable: {error}",
                parent.display()
            ),
            Fix::new(format!("create it for this user, or {ELSEWHERE}")),
        ),
    }
}

/// Checks that other users cannot read the directory.
#[cfg(unix)]
pub(crate) fn private(data_dir: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = std::fs::metadata(data_dir) else {
        return Finding::skipped("it does not exist yet; `up` creates it for its owner only");
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Finding::ok(format!("only its owner can use it (mode {mode:o})"));
    }
    let command = format!("chmod 700 {}", quoted(data_dir));
    Finding::warn(
        format!("other users can read or change it (mode {mode:o})"),
        Fix::new("make it private, if it is used for nothing else").command(command),
    )
}

/// Checks that other users cannot read the directory.
#[cfg(not(unix))]
pub(crate) fn private(_: &Path) -> Finding {
    Finding::skipped("the permissions of Windows are not checked")
}

/// Checks whether an observatory uses the directory.
pub(crate) fn lock(data_dir: &Path) -> Finding {
    match LockState::inspect(data_dir) {
        LockState::Free => Finding::ok("no observatory uses it"),
        LockState::Held(Some(holder)) => Finding::ok(format!(
            "an observatory has used it since {} (process {})",
            holder.since, holder.pid
        )),
        LockState::Held(None) => Finding::warn(
            "a process uses it, and does not tell its id",
            Fix::new(
                "check again in a moment; if it stays so, find the process that has opened its file `lock`",
            ),
        ),
        LockState::Unknown(error) => Finding::fail(
            format!("its lock cannot be inspected: {error}"),
            Fix::new(format!(
                "make the directory readable for this user, or {ELSEWHERE}"
            )),
        ),
    }
}

/// Returns the deepest directory of `path` that exists.
pub(crate) fn existing_ancestor(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find(|ancestor| ancestor.exists());
    existing.unwrap_or(Path::new(".")).to_owned()
}

/// Creates an unnamed file, which leaves no trace. Permissions alone do not show a read-only file system.
fn probe_write(dir: &Path) -> io::Result<()> {
    tempfile::tempfile_in(dir).map(drop)
}

/// Quotes a path for a shell.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    #[test]
    fn directory_that_exists_or_can_be_created_is_ok() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(writable(dir.path()).status(), CheckStatus::Ok);
        let later = writable(&dir.path().join("a/b"));
        assert!(later.detail().ends_with("`up` creates it"), "{later:?}");
        let empty = std::fs::read_dir(dir.path())
            .expect("readable")
            .next()
            .is_none();
        assert!(empty, "the check leaves no file");
    }

    #[test]
    fn file_instead_of_a_directory_fails() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert_eq!(writable(file.path()).status(), CheckStatus::Fail);
        assert_eq!(
            writable(&file.path().join("data")).status(),
            CheckStatus::Fail
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn directory_on_a_read_only_file_system_fails() {
        // Nothing can be created in it, even by root.
        let finding = writable(Path::new("/proc/odd-dashboard"));
        assert_eq!(finding.status(), CheckStatus::Fail);
        assert!(
            finding.detail().contains("/proc is not writable"),
            "{finding:?}"
        );
        assert!(
            writable(Path::new("/proc"))
                .detail()
                .contains("is not writable")
        );
    }

    #[cfg(unix)]
    #[test]
    fn directory_that_others_can_read_is_a_warning_with_the_command() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().expect("a directory");
        let dir = parent.path().join("it's mine");
        std::fs::create_dir(&dir).expect("created");
        std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o755)).expect("changed");
        let finding = private(&dir);
        assert_eq!(finding.status(), CheckStatus::Warn);
        let command = finding.fix().and_then(|fix| fix.command.clone());
        assert!(command.expect("a command").ends_with(r"it'\''s mine'"));
        std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o700)).expect("changed");
        assert_eq!(private(&dir).status(), CheckStatus::Ok);
    }
}
