use std::collections::HashSet;
use std::convert::Infallible;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use sha2::{Digest, Sha256};

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
    entries: Vec<([u8; 32], Caller)>,
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
            let Some(hash) = decode_hash(&entry.sha256) else {
                return Err(TokensError::Hash(entry.name));
            };
            let is_new_name = seen.insert(entry.name.clone().into_bytes());
            if !is_new_name || !seen.insert(hash.to_vec()) {
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
        let hash = Sha256::digest(secret.as_bytes()).into();
        let name = name.into();
        self.entries.push((hash, Caller { name, role }));
        self
    }

    /// Returns the holder of this secret. The time depends only on the length of the secret.
    pub fn authenticate(&self, secret: &str) -> Option<Caller> {
        let presented: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let mut found = None;
        for (hash, caller) in &self.entries {
            if equal_in_constant_time(hash, &presented) {
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

fn equal_in_constant_time(a: &[u8; 32], b: &[u8; 32]) -> bool {
    let difference = a
        .iter()
        .zip(b)
        .fold(0, |acc, (x, y)| black_box(acc | (x ^ y)));
    difference == 0
}

fn decode_hash(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digits = std::str::from_utf8(digits).ok()?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(hash)
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
