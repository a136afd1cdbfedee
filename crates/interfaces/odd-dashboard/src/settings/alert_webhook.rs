use std::path::PathBuf;

use odd_client::Url;
use odd_metrics_engine::WebhookConfig;

use crate::failure::Failure;
use crate::settings::Sources;
use crate::settings::list::{ALERT_WEBHOOK_SECRET, ALERT_WEBHOOK_SECRET_FILE, ALERT_WEBHOOK_URL};
use crate::settings::plaintext::exposed_host;

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

/// Refuses a webhook on another machine without TLS: its URL often contains a key, and others could read or replace notifications.
/// `insecure` means that the operator accepts the risk.
///
/// # Errors
/// When the webhook is not secure. The message contains no secret.
pub(crate) fn check_alert_webhook(
    sources: &Sources,
    webhook: Option<&WebhookConfig>,
    insecure: bool,
) -> Result<(), Failure> {
    let url = webhook.and_then(|webhook| Url::parse(&webhook.url).ok());
    let url = url.filter(|_| !insecure);
    let Some(host) = url.and_then(|url| exposed_host(sources, &url)) else {
        return Ok(());
    };
    let origin = sources.origin(&ALERT_WEBHOOK_URL);
    Err(Failure::usage(format!("{origin} uses the host {host} without TLS")).hint(format!(
        "begin with https://; if the network to {host} is private, add it to ODD_PLAINTEXT_HOSTS; or accept the risk with --insecure"
    )))
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

    #[test]
    fn webhook_on_another_machine_requires_tls() {
        let check = |url: &str, allowed: &str, insecure| {
            let sources = Sources::of(&[
                ("ODD_ALERT_WEBHOOK_URL", url),
                ("ODD_ALERT_WEBHOOK_SECRET", "0123456789abcdef"),
                ("ODD_PLAINTEXT_HOSTS", allowed),
            ]);
            let webhook = read(&sources).ok().flatten();
            let checked = check_alert_webhook(&sources, webhook.as_ref(), insecure);
            checked.err().map(|failure| failure.render(false))
        };
        for accepted in [
            "https://hooks.example/a",
            "http://127.0.0.1:9000/a",
            "http://[::1]:9000/a",
            "http://localhost/a",
        ] {
            assert_eq!(check(accepted, "", false), None, "{accepted}");
        }
        let plain = "http://hooks.example/marker?key=marker";
        let refused = check(plain, "", false).expect("refused");
        assert!(
            refused.contains("ODD_ALERT_WEBHOOK_URL uses the host hooks.example"),
            "{refused}"
        );
        assert!(refused.contains("https://") && refused.contains("--insecure"));
        assert!(!refused.contains("marker"), "{refused}");
        assert_eq!(check(plain, "other, HOOKS.example", false), None);
        assert_eq!(check(plain, "", true), None);
    }
}
