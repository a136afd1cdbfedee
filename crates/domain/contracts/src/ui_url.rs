use std::str::FromStr;

use crate::UiRegistry;

const MAX_URL_BYTES: usize = 2_000;

/// Where a deployment has a user interface. Its text is `id=url`, or `id=` if it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiUrl {
    /// An id of the built-in registry.
    pub id: String,
    /// The URL, http or https; `None` if the deployment does not have the interface.
    pub url: Option<String>,
}

/// Why a text is not a [`UiUrl`]. The messages do not contain the URL, which may have a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUiUrl {
    /// There is no `=`.
    #[error("must be id=url, or id= for an interface that does not exist")]
    Form,
    /// The built-in registry does not have the id.
    #[error("must begin with a known id; {id:.60?} is none of {known}")]
    UnknownId {
        /// The text before `=`.
        id: String,
        /// The ids of the built-in registry.
        known: String,
    },
    /// The URL is not a web address.
    #[error("must have an http or https URL, but that of {id} is not one")]
    Url {
        /// The id of the interface.
        id: String,
    },
}

impl FromStr for UiUrl {
    type Err = InvalidUiUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, url) = text.split_once('=').ok_or(InvalidUiUrl::Form)?;
        let id = id.trim().to_owned();
        let known: Vec<String> = UiRegistry::built_in().ids().map(str::to_owned).collect();
        if !known.contains(&id) {
            let known = known.join(", ");
            return Err(InvalidUiUrl::UnknownId { id, known });
        }
        let url = match url.trim() {
            "" => None,
            url if is_web_url(url) => Some(url.to_owned()),
            _ => return Err(InvalidUiUrl::Url { id }),
        };
        Ok(Self { id, url })
    }
}

/// Returns `true` for URLs that an interface may open: never scripts or files.
pub(crate) fn is_web_url(text: &str) -> bool {
    text.len() <= MAX_URL_BYTES
        && (text.starts_with("http://") || text.starts_with("https://"))
        && url::Url::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn item_has_an_id_and_a_url_or_nothing() {
        let read = |text: &str| text.parse::<UiUrl>().map(|item| (item.id, item.url));
        let grafana = |url: Option<&str>| Ok(("grafana".to_owned(), url.map(str::to_owned)));
        for (text, url) in [
            ("grafana=http://h:1/a?b=c", Some("http://h:1/a?b=c")),
            ("grafana = https://h ", Some("https://h")),
            ("grafana=", None),
        ] {
            assert_eq!(read(text), grafana(url), "{text}");
        }
    }

    #[test]
    fn other_items_are_refused_with_the_reason_and_without_the_url() {
        for (text, reason) in [
            ("grafana", "id=url"),
            ("grafan=http://h/", "none of web, gateway-docs,"),
            ("=http://h/", "known id"),
            ("grafana=h:3002", "http or https"),
            ("grafana=javascript:secret", "http or https"),
        ] {
            let error = text.parse::<UiUrl>().expect_err(text).to_string();
            assert!(
                error.contains(reason) && !error.contains("secret"),
                "{error}"
            );
        }
    }
}
