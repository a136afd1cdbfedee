use crate::Labels;
use crate::matcher::Matcher;

/// An expression whose value is a number.
#[derive(Debug, Clone)]
pub(crate) enum Scalar {
    Number(f64),
    /// The time of the evaluation, in seconds.
    Time,
    Negate(Box<Scalar>),
    Arithmetic(Arithmetic, Box<Scalar>, Box<Scalar>),
    Compare(Comparison, Box<Scalar>, Box<Scalar>),
}

/// An expression whose value is a set of samples.
#[derive(Debug, Clone)]
pub(crate) enum Vector {
    Select(Selector),
    Range {
        function: RangeFunction,
        selector: Selector,
        range_ms: i64,
    },
    HistogramQuantile {
        quantile: Scalar,
        buckets: Box<Vector>,
    },
    /// One sample with `labels` when the operand has none.
    Absent {
        operand: Box<Vector>,
        labels: Labels,
    },
    ClampMin {
        operand: Box<Vector>,
        minimum: Scalar,
    },
    FromScalar(Scalar),
    Negate(Box<Vector>),
    Aggregate {
        aggregation: Aggregation,
        grouping: Grouping,
        operand: Box<Vector>,
    },
    WithScalar {
        operator: Operator,
        vector: Box<Vector>,
        scalar: Scalar,
        /// Whether the scalar is the left operand.
        scalar_first: bool,
    },
    Join {
        operator: Operator,
        left: Box<Vector>,
        right: Box<Vector>,
        matching: Matching,
    },
    Set {
        operation: SetOperation,
        left: Box<Vector>,
        right: Box<Vector>,
        matched: MatchedLabels,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Selector {
    pub(crate) metric: String,
    pub(crate) matchers: Vec<Matcher>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RangeFunction {
    Rate,
    Increase,
    Delta,
    Changes,
    Resets,
    Max,
    Min,
    Average,
    Sum,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An operator with a vector as an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Arithmetic(Arithmetic),
    /// Keeps the samples for which the comparison is true.
    Filter(Comparison),
    /// 1 where the comparison is true, else 0.
    Bool(Comparison),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetOperation {
    And,
    Or,
    Unless,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregation {
    Sum,
    Max,
    Min,
    Average,
    Count,
}

#[derive(Debug, Clone)]
pub(crate) enum Grouping {
    By(Vec<String>),
    Without(Vec<String>),
}

/// The labels that two vectors are matched on.
#[derive(Debug, Clone)]
pub(crate) enum MatchedLabels {
    On(Vec<String>),
    Ignoring(Vec<String>),
}

#[derive(Debug, Clone)]
pub(crate) struct Matching {
    pub(crate) labels: MatchedLabels,
    /// The labels that `group_left` copies from the right side, if it is given.
    pub(crate) group_left: Option<Vec<String>>,
}

impl Arithmetic {
    pub(crate) fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
        }
    }
}

impl Comparison {
    pub(crate) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

impl MatchedLabels {
    /// Returns the labels that must be equal on both sides.
    pub(crate) fn of(&self, labels: &Labels) -> Labels {
        match self {
            Self::On(names) => labels.only(names),
            Self::Ignoring(names) => labels.without_name().without(names),
        }
    }
}
