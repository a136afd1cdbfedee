use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use odd_contracts::{AlertRule, AlertRules, ThresholdUnit};
use serde_json::{Value, json};

const RULES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../infra/prometheus/rules/observatory.yml"
);

/// Values whose texts differ in form.
fn values(unit: ThresholdUnit) -> &'static [f64] {
    match unit {
        ThresholdUnit::Seconds => &[
            0.0, 0.000_25, 0.512_34, 12.345_67, 59.9, 60.0, 725.5, 7325.0, 93_784.0,
        ],
        ThresholdUnit::Ratio => &[0.0, 0.05, 0.123_456, 0.999_96, 1.0, 0.000_000_3],
        ThresholdUnit::BurnRate => &[0.04, 14.4, 20.25, 1234.56],
        _ => &[0.0, 1.0, 2.5, 10.49, 1_234_567.0],
    }
}

/// The templates of the summaries in the generated rules, by alert.
fn templates() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(RULES).expect("the generated rules");
    let mut templates = BTreeMap::new();
    let mut alert = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("- alert: ") {
            name.clone_into(&mut alert);
        } else if let Some(summary) = line.strip_prefix("summary: ") {
            let template = serde_json::from_str(summary).expect("a string");
            templates.insert(alert.clone(), template);
        }
    }
    templates
}

/// A rule that fires with `value` and the generated template, and the test that it has the text of the contract type.
fn rule_and_test(rule: &AlertRule, template: &str, value: f64, index: usize) -> (Value, Value) {
    let name = format!("{}{index}", rule.name);
    let summary = rule.render(&rule.summary, &BTreeMap::new(), value);
    let expected = json!({"exp_labels": {}, "exp_annotations": {"summary": summary}});
    (
        json!({"alert": name, "expr": format!("vector({value})"), "annotations": {"summary": template}}),
        json!({"eval_time": "1m", "alertname": name, "exp_alerts": [expected]}),
    )
}

#[test]
fn prometheus_writes_the_texts_that_the_contract_types_write() {
    let templates = templates();
    let (mut rules, mut tests) = (vec![], vec![]);
    for rule in &AlertRules::embedded().rules {
        let template = templates.get(&rule.name).expect("a generated rule");
        for (index, value) in values(rule.unit).iter().enumerate() {
            let (rule, test) = rule_and_test(rule, template, *value, index);
            rules.push(rule);
            tests.push(test);
        }
    }
    assert!(tests.len() > 100, "{}", tests.len());
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, content: Value| {
        std::fs::write(dir.path().join(name), content.to_string()).expect("written");
    };
    write(
        "rules.yml",
        json!({"groups": [{"name": "texts", "rules": rules}]}),
    );
    write(
        "tests.yml",
        json!({"rule_files": ["rules.yml"], "tests": [{"interval": "1m", "alert_rule_test": tests}]}),
    );
    assert_passes(dir.path());
}

fn assert_passes(dir: &Path) {
    let promtool = odd_private_servers::promtool().expect("promtool");
    let output = Command::new(promtool)
        .current_dir(dir)
        .args(["test", "rules", "tests.yml"])
        .output()
        .expect("promtool starts");
    let text = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&text)
    );
}
