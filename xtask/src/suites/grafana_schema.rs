//! The dashboards follow the types that Grafana publishes for version 11 and for the newest one.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use crate::grafana;
use crate::node::NodeProject;
use crate::process;
use crate::tally::Count;
use crate::workspace::Workspace;

const SOURCE: &str = "infra/grafana/schema";
const LIMIT: Duration = Duration::from_secs(120);

/// Checks every dashboard. Returns how many there are.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let project = NodeProject::install(workspace, SOURCE, "grafana-schema")?;
    let dashboards = grafana::generate(workspace)?;
    let texts: Vec<&str> = dashboards.iter().map(|(_, text)| text.as_str()).collect();
    project.write("dashboards.ts", &program(&texts)?)?;
    process::run_within(project.command("tsc").args(["-p", "."]), LIMIT)?;
    Ok(Count {
        passed: dashboards.len(),
        failed: 0,
    })
}

/// Returns a TypeScript program that compiles if the dashboards, and the options of their panels, have the published types.
fn program(dashboards: &[&str]) -> anyhow::Result<String> {
    let mut text =
        "import type { Grafana11, NewestGrafana, Options } from \"./types.js\";\n".to_owned();
    for (number, dashboard) in dashboards.iter().enumerate() {
        for version in ["Grafana11", "NewestGrafana"] {
            writeln!(
                text,
                "export const dashboard{number}{version}: {version} = {dashboard};"
            )?;
        }
        let json: Value = serde_json::from_str(dashboard)?;
        let panels = json["panels"]
            .as_array()
            .context("a dashboard without panels")?;
        for panel in panels.iter().filter(|panel| panel["type"] != "row") {
            let (id, kind, options) = (&panel["id"], &panel["type"], &panel["options"]);
            writeln!(
                text,
                "export const options{number}Of{id}: Options[{kind}] = {options};"
            )?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_checked_by_the_type_of_the_panel() {
        let dashboard =
            r#"{"panels":[{"id":1,"type":"row"},{"id":2,"type":"stat","options":{"a":1}}]}"#;
        let program = program(&[dashboard]).expect("a program");
        assert!(
            program.contains("options0Of2: Options[\"stat\"] = {\"a\":1};"),
            "{program}"
        );
        assert!(!program.contains("Of1"), "{program}");
    }
}
