//! Definitions of RabbitMQ: one user for each role with the permissions of docs/guides/cluster.md, and one for people.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::credentials::Credentials;
use super::secret::Secret;

const EVERYTHING: [&str; 3] = [".*", ".*", ".*"];

/// Exchanges and queues of those that publish.
const PUBLISHER: &str = r"^(observatory\.(events|dead-letters)|metrics-engine\.events|jobs\..*)$";

/// Users with their permissions: configure, write, read.
const USERS: [(&str, [&str; 3]); 5] = [
    ("admin", EVERYTHING),
    ("gateway", [PUBLISHER; 3]),
    ("processor", [PUBLISHER; 3]),
    (
        "metrics-engine",
        [
            r"^(observatory\.(events|dead-letters)|metrics-engine\..*)$",
            r"^(observatory\.dead-letters|metrics-engine\..*)$",
            r"^(observatory\.(events|dead-letters)|metrics-engine\..*)$",
        ],
    ),
    (
        "read-model",
        [
            r"^(observatory\.(events|dead-letters)|read-model\..*)$",
            r"^(observatory\.dead-letters|read-model\..*)$",
            r"^(observatory\.(events|dead-letters)|read-model\..*)$",
        ],
    ),
];

pub(super) fn secret(credentials: &Credentials) -> Secret {
    let users = USERS.map(|(name, _)| user(credentials, name));
    let permissions = USERS.map(|(name, [configure, write, read])| {
        json!({"user": name, "vhost": "/", "configure": configure, "write": write, "read": read})
    });
    let definitions = json!({
        "vhosts": [{"name": "/"}],
        "users": users,
        "permissions": permissions,
    });
    Secret::new(
        "rabbitmq-definitions.json",
        ("rabbitmq", "definitions.json"),
        format!("{definitions:#}\n"),
    )
}

fn user(credentials: &Credentials, name: &str) -> Value {
    let tags = match name {
        "admin" => vec!["administrator"],
        _ => Vec::new(),
    };
    let password = credentials.get(&format!("rabbitmq-{name}"));
    json!({
        "name": name,
        "password_hash": password_hash(password, salt(password)),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags,
    })
}

/// A salt that differs between passwords, and is the same at each start: otherwise the file would change each time. The
/// passwords are random, so that a salt adds nothing.
fn salt(password: &str) -> [u8; 4] {
    let digest = Sha256::digest(format!("salt of {password}"));
    [digest[0], digest[1], digest[2], digest[3]]
}

/// Hashes a password as RabbitMQ stores it: <https://www.rabbitmq.com/docs/passwords#computing-password-hash>.
fn password_hash(password: &str, salt: [u8; 4]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(password);
    let mut bytes = salt.to_vec();
    bytes.extend(hasher.finalize());
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_that_of_the_documentation() {
        // The example in RabbitMQ's documentation of password hashes.
        let hash = password_hash("test12", [0x90, 0x8D, 0xC6, 0x0A]);
        assert_eq!(hash, "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
    }

    #[test]
    fn definitions_do_not_change_between_starts() {
        let credentials = Credentials::generate();
        assert_eq!(secret(&credentials), secret(&credentials));
    }

    #[test]
    fn permissions_are_those_of_the_guide() {
        let guide = include_str!("../../../../../docs/guides/cluster.md");
        for (_, permissions) in &USERS[1..] {
            for pattern in permissions {
                let in_table = format!("`{}`", pattern.replace('|', r"\|"));
                assert!(guide.contains(&in_table), "{in_table}");
            }
        }
    }
}
