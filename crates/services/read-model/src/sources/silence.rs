use std::collections::BTreeMap;

use odd_contracts::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// The comment of silences that are created here. Others are not changed here: they may apply to more than one alert.
const COMMENT: &str = "Silenced by the observatory";

/// The used part of `gettableSilence` in Alertmanager's API v2.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GettableSilence {
    pub(super) id: String,
    starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    matchers: Vec<Matcher>,
    #[serde(default)]
    status: SilenceStatus,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Matcher {
    name: String,
    value: String,
    is_regex: bool,
    #[serde(default)]
    is_equal: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct SilenceStatus {
    state: String,
}

impl GettableSilence {
    /// Returns `true` if the silence was created here.
    pub(super) fn is_own(&self) -> bool {
        self.comment == COMMENT
    }

    /// Returns `true` if the silence was created here for an alert with these labels, and has not ended.
    pub(super) fn is_own_for(&self, labels: &BTreeMap<String, String>) -> bool {
        let is_label = |matcher: &Matcher| {
            let is_exact = !matcher.is_regex && matcher.is_equal != Some(false);
            is_exact && labels.get(&matcher.name) == Some(&matcher.value)
        };
        self.is_own()
            && self.status.state != "expired"
            && self.matchers.len() == labels.len()
            && self.matchers.iter().all(is_label)
    }
}

/// Returns the `postableSilence` for exactly these labels. It replaces `existing`: Alertmanager keeps the id of a silence with the
/// same labels and start.
pub(super) fn postable(
    labels: &BTreeMap<String, String>,
    existing: Option<&GettableSilence>,
    until: Timestamp,
    by: &str,
    now: Timestamp,
) -> Value {
    let matchers: Vec<Value> = labels
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value, "isRegex": false}))
        .collect();
    let starts_at = existing.map_or(now, |silence| silence.starts_at);
    let mut silence = json!({
        "matchers": matchers, "startsAt": starts_at, "endsAt": until, "createdBy": by, "comment": COMMENT,
    });
    if let Some(existing) = existing {
        silence["id"] = json!(existing.id);
    }
    silence
}
