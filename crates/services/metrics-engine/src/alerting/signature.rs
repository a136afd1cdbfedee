use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signs a message: HMAC-SHA-256 (RFC 2104) over the timestamp, a dot and the body. The timestamp is signed, so that a
/// receiver can reject a message that someone has recorded and sends again later.
pub(super) fn sign(secret: &[u8], timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    let code = mac.finalize().into_bytes();
    let digits: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python: `hmac.new(b"0123456789abcdef", b"1767225600.{}", "sha256").hexdigest()`.
    #[test]
    fn signature_equals_that_of_another_implementation() {
        assert_eq!(
            sign(b"0123456789abcdef", "1767225600", b"{}"),
            "v1=99902517b3069f78750aa0520b0493482454c2d30a579c7acc839f3363ca1b88"
        );
        assert_ne!(
            sign(b"0123456789abcdef", "1767225601", b"{}"),
            sign(b"0123456789abcdef", "1767225600", b"{}")
        );
    }
}
