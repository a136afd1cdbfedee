use odd_contracts::JobType;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

/// Largest number of job types with a label value of their own.
pub(crate) const MAX_TYPES: usize = 100;
const OTHER: &str = "other";

/// A job type as a label value, of which each family has at most 101: see [`PerType`](crate::PerType) and
/// [`bounded_types`](crate::bounded_types).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeLabel(JobType);

impl TypeLabel {
    pub(crate) fn of(job_type: &JobType) -> Self {
        Self(job_type.clone())
    }

    pub(crate) fn other() -> Self {
        Self(OTHER.parse().expect("a legal name"))
    }

    /// Returns the label of a type that the configuration names. The configuration bounds the number of such types.
    pub fn configured(job_type: &JobType) -> Self {
        Self::of(job_type)
    }

    /// Returns the label value.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl EncodeLabelValue for TypeLabel {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        EncodeLabelValue::encode(&self.as_str(), encoder)
    }
}

/// Label set of a metric family by job type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ByType {
    /// The bounded job type.
    pub r#type: TypeLabel,
}
