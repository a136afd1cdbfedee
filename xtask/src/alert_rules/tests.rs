use std::process::Command;

use super::*;

fn workspace() -> Workspace {
    Workspace::locate().expect("xtask is compiled from a workspace")
}

/// Runs the real `promtool` in `infra/prometheus`.
fn promtool(args: &[&str]) -> String {
    let promtool = odd_private_servers::promtool().expect("promtool");
    let output = Command::new(promtool)
        .current_dir(workspace().root.join("infra/prometheus"))
        .args(args)
        .output()
        .expect("promtool starts");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "promtool {args:?}\n{text}");
    text
}

#[test]
fn prometheus_accepts_the_rules() {
    let count = AlertContract::read(&workspace().root)
        .expect("readable")
        .rules
        .len();
    let answer = promtool(&["check", "rules", "rules/observatory.yml"]);
    assert!(answer.contains(&format!("{count} rules found")), "{answer}");
}

#[test]
fn object_of_the_operator_has_the_rules_of_the_file() {
    let contract = AlertContract::read(&workspace().root).expect("readable");
    let rules = rules_file::render(&contract).expect("valid");
    let read = |text: &str| serde_saphyr::from_str::<serde_json::Value>(text).expect("YAML");
    let object = read(&resource::render(&rules));
    assert_eq!(object["kind"], "PrometheusRule");
    assert_eq!(object["spec"], read(&rules));
}

#[test]
fn alerts_fire_stay_silent_resolve_and_survive_restarts_in_prometheus() {
    let contract = AlertContract::read(&workspace().root).expect("readable");
    let files: Vec<String> = contract
        .rules
        .iter()
        .map(|rule| format!("tests/{}.yml", rule.name))
        .collect();
    let mut args = vec!["test", "rules"];
    args.extend(files.iter().map(String::as_str));
    let answer = promtool(&args);
    assert_eq!(answer.matches("SUCCESS").count(), files.len(), "{answer}");
}
