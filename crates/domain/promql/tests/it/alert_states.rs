//! Prometheus and this crate give alerts the same states, evaluation by evaluation.

use std::collections::BTreeMap;
use std::process::Command;

use odd_promql::{AlertRule, AlertState, Expression, Labels, Limits, SeriesStore, stale_marker};
use odd_testkit::private_servers::promtool;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::alert_contract::{Rule, rules, series};
use crate::random_series::{DuringGap, Scrape, scrapes};

/// Not a divisor of any range, so that no sample is at the start of one.
const SCRAPE_MS: i64 = 13_001;
const SCRAPES: usize = 500;
const EVALUATION_MS: i64 = 30_000;

type Series = Vec<(Labels, Vec<Scrape>)>;

fn recording() -> Series {
    let mut random = StdRng::seed_from_u64(3);
    let series = series().into_iter().map(|(labels, shape)| {
        let mut found = scrapes(shape, DuringGap::Restart, SCRAPES, &mut random);
        // All ranges that end at whole minutes begin at whole minutes.
        found.insert(0, Scrape::Nothing);
        (labels, found)
    });
    series.collect()
}

fn seconds(hold: &str) -> i64 {
    let (number, unit) = hold.split_at(hold.len() - 1);
    let seconds = [("s", 1), ("m", 60), ("h", 3_600)];
    let unit = seconds.iter().find(|(name, _)| *name == unit);
    number.parse::<i64>().expect("a number") * unit.expect("a unit").1
}

/// The samples of `ALERTS` that each evaluation is expected to give.
fn expected(rules: &[Rule], series: &Series) -> BTreeMap<(i64, String), Vec<Labels>> {
    let mut evaluated: Vec<AlertRule> = rules
        .iter()
        .map(|rule| {
            let expression = Expression::parse(&rule.expression).expect("in the subset");
            let hold_ms = seconds(&rule.hold) * 1_000;
            let labels = Labels::new([("severity", "test")]);
            AlertRule::new(&rule.name, expression, hold_ms, &labels)
        })
        .collect();
    let mut store = SeriesStore::new(Limits::default());
    for need in evaluated.iter().flat_map(|rule| rule.expression().needs()) {
        store.keep(&need.metric, need.window_ms);
    }
    let mut expected = BTreeMap::new();
    let mut written = 0;
    for evaluation in 0..(SCRAPES as i64 * SCRAPE_MS / EVALUATION_MS) {
        let at_ms = evaluation * EVALUATION_MS;
        while written as i64 * SCRAPE_MS <= at_ms && written < SCRAPES {
            write(&mut store, series, written);
            written += 1;
        }
        store.prune(at_ms);
        for rule in &mut evaluated {
            rule.evaluate(&store, at_ms).expect("it has a result");
            let alerts = rule.alerts().map(|alert| {
                let state = match alert.state {
                    AlertState::Firing => "firing",
                    _ => "pending",
                };
                let labels = alert.labels.with("__name__", "ALERTS");
                labels.with("alertstate", state)
            });
            expected.insert((at_ms, rule.name().to_owned()), alerts.collect());
        }
    }
    expected
}

fn write(store: &mut SeriesStore, series: &Series, index: usize) {
    for (labels, scrapes) in series {
        let value = match scrapes[index] {
            Scrape::Value(value) => value,
            Scrape::Stale => stale_marker(),
            Scrape::Nothing => continue,
        };
        let at_ms = index as i64 * SCRAPE_MS;
        store.append(labels, at_ms, value).expect("stored");
    }
}

fn notation(scrapes: &[Scrape]) -> String {
    let values = scrapes.iter().map(|scrape| match scrape {
        Scrape::Value(value) => value.to_string(),
        Scrape::Nothing => "_".to_owned(),
        Scrape::Stale => "stale".to_owned(),
    });
    values.collect::<Vec<_>>().join(" ")
}

fn test_file(series: &Series, expected: &BTreeMap<(i64, String), Vec<Labels>>) -> Value {
    let input = series.iter().map(
        |(labels, scrapes)| json!({"series": labels.to_string(), "values": notation(scrapes)}),
    );
    let tests = expected.iter().map(|((at_ms, rule), alerts)| {
        let samples = alerts
            .iter()
            .map(|alert| json!({"labels": alert.to_string(), "value": 1}));
        json!({
            "expr": format!("ALERTS{{alertname=\"{rule}\"}}"),
            "eval_time": format!("{}s", at_ms / 1_000),
            "exp_samples": samples.collect::<Vec<_>>(),
        })
    });
    json!({
        "rule_files": ["rules.yml"],
        "evaluation_interval": "30s",
        "tests": [{
            "interval": "13s1ms",
            "input_series": input.collect::<Vec<_>>(),
            "promql_expr_test": tests.collect::<Vec<_>>(),
        }],
    })
}

fn rule_file(rules: &[Rule]) -> Value {
    let rules = rules.iter().map(|rule| {
        json!({
            "alert": rule.name,
            "expr": rule.expression,
            "for": rule.hold,
            "labels": {"severity": "test"},
        })
    });
    json!({"groups": [{"name": "rules", "rules": rules.collect::<Vec<_>>()}]})
}

#[test]
fn states_of_all_alerts_equal_those_of_prometheus() {
    let (rules, series) = (rules(), recording());
    let expected = expected(&rules, &series);
    let fires = |rule: &&Rule| {
        let alerts = expected.iter().filter(|((_, name), _)| *name == rule.name);
        let mut labels = alerts.flat_map(|(_, alerts)| alerts);
        labels.any(|labels| labels.get("alertstate") == "firing")
    };
    let silent: Vec<&str> = rules
        .iter()
        .filter(|rule| !fires(rule))
        .map(|rule| rule.name.as_str())
        .collect();
    assert!(silent.len() <= 4, "rules that never fire: {silent:?}");

    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, content: &Value| {
        std::fs::write(dir.path().join(name), content.to_string()).expect("writable");
    };
    write("rules.yml", &rule_file(&rules));
    write("test.yml", &test_file(&series, &expected));
    let mut command = Command::new(promtool().unwrap_or_else(|error| panic!("{error}")));
    command
        .current_dir(dir.path())
        .args(["test", "rules", "test.yml"]);
    let output = command.output().expect("promtool runs");
    let text = String::from_utf8_lossy(&output.stderr);
    let shown: String = text.chars().take(4_000).collect();
    assert!(output.status.success(), "{shown}");
}
