use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use odd_contracts::{Acknowledgement, Alert, AlertState, Timestamp};
use serde::{Deserialize, Serialize};

/// The most alerts that have ended; older ones are forgotten.
const MAX_ENDED: usize = 1_000;
/// The most undelivered notifications; the oldest are dropped.
const MAX_NOTIFICATIONS: usize = 1_000;

/// The alerts of an observatory that evaluates the rules itself: active and ended ones, what operators did about them, and
/// the notifications that are not delivered. Bounded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertRecords {
    active: BTreeMap<String, Active>,
    /// The latest end first.
    ended: VecDeque<Alert>,
    /// The oldest first.
    notifications: VecDeque<AlertNotification>,
    #[serde(skip)]
    evaluated_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Active {
    alert: Alert,
    /// Whether a notification that the alert fires exists or was delivered.
    notified: bool,
}

/// A message to the operators: an alert fires, or is resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertNotification {
    /// Identifies the message; a repeated delivery has the same one.
    pub id: String,
    /// The alert, `firing` or `resolved`.
    pub alert: Alert,
    /// When the notification was created. The Unix epoch in records of builds that did not store it.
    #[serde(default = "epoch")]
    pub created_at: Timestamp,
}

const fn epoch() -> Timestamp {
    Timestamp::from_micros(0)
}

/// What an evaluation of the rules changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecordedAlerts {
    /// Whether the records differ in more than the time and the values.
    pub changed: bool,
    /// Notifications that were dropped because too many are undelivered.
    pub dropped: usize,
}

impl AlertRecords {
    /// Records an evaluation: all alerts that are pending or firing. Firing alerts that are missing are resolved.
    /// Notifications are created if `notify` is set.
    pub fn record(&mut self, found: Vec<Alert>, at: Timestamp, notify: bool) -> RecordedAlerts {
        let mut recorded = RecordedAlerts::default();
        let mut previous = std::mem::take(&mut self.active);
        for mut alert in found {
            let before = previous.remove(&alert.id);
            let fired = before
                .as_ref()
                .is_some_and(|before| before.alert.state == AlertState::Firing);
            let mut notified = false;
            if let Some(before) = before {
                let silence = before.alert.silenced_until.filter(|until| *until > at);
                recorded.changed |= silence != before.alert.silenced_until;
                alert.silenced_until = silence;
                alert.acknowledgement = before.alert.acknowledgement;
                notified = before.notified;
            }
            let fires = alert.state == AlertState::Firing;
            recorded.changed |= fires && !fired;
            if fires && notify && !notified && alert.silenced_until.is_none() {
                recorded.changed = true;
                recorded.dropped += self.notify(&alert, at);
                notified = true;
            }
            self.active
                .insert(alert.id.clone(), Active { alert, notified });
        }
        for ended in previous.into_values() {
            if ended.alert.state == AlertState::Firing {
                recorded.changed = true;
                recorded.dropped += self.end(ended, at, notify);
            }
        }
        self.evaluated_at = Some(at);
        recorded
    }

    fn end(&mut self, ended: Active, at: Timestamp, notify: bool) -> usize {
        let alert = Alert {
            state: AlertState::Resolved,
            ends_at: Some(at),
            silenced_until: None,
            ..ended.alert
        };
        let dropped = match notify && ended.notified {
            true => self.notify(&alert, at),
            false => 0,
        };
        self.ended.push_front(alert);
        self.ended.truncate(MAX_ENDED);
        dropped
    }

    /// Adds a notification. Returns how many were dropped for it.
    fn notify(&mut self, alert: &Alert, at: Timestamp) -> usize {
        let state = match alert.state {
            AlertState::Resolved => "resolved",
            _ => "firing",
        };
        let began = alert.starts_at.as_micros() / 1_000;
        self.notifications.push_back(AlertNotification {
            id: format!("{}-{began}-{state}", alert.id),
            alert: alert.clone(),
            created_at: at,
        });
        let dropped = self.notifications.len().saturating_sub(MAX_NOTIFICATIONS);
        self.notifications.drain(..dropped);
        dropped
    }

    /// Returns the active alerts, the most urgent first, then the oldest. A silenced alert is suppressed.
    pub fn active(&self, now: Timestamp) -> Vec<Alert> {
        let mut alerts: Vec<Alert> = self
            .active
            .values()
            .map(|active| shown(&active.alert, now))
            .collect();
        alerts.sort_by_key(|alert| (Reverse(alert.severity), alert.starts_at, alert.id.clone()));
        alerts
    }

    /// Returns the alerts that fire, whether they are silenced or not.
    pub fn firing(&self) -> impl Iterator<Item = &Alert> {
        let alerts = self.active.values().map(|active| &active.alert);
        alerts.filter(|alert| alert.state == AlertState::Firing)
    }

    /// Returns up to `limit` alerts that have ended, the latest end first.
    pub fn ended(&self, limit: usize) -> Vec<Alert> {
        self.ended.iter().take(limit).cloned().collect()
    }

    /// Returns when the rules were last evaluated by this process.
    pub fn evaluated_at(&self) -> Option<Timestamp> {
        self.evaluated_at
    }

    /// Silences an active alert until a time, or ends its silence. Returns `None` if there is no such alert.
    pub fn silence(&mut self, id: &str, until: Option<Timestamp>, now: Timestamp) -> Option<Alert> {
        let active = self.active.get_mut(id)?;
        active.alert.silenced_until = until;
        Some(shown(&active.alert, now))
    }

    /// Records who works on an active alert. Returns `None` if there is no such alert.
    pub fn acknowledge(&mut self, id: &str, acknowledgement: Acknowledgement) -> Option<Alert> {
        let active = self.active.get_mut(id)?;
        let now = acknowledgement.at;
        active.alert.acknowledgement = Some(acknowledgement);
        Some(shown(&active.alert, now))
    }

    /// Returns the oldest undelivered notification.
    pub fn next_notification(&self) -> Option<&AlertNotification> {
        self.notifications.front()
    }

    /// Removes a notification that was delivered or abandoned.
    pub fn remove_notification(&mut self, id: &str) {
        self.notifications
            .retain(|notification| notification.id != id);
    }
}

fn shown(alert: &Alert, now: Timestamp) -> Alert {
    let mut alert = alert.clone();
    alert.silenced_until = alert.silenced_until.filter(|until| *until > now);
    if alert.silenced_until.is_some() && alert.state == AlertState::Firing {
        alert.state = AlertState::Suppressed;
    }
    alert
}

#[cfg(test)]
mod tests;
