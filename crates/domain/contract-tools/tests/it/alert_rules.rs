use std::path::Path;

use odd_contract_tools::ContractSet;
use odd_contract_tools::check::{Rule, check_set};
use serde_json::{Value, json};

const ALERTS: &str = "alerts.json";
const METRICS: &str = "metrics.json";

/// Returns the findings about the alert rules after `spoil` changed one document of the repository's contracts.
fn spoiled(path: &str, spoil: impl FnOnce(&mut Value)) -> Vec<String> {
    let directory = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../contracts"));
    let set = ContractSet::from_dir(directory).expect("readable");
    let mut changed = set.document(path).expect("a document").clone();
    spoil(&mut changed);
    let documents = set.documents().map(|(name, document)| match name {
        name if name == path => (name.to_owned(), changed.to_string().into_bytes()),
        name => (name.to_owned(), document.to_string().into_bytes()),
    });
    let findings = check_set(&ContractSet::from_files(documents)).findings;
    findings
        .into_iter()
        .filter(|finding| finding.rule == Rule::Alert)
        .map(|finding| finding.message)
        .collect()
}

/// Returns the findings about a rule with these fields instead of its own.
fn with_fields(fields: Value) -> Vec<String> {
    spoiled(ALERTS, |alerts| {
        let rule = find(alerts, "rules", "OldestJobTooOld");
        for (name, value) in fields.as_object().expect("an object") {
            rule[name] = value.clone();
        }
    })
}

fn with_expression(expression: &str) -> Vec<String> {
    with_fields(json!({"expression": expression}))
}

fn find<'a>(document: &'a mut Value, list: &str, name: &str) -> &'a mut Value {
    let entries = document[list].as_array_mut().expect("a list");
    let entry = entries.iter_mut().find(|entry| entry["name"] == name);
    entry.expect("an entry with this name")
}

#[test]
fn renamed_metric_is_reported_by_each_rule_that_names_it() {
    let found = spoiled(METRICS, |metrics| {
        find(metrics, "families", "observatory_jobs_failed")["name"] =
            json!("observatory_failures");
    });
    for rule in [
        "JobFailureRateHigh",
        "RetriesSpiking",
        "DeadLettersGrowing",
        "ConsumerStalled",
    ] {
        let message = format!(
            "{rule}: names the metric observatory_jobs_failed_total, which metrics.json does not list"
        );
        assert!(found.contains(&message), "{rule}: {found:?}");
    }
}

#[test]
fn every_rule_fails_when_its_metrics_are_renamed() {
    let found = spoiled(METRICS, |metrics| {
        for family in metrics["families"].as_array_mut().expect("a list") {
            family["name"] = json!("observatory_renamed");
        }
    });
    let rules = odd_contracts::AlertRules::embedded();
    for rule in rules
        .rules
        .iter()
        .filter(|rule| !rule.expression.contains("up{"))
    {
        let of_rule = format!("{}: names the metric ", rule.name);
        assert!(
            found.iter().any(|one| one.starts_with(&of_rule)),
            "{}",
            rule.name
        );
    }
}

#[test]
fn removed_label_is_reported() {
    let found = spoiled(METRICS, |metrics| {
        find(metrics, "families", "observatory_queue_oldest_seconds")["labels"] =
            json!(["service"]);
    });
    assert_eq!(
        found,
        ["OldestJobTooOld: max names the label queue, which is not there"]
    );
}

#[test]
fn metric_that_a_deployment_lacks_is_reported() {
    let found = spoiled(ALERTS, |alerts| {
        let rule = find(alerts, "rules", "OutboxStuck");
        rule.as_object_mut()
            .expect("an object")
            .remove("deployments");
    });
    let message =
        "OutboxStuck: observatory_outbox_oldest_seconds is not exported in the deployment Embedded";
    assert_eq!(found, [message]);
}

#[test]
fn expressions_outside_the_supported_part_of_promql_are_reported() {
    for (expression, expected) in [
        ("max( > $threshold", "is not PromQL"),
        ("$threshold", "is a number"),
        (
            "quantile by (service, queue) (0.9, observatory_queue_depth) > $threshold",
            "the aggregation `quantile` is not supported",
        ),
        (
            "deriv(observatory_queue_depth[5m]) > $threshold",
            "the function `deriv` is not supported",
        ),
        (
            "observatory_queue_depth offset 5m > $threshold",
            "`offset` is not supported",
        ),
        (
            "max_over_time(observatory_queue_depth[5m:1m]) > $threshold",
            "a subquery is not supported",
        ),
        (
            "observatory_queue_depth % 2 > $threshold",
            "the operator `%` is not supported",
        ),
        (
            "rate(observatory_queue_depth[5m]) > $threshold",
            "rate is a function of counters",
        ),
        (
            "delta(observatory_jobs_submitted_total[5m]) > $threshold",
            "delta is a function of gauges",
        ),
        (
            "histogram_quantile(0.9, rate(observatory_job_wait_seconds_count[5m])) > $threshold",
            "needs buckets",
        ),
    ] {
        let found = with_expression(expression);
        assert!(
            found.iter().any(|one| one.contains(expected)),
            "{expression}: {found:?}"
        );
    }
}

#[test]
fn series_that_cannot_exist_are_reported() {
    for (expression, expected) in [
        (
            "observatory_jobs_failed > $threshold",
            "names the metric observatory_jobs_failed,",
        ),
        (
            "observatory_queue_depth_total > $threshold",
            "names the metric observatory_queue_depth_total,",
        ),
        (
            "observatory_queue_depth{type=\"a\"} > $threshold",
            "has no label type",
        ),
        (
            "observatory_queue_depth{service=\"gateway\"} > $threshold",
            "is never gateway",
        ),
        (
            "rate(observatory_objective_jobs_total{outcome=\"lost\"}[5m]) > $threshold",
            "outcome of observatory_objective_jobs_total is never lost",
        ),
        (
            "max by (queue) (observatory_queue_depth) > $threshold and max by (service) (observatory_leader) > 0",
            "the sides of and have different labels",
        ),
        (
            "max by (queue) (observatory_queue_depth) > $threshold unless on (type) max by (queue) (observatory_queue_depth)",
            "on names the label type",
        ),
    ] {
        let found = with_expression(expression);
        assert!(
            found.iter().any(|one| one.contains(expected)),
            "{expression}: {found:?}"
        );
    }
}

#[test]
fn texts_and_links_name_what_the_alert_has() {
    let found = with_fields(json!({"summary": "{{ $labels.type }} waits."}));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("a text with the label type"), "{found:?}");
    let found = with_fields(json!({"jobs": "state=PENDING"}));
    assert_eq!(
        found,
        ["OldestJobTooOld: lists jobs by state, which is no parameter of GET /jobs"]
    );
    let found = with_fields(json!({"runbook": "Other.md"}));
    assert_eq!(found, ["OldestJobTooOld: has a runbook with another name"]);
}

#[test]
fn names_are_unique_and_the_schema_is_applied() {
    let found = spoiled(ALERTS, |alerts| {
        let rules = alerts["rules"].as_array_mut().expect("a list");
        rules.push(rules[0].clone());
    });
    assert_eq!(found, ["ServiceDown: occurs twice"]);
    let found = with_fields(json!({"severity": "page"}));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("/severity must be one of"), "{found:?}");
}

#[test]
fn supported_functions_are_accepted() {
    for expression in [
        "histogram_quantile(0.9, sum by (service, le) (rate(observatory_job_wait_seconds_bucket[5m]))) > $threshold",
        "max by (service) (time() - process_start_time_seconds) < bool $threshold",
        "clamp_min(delta(observatory_queue_depth{queue!~\"a|b\"}[5m]), 0) > $threshold",
        "sum without (type) (observatory_worker_busy) / on (service, instance) observatory_worker_capacity > $threshold",
        "observatory_worker_busy / on (service, instance) group_left observatory_worker_capacity > $threshold",
        "vector(1) > $threshold",
    ] {
        let found = with_fields(json!({
            "expression": expression, "summary": "Something holds.", "action": "Look.", "jobs": "status=FAILED"
        }));
        assert_eq!(found, Vec::<String>::new(), "{expression}");
    }
}
