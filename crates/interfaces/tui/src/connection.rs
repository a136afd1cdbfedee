use odd_client::Client;

/// Says why there are no links.
pub(crate) const NO_WEB_URL: &str = "no web URL is known: set web_url in the profile";

/// The observatory that the interface shows.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its client.
    pub client: Client,
    /// The URL of the gateway, to show.
    pub gateway_url: String,
    /// The URL of the read-model, to show.
    pub read_model_url: String,
    /// The base URL of the web dashboard, for links; `None` if it is not known.
    pub web_url: Option<String>,
    /// The profile that names it, if there is one.
    pub profile: Option<String>,
}

/// Where the interface is connected, to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// The URL of the gateway.
    pub gateway_url: String,
    /// The URL of the read-model.
    pub read_model_url: String,
    /// The base URL of the web dashboard, for links; `None` if it is not known.
    pub web_url: Option<String>,
    /// The profile.
    pub profile: Option<String>,
}

impl From<&Connection> for Endpoint {
    fn from(connection: &Connection) -> Self {
        Self {
            gateway_url: connection.gateway_url.clone(),
            read_model_url: connection.read_model_url.clone(),
            web_url: connection.web_url.clone(),
            profile: connection.profile.clone(),
        }
    }
}
