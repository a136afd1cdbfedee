use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use odd_contracts::JobType;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

const MAX_TYPES: usize = 100;
const OTHER: &str = "other";

/// A job type as a label value. Only [`TypeLabels`] creates them, so there are at most 101.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TypeLabel(JobType);

impl EncodeLabelValue for TypeLabel {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        EncodeLabelValue::encode(&self.0.as_str(), encoder)
    }
}

/// Label set of a metric family by job type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ByType {
    /// The bounded job type.
    pub r#type: TypeLabel,
}

/// Bounds the `type` label: the first 100 distinct job types keep their names, all others become `other`.
#[derive(Debug)]
pub struct TypeLabels {
    known: RwLock<HashSet<JobType>>,
    other: JobType,
}

impl TypeLabels {
    /// Creates labels without any known type.
    pub fn new() -> Self {
        Self {
            known: RwLock::default(),
            other: OTHER.parse().expect("a legal name"),
        }
    }

    /// Returns the label value of a type.
    pub fn label(&self, job_type: &JobType) -> TypeLabel {
        TypeLabel(self.bounded(job_type))
    }

    /// Returns the label set of a type.
    pub fn by_type(&self, job_type: &JobType) -> ByType {
        ByType {
            r#type: self.label(job_type),
        }
    }

    fn bounded(&self, job_type: &JobType) -> JobType {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(label) = known.get(job_type) {
            return label.clone();
        }
        if known.len() >= MAX_TYPES {
            return self.other.clone();
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MAX_TYPES || known.contains(job_type) {
            known.insert(job_type.clone());
            job_type.clone()
        } else {
            self.other.clone()
        }
    }
}

impl Default for TypeLabels {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hundred_and_first_type_is_other() {
        let labels = TypeLabels::new();
        let name = |n: usize| format!("type-{n}").parse::<JobType>().expect("legal");
        for n in 0..MAX_TYPES {
            assert_eq!(labels.label(&name(n)).0, name(n));
        }
        assert_eq!(labels.label(&name(100)).0.as_str(), "other");
        assert_eq!(labels.label(&name(7)).0, name(7));
    }
}
