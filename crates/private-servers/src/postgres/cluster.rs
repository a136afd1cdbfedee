use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::process::{Account, Invocation, command, run};
use crate::server_dir::ServerDir;

/// A database cluster, as PostgreSQL calls the files of a server.
#[derive(Debug)]
pub(super) struct Cluster {
    /// The folder with `initdb` and `postgres`.
    pub(super) programs: PathBuf,
    pub(super) account: Account,
    /// The password of the role `postgres`.
    pub(super) superuser_password: String,
    /// The password of the role `observatory`.
    pub(super) password: String,
}

impl Cluster {
    /// Creates the cluster if it does not exist. It appears by one rename, so an interrupted call leaves no cluster.
    pub(super) fn ensure(&self, dir: &ServerDir) -> Result<(), Error> {
        self.account.own(dir.path())?;
        if dir.data().exists() {
            return Ok(());
        }
        let unfinished = dir.path().join("data.new");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(Error::io("delete an unfinished cluster"))?;
        }
        self.initialise(&unfinished)?;
        self.create_database(&unfinished)?;
        fs::rename(&unfinished, dir.data()).map_err(Error::io("rename the new cluster"))
    }

    /// Uses the C locale, so that text sorts in the same order on every machine.
    fn initialise(&self, data: &Path) -> Result<(), Error> {
        let initdb = Invocation::new("initdb").input(&self.superuser_password);
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

    /// Uses single-user mode, which needs no running server and no client.
    fn create_database(&self, data: &Path) -> Result<(), Error> {
        let statements = format!(
            "CREATE ROLE observatory LOGIN CREATEDB PASSWORD '{}'\n\
             CREATE DATABASE observatory OWNER observatory\n",
            self.password
        );
        let postgres = Invocation::new("postgres").input(&statements);
        let mut command = command(self.programs.join("postgres"), self.account);
        command
            .current_dir(data.parent().unwrap_or(data))
            .args(["--single", "-D"])
            .arg(data)
            .args(["-c", "exit_on_error=on", "postgres"]);
        run(&postgres, command).map(drop)
    }
}
