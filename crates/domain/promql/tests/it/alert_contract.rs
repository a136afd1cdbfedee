//! The rules and the metric families of the contract, read as JSON: the crate under test does not depend on them.

use odd_promql::{Expression, Labels};
use serde_json::Value;

use crate::random_series::Shape;

/// A rule of `contracts/alerts.json`.
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) expression: String,
    pub(crate) hold: String,
}

/// Returns all rules, for both deployments.
pub(crate) fn rules() -> Vec<Rule> {
    let contract = read("alerts.json");
    let rules = contract["rules"].as_array().expect("a list").iter();
    rules
        .map(|rule| {
            let text = |name: &str| rule[name].as_str().expect("text").to_owned();
            let threshold = rule["threshold"].to_string();
            Rule {
                name: text("name"),
                expression: text("expression").replace("$threshold", &threshold),
                hold: text("for"),
            }
        })
        .collect()
}

/// Returns series of every metric that a rule reads, with labels that the families have.
pub(crate) fn series() -> Vec<(Labels, Shape)> {
    let contract = read("metrics.json");
    let families = contract["families"].as_array().expect("a list");
    let mut metrics: Vec<String> = rules()
        .iter()
        .flat_map(|rule| {
            Expression::parse(&rule.expression)
                .expect("in the subset")
                .needs()
        })
        .map(|need| need.metric)
        .collect();
    metrics.sort();
    metrics.dedup();
    let mut series = Vec::new();
    for metric in metrics {
        let mut labels = vec![
            "job".to_owned(),
            "instance".to_owned(),
            "service".to_owned(),
        ];
        if let Some(family) = families.iter().find(|family| is_of(family, &metric)) {
            let names = family["labels"].as_array().expect("a list").iter();
            labels.extend(names.map(|name| name.as_str().expect("text").to_owned()));
        }
        if metric.ends_with("_bucket") {
            labels.push("le".to_owned());
        }
        labels.sort();
        labels.dedup();
        let mut products = vec![Labels::new([("__name__", metric.as_str())])];
        for label in &labels {
            products = product(&products, label);
        }
        series.extend(products.into_iter().map(|labels| (labels, shape(&metric))));
    }
    series
}

fn product(all: &[Labels], name: &str) -> Vec<Labels> {
    let with_each = |labels: &Labels| -> Vec<Labels> {
        let values = values(name).iter();
        values.map(|value| labels.with(name, value)).collect()
    };
    all.iter().flat_map(with_each).collect()
}

/// Returns values of a label, among them those that the rules mention.
fn values(label: &str) -> &'static [&'static str] {
    match label {
        "job" => &["observatory"],
        "service" => &["gateway", "processor"],
        "type" => &["echo", "sleep"],
        "dependency" => &["store", "broker", "views"],
        "consumer" => &["metrics-engine", "archive"],
        "status" => &["201", "429", "500"],
        "route" => &["/jobs", "/metrics"],
        "outcome" => &["met", "missed"],
        "le" => &["0.5", "1", "+Inf"],
        "instance" => &["1", "2"],
        _ => &["default"],
    }
}

fn shape(metric: &str) -> Shape {
    let gauge = |scale| Shape::Gauge { scale };
    match metric {
        "up" | "observatory_dependency_up" | "process_start_time_seconds" => Shape::Flag,
        "observatory_objective_ratio" => Shape::Ratio,
        "observatory_data_dir_free_bytes" | "observatory_data_dir_size_bytes" => gauge(1e9),
        "observatory_queue_oldest_seconds" | "observatory_consumer_lag_seconds" => gauge(60.0),
        "observatory_queue_depth" | "observatory_outbox_oldest_seconds" => gauge(10.0),
        _ if metric.ends_with("_total") => Shape::Counter,
        _ if metric.ends_with("_bucket") || metric.ends_with("_count") => Shape::Counter,
        _ => gauge(1.0),
    }
}

/// Returns `true` when a family has a metric of this name.
fn is_of(family: &Value, metric: &str) -> bool {
    let name = family["name"].as_str().expect("text");
    let suffix = metric.strip_prefix(name);
    suffix.is_some_and(|suffix| ["", "_total", "_bucket", "_count", "_sum"].contains(&suffix))
}

fn read(file: &str) -> Value {
    let path = format!("{}/../../../contracts/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}
