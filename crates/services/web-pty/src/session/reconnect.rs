use odd_service_kit::SecretHash;

use crate::secret::new_secret;

/// The reconnect tokens of a session. Each one attaches once: a new one replaces it.
///
/// A new token may be lost: together with the connection that it was sent on, or because a page ends before it has stored
/// it. Until the client has confirmed the new token, the one before is valid, too.
#[derive(Debug)]
pub(super) struct ReconnectTokens {
    current: Option<SecretHash>,
    earlier: Option<SecretHash>,
    /// Whether the client has confirmed one.
    is_confirmed: bool,
}

impl ReconnectTokens {
    pub(super) const fn new() -> Self {
        Self {
            current: None,
            earlier: None,
            is_confirmed: false,
        }
    }

    /// Whether the client has confirmed a token.
    pub(super) const fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// Whether a connection may attach with this token.
    pub(super) fn accept(&self, token: &SecretHash) -> bool {
        let is = |known: &Option<SecretHash>| known.as_ref().is_some_and(|known| known == token);
        // Not lazy, so that the time does not depend on which one it is.
        is(&self.current) | is(&self.earlier)
    }

    /// Returns a new token, instead of the token `used`; of the newest one without it.
    pub(super) fn rotate(&mut self, used: Option<SecretHash>) -> String {
        let secret = new_secret();
        self.earlier = used.or(self.current);
        self.current = Some(SecretHash::of(&secret));
        secret
    }

    /// Notes that the client has stored a token. Another one than the newest has no effect.
    pub(super) fn confirm(&mut self, token: &SecretHash) {
        if self.current.as_ref() == Some(token) {
            self.is_confirmed = true;
            self.earlier = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(secret: &str) -> SecretHash {
        SecretHash::of(secret)
    }

    #[test]
    fn token_is_valid_until_the_client_has_the_next_one() {
        let mut tokens = ReconnectTokens::new();
        let first = tokens.rotate(None);
        assert!(tokens.accept(&hash(&first)) && !tokens.is_confirmed());
        let second = tokens.rotate(Some(hash(&first)));
        assert!(tokens.accept(&hash(&first)) && tokens.accept(&hash(&second)));
        tokens.confirm(&hash(&second));
        assert!(!tokens.accept(&hash(&first)) && tokens.accept(&hash(&second)));
        assert!(tokens.is_confirmed());
    }

    #[test]
    fn token_that_was_never_confirmed_is_replaced() {
        let mut tokens = ReconnectTokens::new();
        let first = tokens.rotate(None);
        let lost = tokens.rotate(Some(hash(&first)));
        let third = tokens.rotate(Some(hash(&first)));
        assert!(!tokens.accept(&hash(&lost)));
        tokens.confirm(&hash(&lost));
        assert!(tokens.accept(&hash(&first)) && tokens.accept(&hash(&third)));
        assert!(!tokens.accept(&hash("guess")));
    }
}
