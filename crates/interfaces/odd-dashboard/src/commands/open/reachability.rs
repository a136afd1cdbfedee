use std::time::Duration;

use odd_client::{Client, Url};

use crate::context::Context;
use crate::failure::Failure;

const CONNECT_LIMIT: Duration = Duration::from_secs(1);
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// Asks user interfaces whether they answer. Sends no token.
pub(super) struct Reachability(Client);

impl Reachability {
    pub(super) fn new(context: &Context) -> Result<Self, Failure> {
        let config = context
            .client_settings()?
            .client_config(CONNECT_LIMIT, ANSWER_LIMIT);
        let config = odd_client::ClientConfig {
            token: None,
            ..config
        };
        Ok(Self(Client::new(config)?))
    }

    /// Returns `true` when the server answers, with any status.
    pub(super) async fn answers(&self, url: &str) -> bool {
        match Url::parse(url) {
            Ok(url) => self.0.page(&url).await.is_ok(),
            Err(_) => false,
        }
    }
}
