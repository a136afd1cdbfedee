use std::time::Duration;

use odd_client::{Client, ClientConfig, Url};
use tokio::sync::mpsc;

use crate::message::Message;

const CONNECT_LIMIT: Duration = Duration::from_secs(1);
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// Asks each URL whether it answers, all at the same time. Sends no token.
pub(super) fn check(urls: Vec<String>, messages: &mpsc::Sender<Message>) {
    for url in urls {
        let messages = messages.clone();
        tokio::spawn(async move {
            let answers = answers(&url).await;
            let _ = messages.send(Message::LinkChecked { url, answers }).await;
        });
    }
}

/// Returns `true` when the server answers, with any status.
async fn answers(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let client = Client::new(ClientConfig {
        gateway_url: url.clone(),
        read_model_url: url.clone(),
        token: None,
        connect_timeout: CONNECT_LIMIT,
        request_timeout: ANSWER_LIMIT,
    });
    match client {
        Ok(client) => client.page(&url).await.is_ok(),
        Err(_) => false,
    }
}
