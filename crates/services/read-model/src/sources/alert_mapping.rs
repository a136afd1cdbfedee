use std::cmp::Reverse;
use std::collections::BTreeMap;

use odd_contracts::{Alert, AlertSeverity, AlertState, Timestamp};
use serde::Deserialize;

use super::alert_links::AlertLinks;
use super::silence::GettableSilence;

/// The used part of `gettableAlert` in Alertmanager's API v2.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GettableAlert {
    fingerprint: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: Timestamp,
    #[serde(default)]
    ends_at: Option<Timestamp>,
    status: GettableStatus,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GettableStatus {
    state: String,
    #[serde(default)]
    silenced_by: Vec<String>,
    #[serde(default)]
    inhibited_by: Vec<String>,
}

impl GettableAlert {
    /// Returns the ids of the silences that apply to the alert.
    pub(super) fn silenced_by(&self) -> &[String] {
        &self.status.silenced_by
    }

    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }
}

/// Converts alerts to those of the contract, ordered by urgency, then age.
pub(super) fn alerts(
    found: Vec<GettableAlert>,
    silences: &[GettableSilence],
    links: &AlertLinks,
    now: Timestamp,
) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = found
        .into_iter()
        .map(|alert| map(alert, silences, links, now))
        .collect();
    alerts.sort_by_key(|alert| (Reverse(alert.severity), alert.starts_at, alert.id.clone()));
    alerts
}

/// The limits of the contract: lengths in characters, and counts.
const LONGEST_NAME: usize = 200;
const LONGEST_SUMMARY: usize = 1_000;
const LONGEST_DESCRIPTION: usize = 4_096;
const LONGEST_LABEL: usize = 1_000;
const MOST_LABELS: usize = 64;

fn map(
    mut found: GettableAlert,
    silences: &[GettableSilence],
    links: &AlertLinks,
    now: Timestamp,
) -> Alert {
    let name = found
        .labels
        .get("alertname")
        .filter(|name| !name.is_empty());
    let name = cut(name.map_or("unnamed", String::as_str), LONGEST_NAME);
    let summary = found.annotations.get("summary");
    let summary = summary
        .filter(|summary| !summary.is_empty())
        .unwrap_or(&name);
    let description = found.annotations.get("description");
    // The end of a firing alert is in the future: it then counts as resolved unless it is updated.
    let ends_at = found.ends_at.filter(|ends_at| *ends_at <= now);
    let description = description.map(|text| cut(text, LONGEST_DESCRIPTION));
    let action = found.annotations.get("action");
    let action = action.map(|text| cut(text, LONGEST_SUMMARY));
    let summary = cut(summary, LONGEST_SUMMARY);
    let silenced_by = |silence: &&GettableSilence| found.silenced_by().contains(&silence.id);
    let silenced_until = silences.iter().filter(silenced_by);
    let silenced_until = silenced_until.map(|silence| silence.ends_at).max();
    let inhibited_by = found.status.inhibited_by.iter();
    let inhibited_by = inhibited_by
        .filter(|id| !id.is_empty())
        .map(|id| cut(id, LONGEST_NAME))
        .collect();
    let mut url = |name: &str| {
        let url = found.annotations.remove(name);
        url.filter(|url| is_web_url(url))
    };
    Alert {
        id: cut(&found.fingerprint, LONGEST_NAME),
        severity: severity(found.labels.get("severity")),
        state: state(&found.status.state, ends_at),
        summary,
        name,
        description,
        runbook_url: url("runbook_url"),
        dashboard_url: url("dashboard_url").and_then(|url| links.dashboard(url)),
        jobs_url: url("jobs_url").and_then(|url| links.jobs(url)),
        action,
        silenced_until,
        inhibited_by,
        acknowledgement: None,
        starts_at: found.starts_at,
        active_at: None,
        ends_at,
        labels: labels(found.labels),
    }
}

fn labels(found: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let bounded = found.into_iter().take(MOST_LABELS);
    bounded
        .map(|(name, value)| (name, cut(&value, LONGEST_LABEL)))
        .collect()
}

fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

/// Returns `true` for links that an interface may show: never scripts or files.
fn is_web_url(text: &str) -> bool {
    const LONGEST: usize = 2_000;
    text.len() <= LONGEST
        && text.parse::<reqwest::Url>().is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.as_str().starts_with(text)
        })
}

fn severity(label: Option<&String>) -> AlertSeverity {
    match label.map(String::as_str) {
        Some("critical" | "page") => AlertSeverity::Critical,
        Some("info" | "none") => AlertSeverity::Info,
        _ => AlertSeverity::Warning,
    }
}

fn state(state: &str, ends_at: Option<Timestamp>) -> AlertState {
    match state {
        _ if ends_at.is_some() => AlertState::Resolved,
        "suppressed" => AlertState::Suppressed,
        "unprocessed" => AlertState::Pending,
        _ => AlertState::Firing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> AlertLinks {
        AlertLinks::to(&odd_contracts::UiRegistry::built_in())
    }

    fn found(text: &str) -> Vec<GettableAlert> {
        serde_json::from_str(text).expect("alerts")
    }

    #[test]
    fn alerts_are_mapped_and_the_most_urgent_comes_first() {
        let found = found(
            r#"[
            {"fingerprint":"b","labels":{"alertname":"Slow","severity":"warning"},"annotations":{},
             "startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T01:00:00Z","updatedAt":"2026-01-01T00:00:00Z",
             "status":{"state":"suppressed","inhibitedBy":["a"],"silencedBy":["x"]},"receivers":[{"name":"r"}]},
            {"fingerprint":"a","labels":{"alertname":"Down","severity":"critical","service":"gateway"},
             "annotations":{"summary":"gateway is down","description":"long","runbook_url":"https://runbooks.example/down"},
             "startsAt":"2026-01-01T00:05:00.5+01:00","endsAt":"2026-01-01T00:10:00Z",
             "status":{"state":"active"}}
            ]"#,
        );
        let now = "2026-01-01T00:07:00Z".parse().expect("a time");
        let alerts = alerts(found, &[], &links(), now);
        let down = &alerts[0];
        assert_eq!((down.id.as_str(), down.name.as_str()), ("a", "Down"));
        assert_eq!(
            (down.severity, down.state),
            (AlertSeverity::Critical, AlertState::Firing)
        );
        assert_eq!(down.summary, "gateway is down");
        assert_eq!(
            down.runbook_url.as_deref(),
            Some("https://runbooks.example/down")
        );
        assert_eq!(down.ends_at, None);
        assert_eq!(down.labels["service"], "gateway");
        let slow = &alerts[1];
        assert_eq!(
            (slow.state, slow.summary.as_str()),
            (AlertState::Suppressed, "Slow")
        );
        assert_eq!(slow.inhibited_by, ["a"]);
    }

    #[test]
    fn links_other_than_web_urls_are_left_out() {
        for (url, kept) in [
            ("https://runbooks.example/a?b#c", true),
            ("http://runbooks.example", true),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("/relative", false),
            ("https://runbooks.example/a b", false),
        ] {
            assert_eq!(is_web_url(url), kept, "{url}");
        }
    }

    #[test]
    fn ended_alert_is_resolved() {
        let found = found(
            r#"[{"fingerprint":"a","labels":{},"startsAt":"2026-01-01T00:00:00Z",
                 "endsAt":"2026-01-01T00:01:00Z","status":{"state":"active"}}]"#,
        );
        let now = "2026-01-01T00:02:00Z".parse().expect("a time");
        let alert = &alerts(found, &[], &links(), now)[0];
        assert_eq!(alert.state, AlertState::Resolved);
        assert!(alert.ends_at.is_some());
        assert_eq!(
            (alert.name.as_str(), alert.severity),
            ("unnamed", AlertSeverity::Warning)
        );
    }
}
