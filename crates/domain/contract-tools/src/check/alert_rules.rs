use std::collections::BTreeSet;

use odd_contracts::schema::Schemas;
use odd_contracts::{AlertRule, AlertRules, Deployment};
use serde::Deserialize;
use serde_json::Value;

use super::{Report, Rule};
use crate::ContractSet;
use crate::expression;
use crate::metric_families::{LabelNames, MetricFamilies};

const PATH: &str = "alerts.json";
const SCHEMA: &str = "alert-rules";
const QUERIES: &str = "openapi/read-model.json";

/// Checks the alert rules, if there are any: their form, and that every metric, label and parameter that they name exists.
pub(super) fn check(set: &ContractSet, report: &mut Report) {
    let Some(document) = set.document(PATH) else {
        return;
    };
    let rules = match parse(set, document) {
        Ok(rules) => rules,
        Err(errors) => return add(report, errors),
    };
    let families = match MetricFamilies::of(set) {
        Ok(families) => families,
        Err(error) => return add(report, vec![error]),
    };
    let parameters = parameters(set);
    let mut names = BTreeSet::new();
    for rule in &rules.rules {
        report.counts.alert_rules += 1;
        let mut problems = Vec::new();
        if !names.insert(&rule.name) {
            problems.push("occurs twice".to_owned());
        }
        if rule.runbook != format!("{}.md", rule.name) {
            problems.push("has a runbook with another name".to_owned());
        }
        problems.extend(problems_of(rule, &families, &parameters));
        let named = |problem: String| format!("{}: {problem}", rule.name);
        add(report, problems.into_iter().map(named).collect());
    }
}

fn add(report: &mut Report, messages: Vec<String>) {
    for message in messages {
        report.add(Rule::Alert, PATH, message);
    }
}

fn parse(set: &ContractSet, document: &Value) -> Result<AlertRules, Vec<String>> {
    // The check of the fixtures reports schemas that cannot be compiled.
    if let Ok(schemas) = Schemas::of(set.schemas())
        && let Some(schema) = schemas.get(SCHEMA)
    {
        schema.validate(document).map_err(|errors| {
            let text =
                |error: &odd_contracts::FieldError| format!("{} {}", error.pointer, error.message);
            errors.iter().map(text).collect::<Vec<_>>()
        })?;
    }
    AlertRules::deserialize(document).map_err(|error| vec![error.to_string()])
}

fn problems_of(
    rule: &AlertRule,
    families: &MetricFamilies,
    parameters: &BTreeSet<&str>,
) -> Vec<String> {
    let deployments = [Deployment::Embedded, Deployment::Cluster];
    let deployments: Vec<_> = deployments
        .into_iter()
        .filter(|deployment| rule.applies_to(*deployment))
        .collect();
    let labels = match expression::check(&rule.promql(), families, &deployments) {
        Ok(labels) => labels,
        Err(problems) => return problems,
    };
    let texts = [
        Some(&rule.summary),
        Some(&rule.action),
        rule.description.as_ref(),
        rule.jobs.as_ref(),
    ];
    let mut problems: Vec<String> = texts
        .into_iter()
        .flatten()
        .flat_map(|text| unknown_labels(text, &labels))
        .collect();
    if let Some(jobs) = &rule.jobs {
        problems.extend(unknown_parameters(jobs, parameters));
    }
    problems
}

/// Returns a problem for each label of a template that the alert does not have.
fn unknown_labels(template: &str, labels: &LabelNames) -> Vec<String> {
    let named = template.split("$labels.").skip(1);
    named
        .filter_map(|rest| rest.split(' ').next())
        .filter(|label| !labels.contains(*label))
        .map(|label| format!("has a text with the label {label}, but the alert has {labels:?}"))
        .collect()
}

fn unknown_parameters(query: &str, parameters: &BTreeSet<&str>) -> Vec<String> {
    let named = query.split('&').filter_map(|pair| pair.split('=').next());
    named
        .filter(|name| !parameters.contains(name))
        .map(|name| format!("lists jobs by {name}, which is no parameter of GET /jobs"))
        .collect()
}

/// Returns the names of the parameters of `GET /jobs`.
fn parameters(set: &ContractSet) -> BTreeSet<&str> {
    let document = set.document(QUERIES).unwrap_or(&Value::Null);
    let parameters = document["paths"]["/jobs"]["get"]["parameters"].as_array();
    parameters
        .into_iter()
        .flatten()
        .filter_map(|parameter| parameter["name"].as_str())
        .collect()
}
