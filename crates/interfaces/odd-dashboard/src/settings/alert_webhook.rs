use std::path::PathBuf;

use odd_client::Url;
use odd_metrics_engine::WebhookConfig;

use crate::failure::Failure;
use crate::settings::Sources;
use crate::settings::list::{ALERT_WEBHOOK_SECRET, ALERT_WEBHOOK_SECRET_FILE, ALERT_WEBHOOK_URL};

/// The shortest key of signatures: shorter ones can be guessed.
const SHORTEST_SECRET: usize = 16;

/// Reads where notifications of alerts are sent.
///
/// # Errors
/// When the URL is invalid, or there is no secret of sufficient length for it.
pub(super) fn read(sources: &Sources) -> Result<Option<WebhookConfig>, Failure> {
    let Some(url) = sources.read(&ALERT_WEBHOOK_URL, None, parse_url)? else {
        return Ok(None);
    };
    let secret = match sources.find(&ALERT_WEBHOOK_SECRET) {
        Some(found) => found.value,
        None => read_file(sources)?,
    };
    if secret.len() < SHORTEST_SECRET {
        return Err(Failure::usage(format!(
            "the key of the signatures of notifications has {} bytes; it needs at least {SHORTEST_SECRET}",
            secret.len()
        ))
        .hint("set ODD_ALERT_WEBHOOK_SECRET or ODD_ALERT_WEBHOOK_SECRET_FILE, for example to the output of `openssl rand -hex 32`"));
    }
    Ok(Some(WebhookConfig {
        url: url.into(),
        secret: secret.into_bytes(),
    }))
}

fn read_file(sources: &Sources) -> Result<String, Failure> {
    let path = sources.read(&ALERT_WEBHOOK_SECRET_FILE, None, |text| {
        Ok(PathBuf::from(text))
    })?;
    let Some(path) = path else {
        return Ok(String::new());
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let what = "cannot read the key of the signatures of notifications";
        Failure::usage(format!("{what}: {}", path.display())).cause(error)
    })?;
    Ok(text.trim().to_owned())
}

/// Unlike other URLs, that of a webhook may have a query, which often contains a key.
fn parse_url(text: &str) -> Result<Url, String> {
    let expected = "must be an http or https URL without user and fragment";
    let url = Url::parse(text).map_err(|_| expected.to_owned())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    plain.then_some(url).ok_or_else(|| expected.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_url_may_have_a_query_but_no_user() {
        for (text, accepted) in [
            ("https://hooks.example/a?key=b", true),
            ("http://127.0.0.1:9000", true),
            ("ftp://hooks.example", false),
            ("https://user:password@hooks.example", false),
            ("hooks.example", false),
            ("https://hooks.example/#a", false),
        ] {
            assert_eq!(parse_url(text).is_ok(), accepted, "{text}");
        }
    }
}
