use std::collections::HashSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;

use crate::SecretHash;

/// Permissions of the holder of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Submit jobs and read single jobs.
    Submit,
    /// Read everything.
    Read,
    /// Read, submit, cancel and retry jobs.
    Operate,
    /// Everything.
    Admin,
}

/// The holder of a token, as identified by a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The token's name; safe to log.
    pub name: Arc<str>,
    /// Role of the token.
    pub role: Role,
}

/// Extracts the name of the caller's token, or `anonymous` where no token is required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerName(pub Arc<str>);

impl<S: Sync> FromRequestParts<S> for CallerName {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Caller>();
        Ok(Self(caller.map_or_else(
            || "anonymous".into(),
            |caller| Arc::clone(&caller.name),
        )))
    }
}

/// Access tokens. Only the SHA-256 hashes of their secrets are kept.
#[derive(Clone)]
pub struct Tokens {
    entries: Vec<(SecretHash, Caller)>,
}

/// Why a token file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// The file cannot be read.
    #[error("cannot read the token file {path}")]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// Error of the file system.
        source: std::io::Error,
    },
    /// The file does not have the expected structure.
    #[error("the token file is not valid TOML with [[token]] tables of name, role and sha256")]
    Syntax(#[from] toml::de::Error),
    /// A hash is not 64 hexadecimal digits.
    #[error("the sha256 of token {0:?} is not 64 hexadecimal digits")]
    Hash(String),
    /// Two tokens share a name or a secret.
    #[error("token {0:?} repeats the name or the sha256 of another token")]
    Duplicate(String),
    /// The file has no tokens.
    #[error("the token file holds no token")]
    Empty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenFile {
    #[serde(default)]
    token: Vec<TokenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    name: String,
    role: Role,
    sha256: String,
}

impl Tokens {
    /// Reads a token file.
    ///
    /// # Errors
    /// If the file cannot be read or is invalid.
    pub fn load(path: &Path) -> Result<Self, TokensError> {
        let text = std::fs::read_to_string(path).map_err(|source| TokensError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Reads the text of a token file: `[[token]]` tables with `name`, `role` and `sha256`.
    ///
    /// # Errors
    /// If the text is invalid.
    pub fn parse(text: &str) -> Result<Self, TokensError> {
        let file: TokenFile = toml::from_str(text)?;
        if file.token.is_empty() {
            return Err(TokensError::Empty);
        }
        let mut seen = HashSet::new();
        let mut entries = Vec::with_capacity(file.token.len());
        for entry in file.token {
            let Some(hash) = SecretHash::parse(&entry.sha256) else {
                return Err(TokensError::Hash(entry.name));
            };
            let is_new_name = seen.insert(entry.name.clone().into_bytes());
            if !is_new_name || !seen.insert(hash.as_bytes().to_vec()) {
                return Err(TokensError::Duplicate(entry.name));
            }
            let caller = Caller {
                name: entry.name.into(),
                role: entry.role,
            };
            entries.push((hash, caller));
        }
        Ok(Self { entries })
    }

    /// Adds a token for the requests that one part of this process sends to another.
    #[must_use]
    pub fn with_internal(mut self, name: &str, role: Role, secret: &str) -> Self {
        let hash = SecretHash::of(secret);
        let name = name.into();
        self.entries.push((hash, Caller { name, role }));
        self
    }

    /// Returns the holder of this secret. The time depends only on the length of the secret.
    pub fn authenticate(&self, secret: &str) -> Option<Caller> {
        let presented = SecretHash::of(secret);
        let mut found = None;
        for (hash, caller) in &self.entries {
            if *hash == presented {
                found = Some(caller);
            }
        }
        found.cloned()
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.entries.iter().map(|(_, caller)| caller))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // printf %s secret | sha256sum
    const SECRET_HASH: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    fn file(role: &str, hash: &str) -> String {
        format!("[[token]]\nname = \"ci\"\nrole = \"{role}\"\nsha256 = \"{hash}\"\n")
    }

    #[test]
    fn only_the_right_secret_authenticates() {
        let tokens = Tokens::parse(&file("operate", SECRET_HASH)).expect("valid");
        let caller = tokens.authenticate("secret").expect("known");
        assert_eq!((&*caller.name, caller.role), ("ci", Role::Operate));
        for wrong in ["", "Secret", "secret ", SECRET_HASH] {
            assert_eq!(tokens.authenticate(wrong), None);
        }
        assert!(!format!("{tokens:?}").contains("2bb8"));
    }

    #[test]
    fn invalid_file_is_reported_with_the_reason() {
        let twice = file("read", SECRET_HASH).repeat(2);
        for (text, complaint) in [
            (String::new(), "holds no token"),
            (file("root", SECRET_HASH), "not valid TOML"),
            (file("read", "abc"), "64 hexadecimal"),
            (twice, "repeats"),
            (
                format!("{}colour = 1\n", file("read", SECRET_HASH)),
                "not valid TOML",
            ),
        ] {
            let error = Tokens::parse(&text).expect_err("refused");
            assert!(error.to_string().contains(complaint), "{error}");
        }
    }
}
