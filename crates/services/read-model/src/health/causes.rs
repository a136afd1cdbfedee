use std::collections::BTreeMap;

use odd_contracts::{
    Alert, AlertList, AlertRules, AlertSeverity, AlertSourceStatus, AlertState, HealthStatus,
    ServiceHealth, ServiceList, ServiceStatus, Timestamp,
};

use crate::sources::unavailable_dependencies;

/// A cause, before it is known since when it lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundCause {
    /// The service that it is about; empty if it is about none.
    pub(super) service: String,
    pub(super) status: HealthStatus,
    pub(super) summary: String,
    /// `None` if nothing has recorded the start.
    pub(super) since: Option<Timestamp>,
    /// The alert rule.
    pub(super) alert: Option<String>,
    pub(super) action: String,
}

/// Returns everything that is wrong. A service that a firing alert is about is not listed twice.
pub(super) fn causes(
    services: &ServiceList,
    alerts: &AlertList,
    rules: &AlertRules,
) -> Vec<FoundCause> {
    let firing = || {
        alerts
            .alerts
            .iter()
            .filter(|alert| alert.state == AlertState::Firing)
    };
    let mut causes: Vec<FoundCause> = firing()
        .filter_map(|alert| of_alert(alert, rules))
        .collect();
    for service in &services.services {
        let found = of_service(service, services, rules);
        causes.extend(found.into_iter().filter(|cause| {
            let has_alert = firing().any(|alert| {
                Some(&alert.name) == cause.alert.as_ref()
                    && alert
                        .labels
                        .get("service")
                        .is_none_or(|name| *name == service.name)
            });
            !has_alert
        }));
    }
    causes.extend(of_source(alerts));
    causes
}

fn of_alert(alert: &Alert, rules: &AlertRules) -> Option<FoundCause> {
    Some(FoundCause {
        service: alert.labels.get("service").cloned().unwrap_or_default(),
        status: effect(alert.severity)?,
        summary: alert.summary.clone(),
        since: Some(alert.active_at.unwrap_or(alert.starts_at)),
        alert: Some(alert.name.clone()),
        action: action(&alert.name, &alert.labels, rules),
    })
}

fn of_service(
    service: &ServiceHealth,
    services: &ServiceList,
    rules: &AlertRules,
) -> Vec<FoundCause> {
    let labels = |dependency: Option<&str>| {
        let service = ("service".to_owned(), service.name.clone());
        let dependency = dependency.map(|name| ("dependency".to_owned(), name.to_owned()));
        [service].into_iter().chain(dependency).collect()
    };
    let cause = |alert: &str, dependency: Option<&str>, summary: String| FoundCause {
        service: service.name.clone(),
        // The effect is the one that the alert will have when it fires.
        status: rules
            .get(alert)
            .and_then(|rule| effect(rule.severity))
            .unwrap_or(HealthStatus::Degraded),
        summary,
        since: None,
        alert: Some(alert.to_owned()),
        action: action(alert, &labels(dependency), rules),
    };
    let ServiceHealth { name, detail, .. } = service;
    let detail = detail.as_deref().unwrap_or_default();
    let cannot_use = |dependency| {
        let summary = format!("The {name} cannot use the {dependency}.");
        match alert_of(dependency) {
            Some(alert) => cause(alert, Some(dependency), summary),
            None => FoundCause {
                service: format!("{name} {dependency}"),
                status: HealthStatus::Degraded,
                summary,
                since: None,
                alert: None,
                action: format!(
                    "Start the {dependency}, or correct its URL in the settings of the {name}."
                ),
            },
        }
    };
    let is_down = |role: &&str| {
        let mut others = services.services.iter();
        others.any(|other| other.name == **role && other.status == ServiceStatus::Down)
    };
    let causes: Vec<_> = unavailable_dependencies(detail)
        .filter(|dependency| !is_down(dependency))
        .map(cannot_use)
        .collect();
    match service.status {
        ServiceStatus::Down => {
            vec![cause(
                "ServiceDown",
                None,
                format!("The {name} does not answer: {detail}."),
            )]
        }
        ServiceStatus::Degraded if causes.is_empty() => {
            vec![cause(
                "ServiceDown",
                None,
                format!("The {name} is not ready: {detail}."),
            )]
        }
        ServiceStatus::Up | ServiceStatus::Degraded => causes,
    }
}

/// Returns the effect of a condition of this severity.
const fn effect(severity: AlertSeverity) -> Option<HealthStatus> {
    match severity {
        AlertSeverity::Critical => Some(HealthStatus::Failing),
        AlertSeverity::Warning => Some(HealthStatus::Degraded),
        AlertSeverity::Info => None,
    }
}

/// Returns the alert rule about a dependency that cannot be used. There is none for a dependency that is another role.
fn alert_of(dependency: &str) -> Option<&'static str> {
    match dependency {
        "broker" => Some("BrokerUnavailable"),
        "views" | "archive" => Some("ViewsUnavailable"),
        "store" => Some("DatabaseUnavailable"),
        _ => None,
    }
}

fn of_source(alerts: &AlertList) -> Option<FoundCause> {
    let detail = alerts.source.detail.as_deref().unwrap_or_default();
    match alerts.source.status {
        AlertSourceStatus::Ok | AlertSourceStatus::NotConfigured => None,
        // Before the first evaluation after a start, nothing is wrong.
        AlertSourceStatus::Stale if alerts.source.as_of.is_none() => None,
        AlertSourceStatus::Stale => Some(FoundCause {
            status: HealthStatus::Degraded,
            summary: format!("The alerts are out of date: {detail}."),
            since: alerts.source.as_of,
            service: String::new(),
            alert: None,
            action: "Read the log of the metrics-engine, or of Alertmanager in a cluster."
                .to_owned(),
        }),
        AlertSourceStatus::Unavailable => Some(FoundCause {
            service: String::new(),
            status: HealthStatus::Degraded,
            summary: format!("It is unknown which alerts fire: {detail}."),
            since: None,
            alert: None,
            action: "Start Alertmanager, or correct ODD_ALERTMANAGER_URL of the read-model."
                .to_owned(),
        }),
    }
}

/// Returns what to do first about an alert with these labels.
fn action(alert: &str, labels: &BTreeMap<String, String>, rules: &AlertRules) -> String {
    match rules.get(alert) {
        // No action contains the value.
        Some(rule) => rule.render(&rule.action, labels, f64::NAN),
        None => "Read the runbook of the alert.".to_owned(),
    }
}
