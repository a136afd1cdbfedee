use serde::Deserialize;

use super::AllowRule;

/// What `http.request` may connect to, and its limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpRequestConfig {
    /// Exceptions to the rule that only public addresses may be reached. Default: none.
    pub allow: Vec<AllowRule>,
    /// The name of the setting that fills `allow`, for example an environment variable. Refusals tell the submitter to change
    /// it. Default: none, as only the program that reads the settings knows their names.
    #[serde(skip)]
    pub allow_setting: Option<&'static str>,
    /// Ports that may be reached, in addition to those named by rules. Default: 80, 443, 8080, 8443.
    pub ports: Vec<u16>,
    /// Largest part of a response body that is kept, in bytes. Default: 1 MiB.
    pub max_response_bytes: usize,
    /// Most exchanges that run at the same time; further attempts are released. It leaves descriptors to the rest of the
    /// process. Default: none.
    #[serde(skip)]
    pub max_running: Option<usize>,
    /// Timeout for establishing a connection, in milliseconds. Default: 10,000.
    pub connect_timeout_ms: u64,
}

impl Default for HttpRequestConfig {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            allow_setting: None,
            ports: vec![80, 443, 8080, 8443],
            max_response_bytes: 1024 * 1024,
            max_running: None,
            connect_timeout_ms: 10_000,
        }
    }
}
