use sha2::{Digest, Sha256};

/// Returns the start of the SHA-256 of a content, in hexadecimal digits: enough to tell versions of a file apart.
pub(crate) fn content_digest(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
