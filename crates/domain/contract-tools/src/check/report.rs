use serde::Serialize;

/// The rules for a contract set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Every file is JSON, every schema is a schema.
    Syntax,
    /// Every schema has its own `$id`, which follows from its path.
    Id,
    /// Every schema has a `$version`.
    Version,
    /// `VERSIONS.md` lists every schema with its version, and nothing else.
    Register,
    /// Every `$ref` has a target.
    Reference,
    /// Every schema has enough fixtures.
    Coverage,
    /// Golden fixtures are accepted, negative ones rejected where they say.
    Fixture,
    /// Golden fixtures pass through the Rust types unchanged.
    RoundTrip,
    /// Alert rules follow their schema, and name metrics and labels that exist.
    Alert,
}

impl Rule {
    /// Returns the rule's name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Id => "id",
            Self::Version => "version",
            Self::Register => "register",
            Self::Reference => "reference",
            Self::Coverage => "coverage",
            Self::Fixture => "fixture",
            Self::RoundTrip => "round-trip",
            Self::Alert => "alert",
        }
    }
}

/// A violation of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// The file, relative to the contracts directory.
    pub file: String,
    /// What is wrong and what is expected.
    pub message: String,
}

/// Counts of what was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Schema files.
    pub schemas: usize,
    /// Other contract documents: OpenAPI, AsyncAPI, metrics, alert rules, user interfaces.
    pub documents: usize,
    /// `$ref`s followed.
    pub references: usize,
    /// Golden fixtures.
    pub golden: usize,
    /// Negative fixtures.
    pub negative: usize,
    /// Alert rules.
    pub alert_rules: usize,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Counts of what was checked.
    pub counts: Counts,
    /// The violations; empty if there are none.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Returns `true` if there are no violations.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn add(&mut self, rule: Rule, file: &str, message: impl Into<String>) {
        self.findings.push(Finding {
            rule,
            file: file.to_owned(),
            message: message.into(),
        });
    }
}
