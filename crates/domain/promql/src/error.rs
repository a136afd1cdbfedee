use crate::Labels;

/// Why an expression is rejected when it is loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text is not PromQL, or its types do not fit.
    #[error("not a PromQL expression: {0}")]
    Syntax(String),
    /// PromQL that is not in the supported subset.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// A selector that could read every series.
    #[error("the selector `{0}` must name its metric, and not by a pattern")]
    UnnamedMetric(String),
    /// A pattern that is not a regular expression.
    #[error("`{0}` is not a regular expression")]
    Pattern(String),
}

/// Why an expression has no result. Prometheus fails with the same conditions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// Dropping the metric name left two series with the same labels.
    #[error("the result contains {0} more than once")]
    DuplicateLabels(Labels),
    /// Several series on the side that must have one.
    #[error(
        "several series on the {side} side match the group {group}; labels must be unique on one side"
    )]
    ManyToMany {
        /// The labels that were compared.
        group: Labels,
        /// `left` or `right`.
        side: &'static str,
    },
    /// Several series of the left side match one of the right, without `group_left`.
    #[error("several series on the left side match the group {0}; add `group_left`")]
    ManyToOne(Labels),
    /// `group_left` left two series with the same labels.
    #[error("`group_left` gives {0} more than once")]
    DuplicateGroup(Labels),
}
