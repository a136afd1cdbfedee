use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Returns a new secret of 256 random bits: 43 characters that a header and a WebSocket subprotocol may contain.
pub(crate) fn new_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_are_safe_in_headers() {
        let (one, other) = (new_secret(), new_secret());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        assert!(one.chars().all(is_safe), "{one}");
    }
}
