use std::path::{Path, PathBuf};
use std::time::Duration;

use odd_client::Url;
use odd_tui::{AttachTo, Connection, Connector, Profile};

use crate::context::Context;
use crate::failure::Failure;
use crate::settings::{
    self, ClientSettings, Endpoints, Selection, Sources, local_web_url, read_token_file,
};

/// Longest wait of the interface for an answer: a server that hangs is reported soon, and asked again.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// What a connection of the interface needs.
#[derive(Debug, Clone)]
pub(super) struct Target {
    settings: ClientSettings,
    web_url: Option<Url>,
    profile: Option<String>,
}

impl Target {
    /// Returns the observatory that the settings select.
    pub(super) fn selected(sources: &Sources, settings: ClientSettings) -> Result<Self, Failure> {
        Ok(Self {
            web_url: settings::web_url(sources, &settings.read_model_url)?,
            profile: sources.profile_name().map(str::to_owned),
            settings,
        })
    }

    /// A profile is read again, with its token. URLs get no token: that of another observatory is none of their business.
    fn of(to: &AttachTo, initial: &Self, config: Option<&Path>) -> Result<Self, Failure> {
        match to {
            AttachTo::Profile(name) => {
                let sources = Sources::load(Selection {
                    config,
                    profile: Some(name),
                })?;
                let settings = ClientSettings::read(&sources, Endpoints::default())?;
                Self::selected(&sources, settings)
            }
            AttachTo::Urls {
                gateway,
                read_model,
            } => Ok(Self {
                settings: ClientSettings {
                    gateway_url: gateway.clone(),
                    read_model_url: read_model.clone(),
                    token: None,
                },
                web_url: local_web_url(read_model),
                profile: None,
            }),
            AttachTo::Started(started) => Ok(Self {
                settings: ClientSettings {
                    gateway_url: started.gateway.clone(),
                    read_model_url: started.read_model.clone(),
                    token: started
                        .token_file
                        .as_deref()
                        .map(read_token_file)
                        .transpose()?,
                },
                web_url: started.web.clone(),
                profile: None,
            }),
            AttachTo::Initial => Ok(initial.clone()),
        }
    }

    /// Creates the connection, which reaches the server later. A read-only one is unable to change anything.
    pub(super) fn connect(self, is_read_only: bool) -> Result<Connection, Failure> {
        let settings = self.settings;
        Ok(Connection {
            gateway_url: settings.gateway_url.to_string(),
            read_model_url: settings.read_model_url.to_string(),
            web_url: self.web_url.map(String::from),
            profile: self.profile,
            client: match is_read_only {
                true => settings.connect_within(REQUEST_TIMEOUT)?.reading_only(),
                false => settings.connect_within(REQUEST_TIMEOUT)?,
            },
        })
    }
}

/// Returns what connects the interface to another observatory. `initial` is the one that it was opened with.
pub(super) fn connector(context: &Context, initial: Target, is_read_only: bool) -> Connector {
    let config = context.sources.file_path().map(PathBuf::from);
    Connector::new(move |to| {
        let target = Target::of(to, &initial, config.as_deref());
        let connection = target.and_then(|target| target.connect(is_read_only));
        connection.map_err(|failure| text(&failure))
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

#[cfg(test)]
mod tests {
    use odd_client::Token;
    use odd_tui::Started;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    fn token(to: &AttachTo) -> Result<Option<String>, String> {
        let initial = Target {
            settings: ClientSettings {
                gateway_url: url("http://127.0.0.1:3000"),
                read_model_url: url("http://127.0.0.1:8080"),
                token: Some(Token::new("initial".to_owned())),
            },
            web_url: None,
            profile: None,
        };
        let target = Target::of(to, &initial, None).map_err(|failure| text(&failure))?;
        Ok(target.settings.token.map(|it| it.expose().to_owned()))
    }

    #[test]
    fn each_observatory_gets_its_own_token_only() {
        let (gateway, read_model) = (url("http://127.0.0.1:3000"), url("http://127.0.0.1:8080"));
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "of the cluster\n").expect("written");
        let mut started = Started {
            gateway: gateway.clone(),
            read_model: read_model.clone(),
            web: None,
            token_file: Some(file.path().to_owned()),
        };
        let of_cluster = token(&AttachTo::Started(Box::new(started.clone())));
        assert_eq!(of_cluster, Ok(Some("of the cluster".to_owned())));
        started.token_file = Some("/nowhere/token".into());
        let missing = token(&AttachTo::Started(Box::new(started))).expect_err("no such file");
        assert!(missing.contains("/nowhere/token"), "{missing}");
        let urls = AttachTo::Urls {
            gateway,
            read_model,
        };
        assert_eq!(token(&urls), Ok(None));
        assert_eq!(token(&AttachTo::Initial), Ok(Some("initial".to_owned())));
    }
}
