use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::DeployError;
use crate::private_dir::{self, file_error};

/// The passwords and tokens of one deployment.
#[derive(Clone)]
pub struct Credentials(BTreeMap<String, String>);

/// The file in the directory of the secrets, from which all others derive.
const FILE: &str = "passwords.toml";

/// The token of an administrator alone, for `ODD_TOKEN_FILE`.
const ADMIN_TOKEN_FILE: &str = "admin-token";

const INTRODUCTION: &str = "\
# Passwords and tokens of this deployment. Every other file in this directory derives from it, and is written again at each
# start. Keep a copy: the stores accept no other passwords.
";

/// 192 random bits, in an alphabet that no file format has to escape.
const BYTES: usize = 24;

/// The names of all passwords: the server or page, and the user.
const NAMES: [&str; 19] = [
    "gateway-token-admin",
    "gateway-token-read",
    "postgres-postgres",
    "postgres-observatory",
    "rabbitmq-admin",
    "rabbitmq-gateway",
    "rabbitmq-processor",
    "rabbitmq-metrics-engine",
    "rabbitmq-read-model",
    "redis-default",
    "redis-metrics-engine",
    "redis-read-model",
    "redis-redisinsight",
    "mongodb-root",
    "mongodb-metrics-engine",
    "mongodb-mongo-express",
    "grafana-admin",
    "pgadmin-admin",
    "mongo-express-admin",
];

impl Credentials {
    /// Generates the passwords of a new deployment.
    pub fn generate() -> Self {
        let mut new = Self(BTreeMap::new());
        new.complete();
        new
    }

    /// Reads the passwords of the deployment whose secrets are in `dir`, and generates those that it does not have yet: all of
    /// them, or the ones that a newer version has added. Then writes every file with secrets.
    ///
    /// # Errors
    /// If the directory cannot be read or written, or the file with the passwords is damaged.
    pub fn open(dir: &Path) -> Result<Self, DeployError> {
        private_dir::create(dir)?;
        let path = Self::path(dir);
        if !path.exists() {
            // Another process may create it at the same time; then its passwords are used.
            private_dir::create_file(&path, Self::generate().text().as_bytes())?;
        }
        let text = std::fs::read_to_string(&path);
        let text = text.map_err(|error| file_error("read", &path, error))?;
        let mut credentials = Self::parse(&path, &text)?;
        if credentials.complete() {
            private_dir::replace_file(&path, credentials.text().as_bytes())?;
        }
        for secret in credentials.secrets() {
            private_dir::update(&dir.join(secret.file), secret.content.as_bytes())?;
        }
        let token = credentials.admin_token().as_bytes();
        private_dir::replace_file(&dir.join(ADMIN_TOKEN_FILE), token)?;
        Ok(credentials)
    }

    /// Returns the path of the file with the passwords of a deployment.
    pub fn path(dir: &Path) -> PathBuf {
        dir.join(FILE)
    }

    /// Returns the token of an administrator of the observatory.
    pub fn admin_token(&self) -> &str {
        self.get("gateway-token-admin")
    }

    /// Returns a password.
    ///
    /// # Panics
    /// If `name` is not one of the names above.
    pub(super) fn get(&self, name: &str) -> &str {
        &self.0[name]
    }

    fn parse(path: &Path, text: &str) -> Result<Self, DeployError> {
        let damaged = |mistake: String| DeployError::Passwords {
            path: path.to_owned(),
            mistake,
        };
        let passwords: BTreeMap<String, String> =
            toml::from_str(text).map_err(|error| damaged(error.message().to_owned()))?;
        if passwords.is_empty() {
            return Err(damaged("it is empty".to_owned()));
        }
        match passwords.iter().find(|(_, password)| password.is_empty()) {
            Some((name, _)) => Err(damaged(format!("`{name}` is empty"))),
            None => Ok(Self(passwords)),
        }
    }

    /// Generates the passwords that are missing. Returns `true` if there were any.
    fn complete(&mut self) -> bool {
        let before = self.0.len();
        for name in NAMES {
            self.0.entry(name.to_owned()).or_insert_with(random);
        }
        self.0.len() > before
    }

    fn text(&self) -> String {
        let mut text = INTRODUCTION.to_owned();
        for (name, password) in &self.0 {
            let _ = writeln!(text, "{name} = \"{password}\"");
        }
        text
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn random() -> String {
    rand::random::<[u8; BYTES]>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn private(dir: &Path) -> PathBuf {
        let secrets = dir.join("secrets");
        private_dir::create(&secrets).expect("created");
        secrets
    }

    #[test]
    fn passwords_survive_a_second_start() {
        let dir = tempfile::tempdir().expect("a directory");
        let secrets = dir.path().join("secrets");
        let first = Credentials::open(&secrets).expect("created");
        let second = Credentials::open(&secrets).expect("read");
        assert_eq!(first.0, second.0);
        assert_ne!(first.0, Credentials::generate().0);
    }

    #[test]
    fn passwords_of_a_newer_version_are_added() {
        let dir = tempfile::tempdir().expect("a directory");
        let secrets = private(dir.path());
        let path = Credentials::path(&secrets);
        std::fs::write(&path, "postgres-observatory = \"kept\"\n").expect("written");
        let credentials = Credentials::open(&secrets).expect("completed");
        assert_eq!(credentials.get("postgres-observatory"), "kept");
        assert_eq!(credentials.0.len(), NAMES.len());
    }

    #[test]
    fn damaged_file_is_refused_and_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let secrets = private(dir.path());
        let path = Credentials::path(&secrets);
        for damaged in [
            "postgres-obs",
            "",
            "# only a comment",
            "postgres-observatory = \"\"",
        ] {
            std::fs::write(&path, damaged).expect("written");
            let error = Credentials::open(&secrets).expect_err("damaged");
            assert!(error.hint().expect("a hint").contains("backup"), "{error}");
            assert_eq!(std::fs::read_to_string(&path).expect("kept"), damaged);
        }
    }

    #[test]
    fn passwords_are_not_printed() {
        let credentials = Credentials::generate();
        let shown = format!("{credentials:?}");
        assert!(shown.contains("postgres-observatory"));
        assert!(!shown.contains(credentials.admin_token()));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_enter_the_directory() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a directory");
        let secrets = dir.path().join("secrets");
        Credentials::open(&secrets).expect("created");
        let mode = |path: &Path| {
            let metadata = std::fs::metadata(path).expect("exists");
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode(&secrets), 0o700);
        assert_eq!(mode(&secrets.join(FILE)), 0o600);
        assert_eq!(mode(&secrets.join(ADMIN_TOKEN_FILE)), 0o600);
        assert_eq!(mode(&secrets.join("gateway.toml")), 0o644);
        let open = dir.path().join("open");
        std::fs::create_dir(&open).expect("created");
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755)).expect("set");
        let error = Credentials::open(&open).expect_err("others can enter it");
        assert!(matches!(error, DeployError::NotPrivate { .. }), "{error}");
        assert_eq!(mode(&open), 0o755);
    }
}
