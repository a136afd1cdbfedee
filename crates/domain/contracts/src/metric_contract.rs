use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::Deployment;

static CONTRACT: LazyLock<MetricContract> = LazyLock::new(|| {
    let text = include_str!("../../../../contracts/metrics.json");
    serde_json::from_str(text).expect("the contract of this build is valid; a test checks that")
});

/// The metric families of all roles: `contracts/metrics.json`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricContract {
    /// SemVer version of the contract.
    pub version: String,
    /// Rules that all families follow.
    pub description: String,
    /// Labels by name.
    pub labels: BTreeMap<String, MetricLabel>,
    /// Families, in the order in which they are documented.
    pub families: Vec<MetricFamily>,
}

/// A label and the values that it may have.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricLabel {
    /// Description for operators.
    pub description: String,
    /// All values, if they are known in advance.
    pub values: Option<Vec<String>>,
    /// Largest number of distinct values of one role, if they are not known in advance.
    pub max_values: Option<usize>,
}

/// A metric family.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricFamily {
    /// Name without the suffix `_total`, with the unit.
    pub name: String,
    /// Counter, gauge or histogram.
    #[serde(rename = "type")]
    pub kind: MetricKind,
    /// Description for operators, without a full stop.
    pub help: String,
    /// Labels of its samples.
    pub labels: Vec<String>,
    /// Unit, which the name ends with.
    pub unit: Option<String>,
    /// Upper bounds of a histogram in ascending order, except infinity.
    #[serde(default)]
    pub buckets: Vec<f64>,
    /// Roles that export it; all if absent.
    pub services: Option<Vec<String>>,
    /// Deployments in which it is exported; all if absent.
    pub deployments: Option<Vec<Deployment>>,
}

/// The type of a metric family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricKind {
    /// Only increases, until the process restarts.
    Counter,
    /// May increase and decrease.
    Gauge,
    /// Counts observations by size.
    Histogram,
}

impl MetricContract {
    /// Returns the contract that this build follows.
    pub fn current() -> &'static Self {
        &CONTRACT
    }

    /// Returns the family with this name.
    pub fn family(&self, name: &str) -> Option<&MetricFamily> {
        self.families.iter().find(|family| family.name == name)
    }
}

impl MetricFamily {
    /// Returns `true` if this role exports the family, at least in one deployment.
    pub fn is_exported_by(&self, service: &str) -> bool {
        let services = self.services.as_ref();
        services.is_none_or(|services| services.iter().any(|name| name == service))
    }

    /// Returns `true` if the family is exported in this deployment.
    pub fn is_exported_in(&self, deployment: Deployment) -> bool {
        let deployments = self.deployments.as_ref();
        deployments.is_none_or(|deployments| deployments.contains(&deployment))
    }

    /// Returns the name without its unit.
    pub fn base_name(&self) -> &str {
        let unit = self.unit.as_deref().unwrap_or_default();
        let base = self.name.strip_suffix(unit);
        base.and_then(|base| base.strip_suffix('_'))
            .unwrap_or(&self.name)
    }
}

impl MetricKind {
    /// Returns the type as the text formats spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_complete_and_has_known_labels() {
        let contract = MetricContract::current();
        for (index, family) in contract.families.iter().enumerate() {
            let name = family.name.as_str();
            let earlier = &contract.families[..index];
            assert!(earlier.iter().all(|other| other.name != name), "{name}");
            for label in &family.labels {
                assert!(contract.labels.contains_key(label), "{name}: {label}");
            }
            assert!(family.labels.iter().any(|label| label == "service"));
            assert!(!family.help.ends_with('.') && !family.help.contains(['\n', '\\', '"']));
            assert!(!name.ends_with("_total"), "{name}");
            let is_histogram = family.kind == MetricKind::Histogram;
            assert_eq!(is_histogram, !family.buckets.is_empty(), "{name}");
            assert!(family.buckets.is_sorted_by(|a, b| a < b), "{name}");
        }
    }

    #[test]
    fn names_end_with_their_unit() {
        for family in &MetricContract::current().families {
            let expected = match &family.unit {
                Some(unit) => format!("{}_{unit}", family.base_name()),
                None => family.base_name().to_owned(),
            };
            assert_eq!(family.name, expected);
        }
    }

    #[test]
    fn every_label_has_a_bound() {
        for (name, label) in &MetricContract::current().labels {
            let is_bounded = label.values.is_some() != label.max_values.is_some();
            assert!(is_bounded && !label.description.is_empty(), "{name}");
        }
    }
}
