use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use odd_contracts::{Acknowledgement, Alert, AlertState, Timestamp};
use serde::{Deserialize, Serialize};

/// The most alerts that have ended; older ones are forgotten.
const MAX_ENDED: usize = 1_000;
/// The most undelivered notifications; the oldest are dropped.
const MAX_NOTIFICATIONS: usize = 1_000;
/// The most silences; more are refused.
const MAX_SILENCES: usize = 1_000;
/// While alerts are pending, the time of the evaluation is stored this often. If the process ends, up to this time does not count
/// towards the duration of their rules.
const STORE_EVALUATION_MS: u64 = 15_000;
/// After a longer outage, pending alerts begin again: the default of `--rules.alert.for-outage-tolerance` of Prometheus.
const OUTAGE_TOLERANCE_MS: u64 = 60 * 60 * 1_000;

/// The alerts of an observatory that evaluates the rules itself: active and ended ones, what operators did about them, and
/// the notifications that are not delivered. Bounded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertRecords {
    active: BTreeMap<String, Active>,
    /// The ends of silences by the id of the alert, which may have ended: as in Alertmanager, a silence outlasts its alert.
    #[serde(default)]
    silences: BTreeMap<String, Timestamp>,
    /// The latest end first.
    ended: VecDeque<Alert>,
    /// The oldest first.
    notifications: VecDeque<AlertNotification>,
    /// The latest evaluation that is stored. [`STORE_EVALUATION_MS`] bounds its age while alerts are pending.
    #[serde(default)]
    stored_evaluation: Option<Timestamp>,
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

/// Why an alert cannot be silenced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SilenceRefusal {
    /// There is no such alert.
    NotFound,
    /// Too many other alerts are silenced.
    TooMany,
}

impl AlertRecords {
    /// Records an evaluation: all alerts that are pending or firing. Firing alerts that are missing are resolved.
    /// An alert that continues keeps its times, even if the wall clock was changed meanwhile. Notifications are created if
    /// `notify` is set.
    pub fn record(&mut self, found: Vec<Alert>, at: Timestamp, notify: bool) -> RecordedAlerts {
        let mut recorded = RecordedAlerts {
            changed: self.end_silences(at),
            dropped: 0,
        };
        if self.evaluated_at.is_none() && self.outage_ms(at).is_none() {
            let is_firing = |active: &Active| active.alert.state == AlertState::Firing;
            self.active.retain(|_, active| is_firing(active));
        }
        let mut previous = std::mem::take(&mut self.active);
        for mut alert in found {
            let before = previous.remove(&alert.id);
            let before_state = before.as_ref().map(|before| before.alert.state);
            recorded.changed |= before_state != Some(alert.state);
            let mut notified = before.is_some_and(|before| continue_alert(&mut alert, before));
            let fires = alert.state == AlertState::Firing;
            if fires && notify && !notified && !self.silences.contains_key(&alert.id) {
                recorded.changed = true;
                recorded.dropped += self.notify(&alert, at);
                notified = true;
            }
            self.active
                .insert(alert.id.clone(), Active { alert, notified });
        }
        for ended in previous.into_values() {
            recorded.changed = true;
            if ended.alert.state == AlertState::Firing {
                recorded.dropped += self.end(ended, at, notify);
            }
        }
        recorded.changed |= self.pending().next().is_some() && !self.is_stored_recently(at);
        if recorded.changed {
            self.stored_evaluation = Some(at);
        }
        self.evaluated_at = Some(at);
        recorded
    }

    /// Removes the silences that have ended. Returns whether there were any.
    fn end_silences(&mut self, at: Timestamp) -> bool {
        let before = self.silences.len();
        self.silences.retain(|_, until| *until > at);
        self.silences.len() < before
    }

    fn is_stored_recently(&self, at: Timestamp) -> bool {
        self.stored_evaluation
            .is_some_and(|stored| stored <= at && at.millis_since(stored) < STORE_EVALUATION_MS)
    }

    /// Moves a firing alert to the ended ones. As in Alertmanager, the end of a silenced alert is not notified.
    fn end(&mut self, ended: Active, at: Timestamp, notify: bool) -> usize {
        let alert = Alert {
            state: AlertState::Resolved,
            ends_at: Some(at),
            ..ended.alert
        };
        let is_silenced = self.silences.contains_key(&alert.id);
        let dropped = match notify && ended.notified && !is_silenced {
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
            .map(|active| self.shown(&active.alert, now))
            .collect();
        alerts.sort_by_key(|alert| (Reverse(alert.severity), alert.starts_at, alert.id.clone()));
        alerts
    }

    /// Returns the alerts that fire, whether they are silenced or not.
    pub fn firing(&self) -> impl Iterator<Item = &Alert> {
        let alerts = self.active.values().map(|active| &active.alert);
        alerts.filter(|alert| alert.state == AlertState::Firing)
    }

    /// Returns the alerts that are pending.
    pub fn pending(&self) -> impl Iterator<Item = &Alert> {
        let alerts = self.active.values().map(|active| &active.alert);
        alerts.filter(|alert| alert.state == AlertState::Pending)
    }

    /// Returns the milliseconds since the latest stored evaluation; `None` if there is none, or if it is so old that pending
    /// alerts begin again.
    pub fn outage_ms(&self, now: Timestamp) -> Option<u64> {
        let outage_ms = now.millis_since(self.stored_evaluation?);
        (outage_ms <= OUTAGE_TOLERANCE_MS).then_some(outage_ms)
    }

    /// Returns up to `limit` alerts that have ended, the latest end first, with the silences that still apply.
    pub fn ended(&self, limit: usize, now: Timestamp) -> Vec<Alert> {
        let ended = self.ended.iter().take(limit);
        ended.map(|alert| self.shown(alert, now)).collect()
    }

    /// Returns when the rules were last evaluated by this process.
    pub fn evaluated_at(&self) -> Option<Timestamp> {
        self.evaluated_at
    }

    /// Silences an active alert until a time, or ends the silence of an alert that is active or has ended. The silence applies
    /// until then by the wall clock, even if the alert ends and fires again meanwhile.
    ///
    /// # Errors
    /// When there is no such alert, or too many others are silenced.
    pub fn silence(
        &mut self,
        id: &str,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Alert, SilenceRefusal> {
        let active = self.active.get(id).map(|active| &active.alert);
        let ended = || self.ended.iter().find(|alert| alert.id == id);
        let alert = match until {
            Some(_) => active,
            None => active.or_else(ended),
        };
        let alert = alert.ok_or(SilenceRefusal::NotFound)?.clone();
        match until {
            Some(until) => self.add_silence(id, until, now)?,
            None => {
                self.silences.remove(id);
            }
        }
        Ok(self.shown(&alert, now))
    }

    /// Moves the silences that version 1.0 of the records stored in active alerts, and which ended with them.
    pub fn move_silences_of_alerts(&mut self) {
        for (id, active) in &mut self.active {
            if let Some(until) = active.alert.silenced_until.take() {
                self.silences.insert(id.clone(), until);
            }
        }
    }

    /// Adds a silence, or replaces that of the same alert.
    fn add_silence(
        &mut self,
        id: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), SilenceRefusal> {
        let others = self
            .silences
            .iter()
            .filter(|(other, ends_at)| *other != id && **ends_at > now);
        if others.count() >= MAX_SILENCES {
            return Err(SilenceRefusal::TooMany);
        }
        self.silences.insert(id.to_owned(), until);
        Ok(())
    }

    /// Records who works on an active alert. Returns `None` if there is no such alert.
    pub fn acknowledge(&mut self, id: &str, acknowledgement: Acknowledgement) -> Option<Alert> {
        let now = acknowledgement.at;
        self.active.get_mut(id)?.alert.acknowledgement = Some(acknowledgement);
        Some(self.shown(&self.active.get(id)?.alert, now))
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

    fn shown(&self, alert: &Alert, now: Timestamp) -> Alert {
        let silence = self.silences.get(&alert.id).copied();
        let silenced_until = silence.filter(|until| *until > now);
        let is_suppressed = silenced_until.is_some() && alert.state == AlertState::Firing;
        Alert {
            state: match is_suppressed {
                true => AlertState::Suppressed,
                false => alert.state,
            },
            silenced_until,
            ..alert.clone()
        }
    }
}

/// Copies what outlasts an evaluation. Returns whether the alert was notified.
fn continue_alert(alert: &mut Alert, before: Active) -> bool {
    alert.active_at = before.alert.active_at.or(alert.active_at);
    if alert.state == before.alert.state {
        alert.starts_at = before.alert.starts_at;
    }
    alert.acknowledgement = before.alert.acknowledgement;
    before.notified
}

#[cfg(test)]
mod tests;
