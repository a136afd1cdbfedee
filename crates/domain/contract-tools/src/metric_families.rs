use std::collections::{BTreeMap, BTreeSet};

use odd_contracts::Deployment;
use serde::Deserialize;

use crate::ContractSet;

/// Names of labels.
pub(crate) type LabelNames = BTreeSet<String>;

/// The labels that the monitoring adds to every sample.
pub(crate) const TARGET_LABELS: [&str; 2] = ["job", "instance"];

const PATH: &str = "metrics.json";

/// The part of `metrics.json` that lists the samples.
#[derive(Debug, Deserialize)]
pub(crate) struct MetricFamilies {
    labels: BTreeMap<String, LabelValues>,
    families: Vec<Family>,
}

#[derive(Debug, Deserialize)]
struct LabelValues {
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Family {
    name: String,
    #[serde(rename = "type")]
    kind: FamilyType,
    labels: Vec<String>,
    #[serde(default)]
    services: Vec<String>,
    deployments: Option<Vec<Deployment>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FamilyType {
    Counter,
    Gauge,
    Histogram,
}

/// A time series as an expression names it.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Whether its value only grows, except when a process restarts.
    pub(crate) is_counter: bool,
    /// Its labels, with those that the monitoring adds.
    pub(crate) labels: LabelNames,
    /// The roles that export it; empty for all.
    services: Vec<String>,
    /// The deployments that export it; `None` for both.
    deployments: Option<Vec<Deployment>>,
}

impl MetricFamilies {
    /// Reads the families of `set`.
    ///
    /// # Errors
    /// When there is no `metrics.json`, or it does not have the expected form.
    pub(crate) fn of(set: &ContractSet) -> Result<Self, String> {
        let document = set.document(PATH).ok_or("there is no metrics.json")?;
        Self::deserialize(document).map_err(|error| format!("{PATH} cannot be read: {error}"))
    }

    /// Returns the sample with this name. Counters have the suffix `_total`, histograms `_bucket`, `_sum` and `_count`.
    /// Prometheus itself writes `up` for each process that it scrapes; its configuration adds `service`.
    pub(crate) fn sample(&self, name: &str) -> Option<Sample> {
        if name == "up" {
            return Some(Sample {
                is_counter: false,
                labels: with_target_labels(&["service".to_owned()]),
                services: Vec::new(),
                deployments: None,
            });
        }
        self.families.iter().find_map(|family| family.sample(name))
    }

    /// Returns the values of a label, or nothing if they are not listed.
    fn values(&self, label: &str) -> &[String] {
        self.labels.get(label).map_or(&[], |label| &label.values)
    }

    /// Returns the values that `label` can have in `sample`, or nothing if they are not listed.
    pub(crate) fn values_in<'a>(&'a self, sample: &'a Sample, label: &str) -> &'a [String] {
        match label {
            "service" if !sample.services.is_empty() => &sample.services,
            _ => self.values(label),
        }
    }
}

impl Family {
    fn sample(&self, name: &str) -> Option<Sample> {
        let suffix = name.strip_prefix(self.name.as_str())?;
        let is_counter = match (self.kind, suffix) {
            (FamilyType::Gauge, "") => false,
            (FamilyType::Counter, "_total")
            | (FamilyType::Histogram, "_bucket" | "_sum" | "_count") => true,
            _ => return None,
        };
        let mut labels = with_target_labels(&self.labels);
        if suffix == "_bucket" {
            labels.insert("le".to_owned());
        }
        Some(Sample {
            is_counter,
            labels,
            services: self.services.clone(),
            deployments: self.deployments.clone(),
        })
    }
}

impl Sample {
    /// Returns `true` if the sample is exported in `deployment`.
    pub(crate) fn exists_in(&self, deployment: Deployment) -> bool {
        let listed = self.deployments.as_ref();
        listed.is_none_or(|listed| listed.contains(&deployment))
    }
}

fn with_target_labels(labels: &[String]) -> LabelNames {
    let added = TARGET_LABELS.iter().map(|label| (*label).to_owned());
    labels.iter().cloned().chain(added).collect()
}
