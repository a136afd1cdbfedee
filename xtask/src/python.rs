//! Python environments with the pinned packages of a suite: `tests/<suite>/requirements.txt`.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};

use crate::process;
use crate::workspace::Workspace;

const OLDEST: (u32, u32) = (3, 10);

/// A Python interpreter of a supported version.
pub(crate) struct Python {
    program: PathBuf,
}

impl Python {
    /// Returns the interpreter that `PYTHON` names, or `python3` (`python` on Windows) from the search path.
    ///
    /// # Errors
    /// If there is none. The error names the packages to install.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let default = if cfg!(windows) { "python" } else { "python3" };
        let program = env::var_os("PYTHON").unwrap_or_else(|| default.into());
        let probe = format!("import sys; sys.exit(sys.version_info < {OLDEST:?})");
        if !process::is_installed(&program.to_string_lossy(), &["-c", &probe]) {
            bail!(
                "Python {}.{} or newer is needed as `{default}`\n\
                 Debian, Ubuntu: apt-get install python3 python3-venv\n\
                 Fedora: dnf install python3\n\
                 macOS: brew install python3\n\
                 Windows: winget install Python.Python.3.12\n\
                 or set PYTHON to its path",
                OLDEST.0,
                OLDEST.1
            );
        }
        Ok(Self {
            program: program.into(),
        })
    }

    /// Returns a command that runs this interpreter.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// Returns the environment of a suite. Creates it if it is missing or if the pinned packages changed.
    pub(crate) fn environment(
        &self,
        workspace: &Workspace,
        suite: &str,
    ) -> anyhow::Result<Environment> {
        let folder = workspace.scratch(&format!("python-{suite}"))?;
        let requirements = format!("tests/{suite}/requirements.txt");
        let environment = Environment {
            scripts: folder.join(if cfg!(windows) { "Scripts" } else { "bin" }),
        };
        let pins = fs::read_to_string(workspace.root.join(&requirements))
            .with_context(|| format!("cannot read {requirements}"))?;
        let stamp = folder.join("installed-requirements.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == pins) {
            return Ok(environment);
        }
        process::run(self.command().args(["-m", "venv", "--clear"]).arg(&folder)).context(
            "cannot create a virtual environment; on Debian and Ubuntu: apt-get install python3-venv",
        )?;
        let mut pip = Command::new(environment.program("python"));
        pip.current_dir(&workspace.root).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            &requirements,
        ]);
        process::run(&mut pip).context("cannot install the Python packages; is PyPI reachable?")?;
        fs::write(&stamp, pins).with_context(|| format!("cannot write {}", stamp.display()))?;
        Ok(environment)
    }
}

/// A virtual environment.
pub(crate) struct Environment {
    scripts: PathBuf,
}

impl Environment {
    /// Returns the path of a program in the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.scripts
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}
