//! The API tokens of the observatory. Roles get the hashes; who calls them gets the token.

use sha2::{Digest as _, Sha256};

use super::credentials::Credentials;
use super::secret::Secret;

pub(super) fn secrets(credentials: &Credentials) -> [Secret; 2] {
    let read = credentials.get("gateway-token-read");
    let tokens = [
        entry("admin", "admin", credentials.admin_token()),
        entry("monitoring", "read", read),
    ];
    [
        Secret::new(
            "api-tokens.toml",
            ("api-tokens", "api-tokens.toml"),
            tokens.concat(),
        ),
        Secret::new("read-token", ("prometheus", "read-token"), read.to_owned()),
    ]
}

fn entry(name: &str, role: &str, token: &str) -> String {
    let hash: String = Sha256::digest(token)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("[[token]]\nname = \"{name}\"\nrole = \"{role}\"\nsha256 = \"{hash}\"\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_that_of_the_known_text() {
        // From FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(entry("name", "read", "abc").contains(expected));
    }
}
