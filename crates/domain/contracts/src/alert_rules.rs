use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{AlertSeverity, Deployment, HoldDuration, ThresholdUnit, UiRegistry};

static EMBEDDED: LazyLock<AlertRules> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../contracts/alerts.json"))
        .expect("a test parses it")
});

/// The alert rules: the shape of `contracts/alerts.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRules {
    /// SemVer version of the rules.
    pub version: String,
    /// What the rules are for.
    pub description: String,
    /// Beginnings of the links in an alert.
    pub urls: AlertUrls,
    /// In the order of the documentation; names are unique.
    pub rules: Vec<AlertRule>,
}

/// Beginnings of the links in an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertUrls {
    /// The name of a runbook follows it.
    pub runbooks: String,
    /// The uid of a dashboard follows it. `None` in a deployment without Grafana.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dashboards: Option<String>,
    /// The list of jobs; `?` and a query follow it. `None` in a deployment without the web dashboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<String>,
}

impl AlertUrls {
    /// Returns these for a deployment that has the interfaces of `registry`.
    #[must_use]
    pub fn for_interfaces(&self, registry: &UiRegistry) -> Self {
        Self {
            runbooks: self.runbooks.clone(),
            dashboards: registry.page("grafana", "d/"),
            jobs: registry.page("web", "jobs"),
        }
    }
}

/// A condition and the alert that it raises.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// The name of the alert.
    pub name: String,
    /// PromQL with [`AlertRule::THRESHOLD`]; see [`AlertRule::promql`].
    pub expression: String,
    /// The limit that the expression compares with.
    pub threshold: f64,
    /// The unit of the threshold and of the value.
    pub unit: ThresholdUnit,
    /// How long the expression must hold before the alert fires.
    #[serde(rename = "for")]
    pub hold: HoldDuration,
    /// The urgency.
    pub severity: AlertSeverity,
    /// The template of the summary; see [`AlertRule::render`].
    pub summary: String,
    /// The template of the description, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The template of the sentence that says what to do first.
    pub action: String,
    /// The file with instructions, in `infra/runbooks`.
    pub runbook: String,
    /// The uid of the dashboard that shows the condition.
    pub dashboard: String,
    /// The template of the query of `GET /jobs` that lists the jobs that the alert is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<String>,
    /// The deployments that the rule applies to; absent for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployments: Option<Vec<Deployment>>,
}

impl AlertRules {
    /// Returns the rules of this build.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Returns the rules that apply to `deployment`.
    pub fn of(&self, deployment: Deployment) -> impl Iterator<Item = &AlertRule> {
        let applies = move |rule: &&AlertRule| rule.applies_to(deployment);
        self.rules.iter().filter(applies)
    }

    /// Returns the rule with this name.
    pub fn get(&self, name: &str) -> Option<&AlertRule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// Returns the URL of the instructions for `rule`.
    pub fn runbook_url(&self, rule: &AlertRule) -> String {
        format!("{}{}", self.urls.runbooks, rule.runbook)
    }

    /// Returns the URL of the dashboard of `rule`.
    pub fn dashboard_url(&self, rule: &AlertRule) -> Option<String> {
        let dashboards = self.urls.dashboards.as_ref()?;
        Some(format!("{dashboards}{}", rule.dashboard))
    }

    /// Returns the template of the URL that lists the jobs that an alert of `rule` is about; see [`AlertRule::render`].
    /// Job types and queues need no percent-encoding.
    pub fn jobs_url(&self, rule: &AlertRule) -> Option<String> {
        let (jobs, query) = (self.urls.jobs.as_ref()?, rule.jobs.as_ref()?);
        Some(format!("{jobs}?{query}"))
    }
}

impl AlertRule {
    /// The placeholder of the threshold in an expression.
    pub const THRESHOLD: &'static str = "$threshold";

    /// Returns the expression with its threshold, as Prometheus evaluates it.
    pub fn promql(&self) -> String {
        let threshold = self.threshold.to_string();
        self.expression.replace(Self::THRESHOLD, &threshold)
    }

    /// Returns `true` if the rule applies to `deployment`.
    pub fn applies_to(&self, deployment: Deployment) -> bool {
        let listed = self.deployments.as_ref();
        listed.is_none_or(|listed| listed.contains(&deployment))
    }

    /// Fills a template of this rule: `{{ $labels.NAME }}` becomes the label, or nothing if there is none, and
    /// `{{ $value }}` the value in the unit of the threshold. The text equals that of the generated Prometheus rule.
    pub fn render(&self, template: &str, labels: &BTreeMap<String, String>, value: f64) -> String {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, (name, after))) = next_placeholder(rest) {
            text.push_str(before);
            match name.strip_prefix("$labels.") {
                Some(label) => text.push_str(labels.get(label).map_or("", String::as_str)),
                None => text.push_str(&self.unit.format(value)),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

/// Splits at the first placeholder: the text before it, its content, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = text.split_once("{{ ")?;
    Some((before, rest.split_once(" }}")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schemas;

    #[test]
    fn rules_of_this_build_follow_their_schema() {
        let rules = AlertRules::embedded();
        let written = serde_json::to_value(rules).expect("JSON");
        let schema = Schemas::embedded().get("alert-rules").expect("compiled in");
        assert_eq!(schema.validate(&written), Ok(()));
        assert!(rules.rules.len() >= 21, "{}", rules.rules.len());
    }

    #[test]
    fn expression_contains_the_threshold_in_decimal_notation() {
        for rule in &AlertRules::embedded().rules {
            assert!(!rule.promql().contains('$'), "{}", rule.promql());
        }
        let fast = AlertRules::embedded()
            .get("ObjectiveBurnFast")
            .expect("a rule");
        assert_eq!(fast.promql().matches("> 14.4 ").count(), 2);
    }

    #[test]
    fn templates_are_filled_with_labels_and_the_value_in_its_unit() {
        let rule = AlertRules::embedded()
            .get("JobFailureRateHigh")
            .expect("a rule");
        let labels = BTreeMap::from([("type".to_owned(), "report".to_owned())]);
        assert_eq!(
            rule.render(
                "{{ $value }} of {{ $labels.type }}{{ $labels.none }}.",
                &labels,
                0.25
            ),
            "25% of report."
        );
        assert_eq!(rule.render("{{ unclosed", &labels, 0.25), "{{ unclosed");
    }

    #[test]
    fn links_begin_with_the_configured_urls() {
        let rules = AlertRules::embedded();
        let rule = rules.get("JobFailureRateHigh").expect("a rule");
        let repository = env!("CARGO_PKG_REPOSITORY");
        assert_eq!(
            rules.runbook_url(rule),
            format!("{repository}/blob/main/infra/runbooks/JobFailureRateHigh.md")
        );
        assert_eq!(
            rules.dashboard_url(rule).as_deref(),
            Some("http://127.0.0.1:3002/d/job-type")
        );
        assert_eq!(
            rules.jobs_url(rule).as_deref(),
            Some("http://127.0.0.1:8081/jobs?status=FAILED&type={{ $labels.type }}")
        );
    }

    #[test]
    fn links_lead_to_the_interfaces_that_a_deployment_has() {
        let rules = AlertRules::embedded();
        let all = UiRegistry::built_in();
        assert_eq!(rules.urls.for_interfaces(&all), rules.urls, "the defaults");
        let item = |text: &str| text.parse().expect("valid");
        let own = [item("grafana="), item("web=https://h/observatory")];
        let rules = AlertRules {
            urls: rules.urls.for_interfaces(&all.of_deployment(None, &own)),
            ..rules.clone()
        };
        let rule = rules.get("JobFailureRateHigh").expect("a rule");
        assert_eq!(rules.dashboard_url(rule), None);
        assert_eq!(
            rules.jobs_url(rule).as_deref(),
            Some("https://h/observatory/jobs?status=FAILED&type={{ $labels.type }}")
        );
    }

    #[test]
    fn a_rule_without_deployments_applies_to_both() {
        let rules = AlertRules::embedded();
        let names = |deployment| -> Vec<&str> {
            rules
                .of(deployment)
                .map(|rule| rule.name.as_str())
                .collect()
        };
        let (embedded, cluster) = (names(Deployment::Embedded), names(Deployment::Cluster));
        assert!(embedded.contains(&"ServiceDown") && cluster.contains(&"ServiceDown"));
        assert!(embedded.contains(&"DiskAlmostFull") && !cluster.contains(&"DiskAlmostFull"));
        assert!(!embedded.contains(&"OutboxStuck") && cluster.contains(&"OutboxStuck"));
    }
}
