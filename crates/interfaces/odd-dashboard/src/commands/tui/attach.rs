use std::path::PathBuf;
use std::time::Duration;

use odd_client::Url;
use odd_tui::{AttachTo, Connection, Connector, Profile};

use crate::context::Context;
use crate::failure::Failure;
use crate::settings::{self, ClientSettings, Endpoints, Selection, Sources, local_web_url};

/// Longest wait of the interface for an answer: a server that hangs is reported soon, and asked again.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns what connects the interface to another observatory.
pub(super) fn connector(context: &Context, is_read_only: bool) -> Connector {
    let config = context.sources.file_path().map(PathBuf::from);
    Connector::new(move |to| {
        connect(to, config.clone(), is_read_only).map_err(|failure| text(&failure))
    })
}

/// A profile is read again, with its token. URLs get no token: that of another observatory is none of their business.
fn connect(
    to: &AttachTo,
    config: Option<PathBuf>,
    is_read_only: bool,
) -> Result<Connection, Failure> {
    match to {
        AttachTo::Profile(name) => {
            let sources = Sources::load(Selection {
                config: config.as_deref(),
                profile: Some(name),
            })?;
            let settings = ClientSettings::read(&sources, Endpoints::default())?;
            let web_url = settings::web_url(&sources, &settings.read_model_url)?;
            connection(settings, web_url, Some(name.clone()), is_read_only)
        }
        AttachTo::Urls {
            gateway,
            read_model,
        } => {
            let settings = ClientSettings {
                gateway_url: gateway.clone(),
                read_model_url: read_model.clone(),
                token: None,
            };
            let web_url = local_web_url(&settings.read_model_url);
            connection(settings, web_url, None, is_read_only)
        }
    }
}

/// Creates the connection of the interface, which reaches the server later. A read-only one is unable to change anything.
pub(super) fn connection(
    settings: ClientSettings,
    web_url: Option<Url>,
    profile: Option<String>,
    is_read_only: bool,
) -> Result<Connection, Failure> {
    Ok(Connection {
        gateway_url: settings.gateway_url.to_string(),
        read_model_url: settings.read_model_url.to_string(),
        web_url: web_url.map(String::from),
        profile,
        client: match is_read_only {
            true => settings.connect_within(REQUEST_TIMEOUT)?.reading_only(),
            false => settings.connect_within(REQUEST_TIMEOUT)?,
        },
    })
}

/// Returns the profiles of the configuration file.
pub(super) fn profiles(context: &Context) -> Vec<Profile> {
    let profiles = context.sources.profiles();
    profiles
        .map(|(name, gateway_url, read_model_url)| Profile {
            name: name.to_owned(),
            gateway_url: gateway_url.to_owned(),
            read_model_url: read_model_url.to_owned(),
        })
        .collect()
}

fn text(failure: &Failure) -> String {
    match failure.causes.first() {
        Some(cause) => format!("{}: {cause}", failure.what),
        None => failure.what.clone(),
    }
}
