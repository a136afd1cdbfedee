//! The Grafana dashboards of `infra/grafana/dashboards`, generated from this code.
//!
//! Thresholds and runbook links come from the alert contract, so a panel marks exactly the value at which its alert fires.
//! The JSON follows the dashboard model that Grafana 11 and newer import:
//! <https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/>.

mod dashboard;
mod dashboards;
mod kind;
mod panel;
mod queries;
mod variable;

use std::path::PathBuf;

use crate::alert_contract::AlertContract;
use crate::workspace::Workspace;

/// The folder of the generated dashboards, below the root of the workspace.
pub(crate) const FOLDER: &str = "infra/grafana/dashboards";

/// Returns the path below the root of the workspace, and the content, of every dashboard.
///
/// # Errors
/// If the alert contract cannot be read, or a panel names an alert that it does not contain.
pub(crate) fn generate(workspace: &Workspace) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let alerts = AlertContract::read(&workspace.root)?;
    dashboards::all()
        .into_iter()
        .map(|dashboard| {
            let path = PathBuf::from(FOLDER).join(format!("{}.json", dashboard.uid));
            let json = serde_json::to_string_pretty(&dashboard.to_json(&alerts)?)?;
            Ok((path, json + "\n"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn generated() -> Vec<Value> {
        let workspace = Workspace::locate().expect("xtask is compiled from a workspace");
        let files = generate(&workspace).expect("the contracts can be read");
        files
            .iter()
            .map(|(_, text)| serde_json::from_str(text).expect("JSON"))
            .collect()
    }

    fn panels(dashboard: &Value) -> &Vec<Value> {
        dashboard["panels"].as_array().expect("panels")
    }

    #[test]
    fn panels_have_unique_ids_and_do_not_overlap() {
        for dashboard in generated() {
            let mut cells = BTreeSet::new();
            let mut ids = BTreeSet::new();
            for panel in panels(&dashboard) {
                assert!(ids.insert(panel["id"].as_u64()), "{}", panel["title"]);
                let position = |name: &str| panel["gridPos"][name].as_u64().expect("a number");
                for x in position("x")..position("x") + position("w") {
                    assert!(x < 24, "{}", panel["title"]);
                    for y in position("y")..position("y") + position("h") {
                        assert!(cells.insert((x, y)), "{}", panel["title"]);
                    }
                }
            }
        }
    }

    #[test]
    fn panel_marks_the_threshold_of_its_alert_and_links_to_the_runbook() {
        let dashboards = generated();
        let queues = dashboards
            .iter()
            .find(|dashboard| dashboard["uid"] == "queue-health")
            .expect("generated");
        let backlog = &panels(queues)[1];
        let workspace = Workspace::locate().expect("a workspace");
        let alerts = AlertContract::read(&workspace.root).expect("the contract");
        let alert = alerts.get("QueueBacklogGrowing").expect("a rule");
        let step = &backlog["fieldConfig"]["defaults"]["thresholds"]["steps"][1];
        assert_eq!(step["value"].as_f64(), Some(alert.threshold));
        let url = backlog["links"][0]["url"].as_str().expect("a link");
        assert!(
            url.ends_with("/infra/runbooks/QueueBacklogGrowing.md"),
            "{url}"
        );
    }
}
