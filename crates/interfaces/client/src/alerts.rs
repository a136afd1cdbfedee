use odd_contracts::{Alert, AlertList};
use reqwest::Method;

use crate::{Client, ClientError};

impl Client {
    /// Returns the active alerts, and the state of their source.
    ///
    /// # Errors
    /// When the read-model cannot be reached or refuses.
    pub async fn alerts(&self) -> Result<AlertList, ClientError> {
        let request = self.request(self.read_model(), Method::GET, &["alerts"], &[]);
        self.read(self.read_model(), request).await
    }

    /// Returns alerts that have ended, the latest end first.
    ///
    /// # Errors
    /// When the read-model cannot be reached or refuses.
    pub async fn alert_history(&self, limit: u16) -> Result<AlertList, ClientError> {
        let query = [("limit", limit.to_string())];
        let request = self.request(
            self.read_model(),
            Method::GET,
            &["alerts", "history"],
            &query,
        );
        self.read(self.read_model(), request).await
    }

    /// Silences an alert for some minutes.
    ///
    /// # Errors
    /// When there is no such alert, or the read-model cannot be reached or refuses.
    pub async fn silence_alert(&self, id: &str, minutes: u64) -> Result<Alert, ClientError> {
        let query = [("minutes", minutes.to_string())];
        let path = ["alerts", id, "silence"];
        let request = self.request(self.read_model(), Method::POST, &path, &query);
        self.read(self.read_model(), request).await
    }

    /// Ends the silence of an alert.
    ///
    /// # Errors
    /// When there is no such alert, or the read-model cannot be reached or refuses.
    pub async fn unsilence_alert(&self, id: &str) -> Result<Alert, ClientError> {
        let path = ["alerts", id, "silence"];
        let request = self.request(self.read_model(), Method::DELETE, &path, &[]);
        self.read(self.read_model(), request).await
    }

    /// Acknowledges an alert: others see who works on it.
    ///
    /// # Errors
    /// When there is no such alert, the source of alerts has no acknowledgements, or the read-model cannot be reached or
    /// refuses.
    pub async fn acknowledge_alert(&self, id: &str) -> Result<Alert, ClientError> {
        let path = ["alerts", id, "acknowledge"];
        let request = self.request(self.read_model(), Method::POST, &path, &[]);
        self.read(self.read_model(), request).await
    }
}
