use std::fmt;
use std::sync::Arc;

use odd_client::Url;

use crate::connection::Connection;
use crate::launch::Started;

/// A deployment of the configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name.
    pub name: String,
    /// The URL of its gateway.
    pub gateway_url: String,
    /// The URL of its read-model.
    pub read_model_url: String,
}

/// The observatory to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachTo {
    /// That of a profile.
    Profile(String),
    /// The one at these URLs.
    Urls {
        /// The URL of the gateway.
        gateway: Url,
        /// The URL of the read-model.
        read_model: Url,
    },
    /// The one that was started here, with its token.
    Started(Box<Started>),
    /// The one that the interface was opened with.
    Initial,
}

impl AttachTo {
    /// Whether it is part of a start or stop here, not a choice of the user.
    pub(crate) const fn is_of_launch(&self) -> bool {
        matches!(self, Self::Started(_) | Self::Initial)
    }
}

/// Creates the connection to another observatory. The result contains an error message for the user.
#[derive(Clone)]
pub struct Connector(Arc<Connect>);

type Connect = dyn Fn(&AttachTo) -> Result<Connection, String> + Send + Sync;

/// The default ports of the gateway and of the read-model, and those of the demonstration.
const PORTS: [(u16, u16); 2] = [(3000, 8080), (13000, 18080)];

impl AttachTo {
    /// Reads the name of a profile, one URL, or those of the gateway and of the read-model.
    ///
    /// With one URL, the other server has the matching default port; with any other port, the URL is that of both, as
    /// behind a reverse proxy.
    ///
    /// # Errors
    /// When the text is neither; the message says what is expected.
    pub(crate) fn parse(text: &str, profiles: &[Profile]) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => Err("enter the name of a profile, or a URL".to_owned()),
            [name] if profiles.iter().any(|profile| profile.name == *name) => {
                Ok(Self::Profile((*name).to_owned()))
            }
            [one] => {
                let (gateway, read_model) = pair(&web_url(one)?);
                Ok(Self::Urls {
                    gateway,
                    read_model,
                })
            }
            [gateway, read_model] => Ok(Self::Urls {
                gateway: web_url(gateway)?,
                read_model: web_url(read_model)?,
            }),
            _ => Err("enter at most two URLs: gateway and read-model".to_owned()),
        }
    }
}

fn web_url(text: &str) -> Result<Url, String> {
    let expected = || format!("{text:.40} is neither a profile nor a URL such as http://host:3000");
    let url = Url::parse(text).map_err(|_| expected())?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none();
    is_plain.then_some(url).ok_or_else(expected)
}

/// Returns the URLs of the gateway and of the read-model. `url` is that of either.
fn pair(url: &Url) -> (Url, Url) {
    let with_port = |port| {
        let mut other = url.clone();
        other
            .set_port(Some(port))
            .expect("http and https have ports");
        other
    };
    let port = url.port_or_known_default();
    for (gateway, read_model) in PORTS {
        if port == Some(gateway) {
            return (url.clone(), with_port(read_model));
        }
        if port == Some(read_model) {
            return (with_port(gateway), url.clone());
        }
    }
    (url.clone(), url.clone())
}

impl Connector {
    /// Wraps a function that creates a connection.
    pub fn new(
        connect: impl Fn(&AttachTo) -> Result<Connection, String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(connect))
    }

    pub(crate) fn connect(&self, to: &AttachTo) -> Result<Connection, String> {
        (self.0)(to)
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> [String; 2] {
        match AttachTo::parse(text, &[]).expect("valid") {
            AttachTo::Urls {
                gateway,
                read_model,
            } => [gateway.to_string(), read_model.to_string()],
            other => panic!("{other:?} has no URLs"),
        }
    }

    #[test]
    fn one_url_implies_the_other() {
        assert_eq!(urls("http://h:3000"), ["http://h:3000/", "http://h:8080/"]);
        assert_eq!(urls("http://h:8080"), ["http://h:3000/", "http://h:8080/"]);
        assert_eq!(urls("https://h/odd"), ["https://h/odd", "https://h/odd"]);
        assert_eq!(urls(" http://a http://b "), ["http://a/", "http://b/"]);
    }

    #[test]
    fn name_of_a_profile_comes_first() {
        let prod = Profile {
            name: "prod".into(),
            gateway_url: "https://g".into(),
            read_model_url: "https://r".into(),
        };
        let profiles = [prod];
        let found = AttachTo::parse("prod", &profiles);
        assert_eq!(found, Ok(AttachTo::Profile("prod".into())));
        for bad in ["", "prd", "ftp://h", "http://u:p@h", "http://a http://b c"] {
            assert!(AttachTo::parse(bad, &profiles).is_err(), "{bad}");
        }
    }
}
