use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::Error;
use crate::search_path::in_path;

static SETPRIV: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let is_linux = cfg!(target_os = "linux");
    is_linux.then(|| in_path("setpriv")).flatten()
});

/// The user that a server runs as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    /// `None` for the user of this process.
    other: Option<Ids>,
}

#[derive(Debug, Clone, Copy)]
struct Ids {
    user: u32,
    group: u32,
    /// The server's folder is below a folder that this user cannot enter.
    is_locked_out: bool,
}

impl Account {
    /// The user of this process.
    pub(crate) const CURRENT: Self = Self { other: None };

    /// Returns an account for servers that refuse to run as root: the user of this process or, if that is root, the first
    /// of `users` that exists.
    pub(crate) fn unprivileged(users: &[&str], folder: &Path) -> Result<Self, Error> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::CURRENT);
        }
        let passwd =
            fs::read_to_string("/etc/passwd").map_err(Error::io("read the list of users"))?;
        let (user, group) = users
            .iter()
            .find_map(|user| ids_of(&passwd, user))
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
            .map_err(Error::io(format!("find a user among {users:?}")))?;
        let ids = Ids {
            user,
            group,
            is_locked_out: !folder.ancestors().skip(1).all(can_be_entered_by_others),
        };
        Ok(Self { other: Some(ids) })
    }

    /// Makes this user the owner of a folder and its content.
    pub(crate) fn own(self, folder: &Path) -> Result<(), Error> {
        let Some(ids) = self.other else { return Ok(()) };
        chown_all(folder, ids).map_err(Error::io(format!(
            "change the owner of {}",
            folder.display()
        )))
    }
}

/// Returns `true` if the kernel kills the servers when this process ends.
pub(super) fn has_parent_death_signal() -> bool {
    SETPRIV.is_some()
}

/// Returns a command that runs as the account. The kernel kills it when the thread that started it ends, where that is
/// supported: [`super::spawn_from_permanent_thread`] starts it from one that lives as long as this process.
///
/// The process id is that of the program: `setpriv` executes it without forking.
pub(crate) fn command(program: impl AsRef<OsStr>, account: Account) -> Command {
    let Some(setpriv) = SETPRIV.as_ref() else {
        let mut command = Command::new(program);
        if let Some(ids) = account.other {
            command.uid(ids.user).gid(ids.group);
        }
        return command;
    };
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "KILL"]);
    if let Some(ids) = account.other {
        command
            .args(["--reuid", &ids.user.to_string()])
            .args(["--regid", &ids.group.to_string()])
            .arg("--clear-groups");
        if ids.is_locked_out {
            command.args(["--inh-caps", "+dac_override"]);
            command.args(["--ambient-caps", "+dac_override"]);
        }
    }
    command.arg("--").arg(program);
    command
}

/// Returns the user id and group id of a user in `passwd`, whose fields are name, password, user id, group id, and more.
fn ids_of(passwd: &str, user: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let is_user = fields.next() == Some(user);
        let (user, group) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        is_user.then_some((user, group))
    })
}

fn can_be_entered_by_others(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|folder| folder.permissions().mode() & 0o001 != 0)
}

fn chown_all(path: &Path, ids: Ids) -> std::io::Result<()> {
    chown(path, Some(ids.user), Some(ids.group))?;
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            chown_all(&entry?.path(), ids)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_is_found_by_its_whole_name() {
        let passwd = "root:x:0:0:root:/:/bin/sh\npostgres-ro:x:7:8::/:\npostgres:x:101:104:,,:/:\n";
        assert_eq!(ids_of(passwd, "postgres"), Some((101, 104)));
        assert_eq!(ids_of(passwd, "post"), None);
    }
}
