use super::setting::{Kind, Setting, setting};

pub(crate) const GATEWAY_URL: Setting = setting(
    "ODD_GATEWAY_URL",
    Some("client.gateway_url"),
    Kind::Text,
    "http://127.0.0.1:3000",
    "URL of the gateway for commands.",
    "",
);
pub(crate) const READ_MODEL_URL: Setting = setting(
    "ODD_READ_MODEL_URL",
    Some("client.read_model_url"),
    Kind::Text,
    "http://127.0.0.1:8080",
    "URL of the read-model for commands.",
    "",
);
pub(crate) const WEB_URL: Setting = setting(
    "ODD_WEB_URL",
    Some("client.web_url"),
    Kind::Text,
    "`http://127.0.0.1:8081` if the read-model is on this machine, otherwise none",
    "URL of the web dashboard, for links of the terminal interface.",
    "",
);
pub(crate) const TOKEN: Setting = setting(
    "ODD_TOKEN",
    None,
    Kind::Text,
    "none",
    "API token of commands.",
    "",
);
pub(crate) const TOKEN_FILE: Setting = setting(
    "ODD_TOKEN_FILE",
    Some("client.token_file"),
    Kind::Text,
    "none",
    "File with the API token of commands.",
    "Useful on systems where other users can read environment variables. `ODD_TOKEN` overrides it.",
);
pub(crate) const PROFILE: Setting = setting(
    "ODD_PROFILE",
    Some("client.profile"),
    Kind::Text,
    "none",
    "Profile of the configuration file that commands use.",
    "See [profiles](#profiles).",
);
