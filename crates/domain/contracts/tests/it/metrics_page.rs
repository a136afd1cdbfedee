//! The reference page of the metrics, generated from the contract.

use std::fmt::Write;

use odd_contracts::{Deployment, MetricContract, MetricFamily, MetricKind};

const INTRODUCTION: &str = "\
# Metrics

<!-- Generated from contracts/metrics.json. After a change there run
     `UPDATE_REFERENCE=1 cargo test -p odd-contracts --test it metrics_page`. -->

Every role exports metrics at `/metrics`: in the OpenMetrics 1.0 text format, with units and exemplars, to clients
whose `Accept` prefers it, as that of Prometheus does; in the older Prometheus text format to all others. With tokens,
the role `read` is needed.

Every sample has the label `service`. No job id is ever a label, and every label has a bounded number of values. In
an embedded deployment, all roles are one process with one store: each exports the figures of both, so do not add them
up over the roles. The figures of the process are exported on Linux.

The label `type` names at most 100 types in each role; the rest is `other`. A processor names the types that it handles,
before those of other processors whose attempts it ends; the gateway names the types that are submitted first; the
metrics-engine names those with the most ready jobs. With more than 100 types, the roles can name different ones: a rule
that compares their figures by type then misses the types that only one of them names.

A counter that starts with its first value is invisible to `increase()` and `rate()`. The counters of the types that a
processor handles, and those of the status 429, 500 and 503 on the job routes of the gateway, therefore exist from the
start. The counters of other types start with their first value: those of `observatory_attempts_lost` for a type that
only ended processors handled, for example. Gauges that are measured every few seconds have no value before the first
measurement, and none while three measurements or more have failed in a row.

";

const SERVICES: [&str; 6] = [
    "gateway",
    "processor",
    "metrics-engine",
    "read-model",
    "web",
    "web-pty",
];

fn render() -> String {
    let contract = MetricContract::current();
    let mut page = INTRODUCTION.to_owned();
    let mut line = |text: String| writeln!(page, "{text}").expect("writing to a String");
    line("## Families".into());
    line(
        "A counter has the suffix `_total`; a histogram has `_bucket`, `_sum` and `_count`.\n"
            .into(),
    );
    line("| family | type | labels | exported by | meaning |".into());
    line("| --- | --- | --- | --- | --- |".into());
    for family in &contract.families {
        line(family_row(family));
    }
    line("\n## Labels".into());
    line("| label | values | meaning |".into());
    line("| --- | --- | --- |".into());
    for (name, label) in &contract.labels {
        let values = match (&label.values, label.max_values) {
            (Some(values), _) => code_list(values),
            (None, most) => format!("at most {}", most.unwrap_or_default()),
        };
        line(format!("| `{name}` | {values} | {} |", label.description));
    }
    line("\n## Buckets".into());
    line("Upper bounds in seconds, except infinity.\n".into());
    line("| histogram | bounds |".into());
    line("| --- | --- |".into());
    for family in contract
        .families
        .iter()
        .filter(|it| it.kind == MetricKind::Histogram)
    {
        let bounds: Vec<_> = family.buckets.iter().map(ToString::to_string).collect();
        line(format!("| `{}` | {} |", family.name, bounds.join(", ")));
    }
    page
}

fn family_row(family: &MetricFamily) -> String {
    let labels: Vec<String> = family
        .labels
        .iter()
        .filter(|name| *name != "service")
        .cloned()
        .collect();
    let roles: Vec<_> = SERVICES
        .into_iter()
        .filter(|name| family.is_exported_by(name))
        .collect();
    let roles = match roles.len() == SERVICES.len() {
        true => "every role".to_owned(),
        false => roles.join(", "),
    };
    let embedded = family.is_exported_in(Deployment::Embedded);
    let deployment = match (embedded, family.is_exported_in(Deployment::Cluster)) {
        (true, true) => "",
        (true, false) => "; embedded only",
        (false, _) => "; cluster only",
    };
    format!(
        "| `{}` | {} | {} | {roles}{deployment} | {} |",
        family.name,
        family.kind.as_str(),
        code_list(&labels),
        family.help
    )
}

fn code_list(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[test]
fn metrics_page_is_up_to_date() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../docs/reference/metrics.md"
    );
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(path, render()).expect("the page can be written");
    }
    let page = std::fs::read_to_string(path).expect("the page exists");
    assert_eq!(page, render(), "see the comment at its top");
}
