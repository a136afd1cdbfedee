use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use odd_contracts::{
    Alert, AlertList, AlertRules, AlertSourceStatus, AlertState, HealthCause, HealthStatus,
    HealthSummary, ServiceList, Timestamp,
};

use super::causes::{FoundCause, causes};

/// Remembers since when each cause has been known.
#[derive(Debug, Default)]
pub(crate) struct HealthSource {
    /// Causes that have ended are removed.
    first_found: Mutex<BTreeMap<Key, Timestamp>>,
}

/// The alert rule and the service of a cause. They stay equal when the details of a failure change.
type Key = (Option<String>, String);

fn key(cause: &FoundCause) -> Key {
    (cause.alert.clone(), cause.service.clone())
}

impl HealthSource {
    /// Summarises the services and the alerts.
    pub(crate) fn summarize(
        &self,
        services: &ServiceList,
        alerts: &AlertList,
        now: Timestamp,
    ) -> HealthSummary {
        let rules = AlertRules::embedded();
        let found = causes(services, alerts, rules);
        let mut causes = self.dated(found, rules, now);
        causes.sort_by_key(|cause| (Reverse(cause.status), cause.since));
        let worst = causes.first().map(|cause| cause.status);
        HealthSummary {
            status: worst.unwrap_or(HealthStatus::Ok),
            summary: in_one_sentence(&causes, alerts),
            causes,
            as_of: now,
        }
    }

    fn dated(
        &self,
        found: Vec<FoundCause>,
        rules: &AlertRules,
        now: Timestamp,
    ) -> Vec<HealthCause> {
        let mut first_found = self
            .first_found
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        first_found.retain(|known, _| found.iter().any(|cause| key(cause) == *known));
        found
            .into_iter()
            .map(|cause| {
                let first_found = first_found.entry(key(&cause)).or_insert(now);
                let since = cause.since.unwrap_or(now).min(*first_found);
                let rule = cause.alert.as_deref().and_then(|name| rules.get(name));
                HealthCause {
                    status: cause.status,
                    summary: cause.summary,
                    since,
                    runbook_url: rule.map(|rule| rules.runbook_url(rule)),
                    alert: cause.alert,
                    action: cause.action,
                }
            })
            .collect()
    }
}

fn in_one_sentence(causes: &[HealthCause], alerts: &AlertList) -> String {
    let is_muted = |alert: &&Alert| alert.state == AlertState::Suppressed;
    match causes {
        [] if alerts.source.status == AlertSourceStatus::NotConfigured => {
            "Every service is up. Alerts are not known: no source of alerts is configured."
                .to_owned()
        }
        [] => match alerts.alerts.iter().filter(is_muted).count() {
            0 => "Every service is up, and no alert fires.".to_owned(),
            1 => "Every service is up, and no alert fires but one that is silenced.".to_owned(),
            muted => {
                format!("Every service is up, and no alert fires but {muted} that are silenced.")
            }
        },
        [only] => only.summary.clone(),
        [first, others @ ..] => format!("{} And {} more.", first.summary, others.len()),
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::{AlertSeverity, AlertSource, ServiceHealth, ServiceStatus};

    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn services(states: &[(&str, ServiceStatus, &str)]) -> ServiceList {
        let service = |(name, status, detail): &(&str, ServiceStatus, &str)| ServiceHealth {
            name: (*name).to_owned(),
            url: "http://127.0.0.1:1".to_owned(),
            status: *status,
            version: None,
            detail: (!detail.is_empty()).then(|| (*detail).to_owned()),
        };
        ServiceList {
            services: states.iter().map(service).collect(),
            as_of: at(0),
        }
    }

    fn alerts(status: AlertSourceStatus, firing: &[(&str, AlertSeverity, &str)]) -> AlertList {
        let alert = |(name, severity, service): &(&str, AlertSeverity, &str)| Alert {
            id: (*name).to_owned(),
            severity: *severity,
            state: AlertState::Firing,
            summary: format!("{name} fires."),
            name: (*name).to_owned(),
            description: None,
            runbook_url: None,
            dashboard_url: None,
            jobs_url: None,
            action: None,
            silenced_until: None,
            inhibited_by: Vec::new(),
            active_at: None,
            acknowledgement: None,
            starts_at: at(5),
            ends_at: None,
            labels: BTreeMap::from([("service".to_owned(), (*service).to_owned())]),
        };
        AlertList {
            alerts: firing.iter().map(alert).collect(),
            source: AlertSource {
                status,
                detail: (status == AlertSourceStatus::Unavailable).then(|| "no answer".to_owned()),
                as_of: None,
            },
        }
    }

    #[test]
    fn working_system_is_ok() {
        let up = services(&[("gateway", ServiceStatus::Up, "")]);
        for status in [AlertSourceStatus::Ok, AlertSourceStatus::NotConfigured] {
            let summary = HealthSource::default().summarize(&up, &alerts(status, &[]), at(9));
            assert_eq!(
                (summary.status, summary.causes.len()),
                (HealthStatus::Ok, 0)
            );
        }
        let mut silenced = alerts(
            AlertSourceStatus::Ok,
            &[("ServiceDown", AlertSeverity::Critical, "gateway")],
        );
        silenced.alerts[0].state = AlertState::Suppressed;
        let summary = HealthSource::default().summarize(&up, &silenced, at(9));
        assert_eq!(summary.status, HealthStatus::Ok);
        assert!(summary.summary.contains("silenced"), "{}", summary.summary);
    }

    #[test]
    fn worst_cause_decides_and_comes_first() {
        let states = services(&[
            (
                "read-model",
                ServiceStatus::Degraded,
                "not available: views",
            ),
            ("processor", ServiceStatus::Down, "connection refused"),
        ]);
        let firing = alerts(
            AlertSourceStatus::Ok,
            &[("RetriesSpiking", AlertSeverity::Warning, "processor")],
        );
        let summary = HealthSource::default().summarize(&states, &firing, at(9));
        let found: Vec<_> = summary
            .causes
            .iter()
            .map(|cause| (cause.status, cause.alert.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(
            found,
            [
                (HealthStatus::Failing, "ServiceDown"),
                (HealthStatus::Degraded, "RetriesSpiking"),
                (HealthStatus::Degraded, "ViewsUnavailable"),
            ]
        );
        assert_eq!(summary.status, HealthStatus::Failing);
        assert!(summary.causes[0].action.contains("processor"));
        assert!(summary.causes[2].action.contains("views"));
        for cause in &summary.causes {
            let url = cause.runbook_url.as_deref().unwrap_or_default();
            assert!(url.ends_with(&format!(
                "{}.md",
                cause.alert.as_deref().unwrap_or_default()
            )));
            assert!(
                !cause.action.is_empty() && !cause.action.contains("{{"),
                "{cause:?}"
            );
        }
    }

    #[test]
    fn service_with_a_firing_alert_is_listed_once_with_the_time_of_the_alert() {
        let down = services(&[("gateway", ServiceStatus::Down, "connection refused")]);
        let firing = alerts(
            AlertSourceStatus::Ok,
            &[("ServiceDown", AlertSeverity::Critical, "gateway")],
        );
        let summary = HealthSource::default().summarize(&down, &firing, at(9));
        assert_eq!(summary.causes.len(), 1);
        assert_eq!(summary.causes[0].since, at(5));
    }

    #[test]
    fn cause_keeps_its_start_when_the_failure_changes_and_when_its_alert_fires() {
        let source = HealthSource::default();
        let state = |status, detail| services(&[("gateway", status, detail)]);
        let none = alerts(AlertSourceStatus::Ok, &[]);
        let firing = alerts(
            AlertSourceStatus::Ok,
            &[("ServiceDown", AlertSeverity::Critical, "gateway")],
        );
        let since = |services: ServiceList, alerts: &AlertList, now: i64| {
            source.summarize(&services, alerts, at(now)).causes[0].since
        };
        let (down, up) = (ServiceStatus::Down, ServiceStatus::Up);
        assert_eq!(since(state(down, "connection refused"), &none, 2), at(2));
        assert_eq!(since(state(down, "timed out"), &none, 4), at(2));
        assert_eq!(since(state(down, "timed out"), &firing, 8), at(2));
        // A role is up without its optional dependencies.
        let summary = source.summarize(&state(up, "not available: broker"), &none, at(9));
        assert_eq!(
            summary.causes[0].alert.as_deref(),
            Some("BrokerUnavailable")
        );
        assert_eq!(summary.status, HealthStatus::Degraded);
    }

    #[test]
    fn role_that_another_one_needs_is_listed_once() {
        let unavailable = "not available: gateway, web-pty";
        let found = |gateway| {
            let states = services(&[
                ("gateway", gateway, ""),
                ("web", ServiceStatus::Up, unavailable),
            ]);
            let none = alerts(AlertSourceStatus::Ok, &[]);
            let summary = HealthSource::default().summarize(&states, &none, at(9));
            let causes = summary.causes.into_iter();
            causes
                .map(|cause| (cause.status, cause.alert, cause.summary))
                .collect::<Vec<_>>()
        };
        let down = found(ServiceStatus::Down);
        assert_eq!(down.len(), 2, "{down:?}");
        assert_eq!(down[0].0, HealthStatus::Failing);
        assert_eq!(down[1].0, HealthStatus::Degraded);
        assert_eq!(down[1].1, None);
        assert_eq!(down[1].2, "The web cannot use the web-pty.");
        let up = found(ServiceStatus::Up);
        assert!(
            up.iter()
                .all(|(status, ..)| *status == HealthStatus::Degraded),
            "{up:?}"
        );
    }

    #[test]
    fn cause_lasts_since_it_was_first_found_and_starts_again_after_it_ended() {
        let source = HealthSource::default();
        let (up, down) = (
            services(&[("gateway", ServiceStatus::Up, "")]),
            services(&[("gateway", ServiceStatus::Down, "connection refused")]),
        );
        let none = alerts(AlertSourceStatus::NotConfigured, &[]);
        let since = |services: &ServiceList, now: i64| {
            let summary = source.summarize(services, &none, at(now));
            summary.causes.first().map(|cause| cause.since)
        };
        assert_eq!(since(&down, 10), Some(at(10)));
        assert_eq!(since(&down, 20), Some(at(10)));
        assert_eq!(since(&up, 30), None);
        assert_eq!(since(&down, 40), Some(at(40)));
    }

    #[test]
    fn unknown_alerts_are_a_cause() {
        let up = services(&[("gateway", ServiceStatus::Up, "")]);
        let unknown = alerts(AlertSourceStatus::Unavailable, &[]);
        let summary = HealthSource::default().summarize(&up, &unknown, at(9));
        assert_eq!(summary.status, HealthStatus::Degraded);
        assert!(summary.summary.contains("no answer"), "{}", summary.summary);
    }
}
