use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::place::Room;
use crate::process::{Account, Once, command, run};

/// What is needed to make the files of a server: PostgreSQL calls them a cluster.
#[derive(Debug)]
pub(super) struct Cluster {
    /// The folder with `initdb` and `postgres`.
    pub(super) programs: PathBuf,
    pub(super) account: Account,
    /// Of the role `postgres`.
    pub(super) superuser_password: String,
    /// Of the role `observatory`.
    pub(super) password: String,
}

impl Cluster {
    /// Makes the files unless they are there. They appear all at once, so being interrupted leaves none.
    pub(super) fn ensure(&self, room: &Room) -> Result<(), Error> {
        self.account.own(room.path())?;
        if room.data().exists() {
            return Ok(());
        }
        let unfinished = room.path().join("data.new");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(Error::io("delete an unfinished cluster"))?;
        }
        self.make_files(&unfinished)?;
        self.make_database(&unfinished)?;
        fs::rename(&unfinished, room.data()).map_err(Error::io("put the cluster in place"))
    }

    /// Text is compared byte by byte, so that it sorts alike on every machine.
    fn make_files(&self, data: &Path) -> Result<(), Error> {
        let initdb = Once::new("initdb").reading(&self.superuser_password);
        let mut command = command(self.programs.join("initdb"), self.account);
        command
            .current_dir(data.parent().unwrap_or(data))
            .arg("-D")
            .arg(data)
            .args(["--username=postgres", "--pwfile=/dev/stdin"])
            .args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"])
            .arg("--no-sync");
        run(&initdb, command).map(drop)
    }

    /// The mode for one user needs neither a running server nor a client.
    fn make_database(&self, data: &Path) -> Result<(), Error> {
        let statements = format!(
            "CREATE ROLE observatory LOGIN CREATEDB PASSWORD '{}'\n\
             CREATE DATABASE observatory OWNER observatory\n",
            self.password
        );
        let postgres = Once::new("postgres").reading(&statements);
        let mut command = command(self.programs.join("postgres"), self.account);
        command
            .current_dir(data.parent().unwrap_or(data))
            .args(["--single", "-D"])
            .arg(data)
            .args(["-c", "exit_on_error=on", "postgres"]);
        run(&postgres, command).map(drop)
    }
}
