use odd_contracts::Deployment;

use crate::metric_families::{LabelNames, MetricFamilies};

/// What an expression may use, and what is wrong with it.
pub(super) struct Context<'a> {
    pub(super) families: &'a MetricFamilies,
    pub(super) deployments: &'a [Deployment],
    pub(super) problems: Vec<String>,
}

impl Context<'_> {
    /// Records a problem.
    pub(super) fn problem(&mut self, problem: impl Into<String>) {
        let problem = problem.into();
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Checks that every label of `named` exists in `labels`.
    pub(super) fn require(&mut self, named: &[String], labels: &LabelNames, place: &str) {
        for label in named.iter().filter(|label| !labels.contains(*label)) {
            self.problem(format!(
                "{place} names the label {label}, which is not there"
            ));
        }
    }
}
