use serde_json::{Value, json};

use super::panel::Panel;
use super::variable::{Variable, data_source, data_source_variable};
use crate::alert_contract::AlertContract;

/// Columns of Grafana's grid.
const COLUMNS: u32 = 24;

/// The version of the dashboard model; Grafana migrates from it. 39 is that of Grafana 11.0.
const SCHEMA_VERSION: u32 = 39;

/// One dashboard.
#[derive(Debug)]
pub(super) struct Dashboard {
    /// Stable identifier, part of its address.
    pub(super) uid: &'static str,
    /// Title.
    pub(super) title: &'static str,
    /// Its purpose, in one or two sentences.
    pub(super) description: &'static str,
    /// The variables, in their order at the top.
    pub(super) variables: Vec<Variable>,
    /// The path of the web dashboard that shows the same.
    pub(super) web_path: &'static str,
    /// The rows, from the top.
    pub(super) rows: Vec<Row>,
}

/// A titled group of panels.
#[derive(Debug)]
pub(super) struct Row {
    title: &'static str,
    panels: Vec<Panel>,
}

impl Row {
    pub(super) fn new(title: &'static str, panels: impl Into<Vec<Panel>>) -> Self {
        Self {
            title,
            panels: panels.into(),
        }
    }
}

impl Dashboard {
    /// Converts the dashboard to Grafana's JSON.
    pub(super) fn to_json(&self, alerts: &AlertContract) -> anyhow::Result<Value> {
        let mut variables = vec![data_source_variable()];
        variables.extend(self.variables.iter().copied().map(Variable::to_json));
        Ok(json!({
            "uid": self.uid,
            "title": self.title,
            "description": self.description,
            "tags": ["observatory"],
            "schemaVersion": SCHEMA_VERSION,
            "editable": true,
            "graphTooltip": 1,
            "refresh": "10s",
            "time": {"from": "now-1h", "to": "now"},
            "timezone": "browser",
            "fiscalYearStartMonth": 0,
            "annotations": {"list": annotations(alerts)},
            "links": self.links(),
            "templating": {"list": variables},
            "panels": self.panels(alerts)?,
        }))
    }

    fn links(&self) -> Value {
        json!([
            {
                "type": "dashboards", "title": "Observatory", "tags": ["observatory"], "asDropdown": true,
                "includeVars": false, "keepTime": true, "targetBlank": false, "icon": "external link", "tooltip": "", "url": "",
            },
            {
                "type": "link", "title": "Web dashboard", "url": format!("http://127.0.0.1:8081{}", self.web_path), "tags": [],
                "asDropdown": false, "includeVars": false, "keepTime": false, "targetBlank": true, "icon": "dashboard",
                "tooltip": "Open the web dashboard of the observatory",
            },
        ])
    }

    /// Places the panels of each row from left to right, and breaks the line when one does not fit.
    fn panels(&self, alerts: &AlertContract) -> anyhow::Result<Vec<Value>> {
        let mut placed = Vec::new();
        let mut y = 0;
        for row in &self.rows {
            placed.push(json!({
                "id": placed.len() + 1, "type": "row", "title": row.title, "collapsed": false,
                "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1}, "panels": [],
            }));
            y += 1;
            let (mut x, mut height) = (0, 0);
            for panel in &row.panels {
                if x + panel.width > COLUMNS {
                    (x, y, height) = (0, y + height, 0);
                }
                let id = u32::try_from(placed.len() + 1)?;
                placed.push(panel.to_json(id, (x, y), alerts)?);
                x += panel.width;
                height = height.max(panel.height);
            }
            y += height;
        }
        Ok(placed)
    }
}

/// Marks when alerts fire, and when a version is deployed.
fn annotations(alerts: &AlertContract) -> Value {
    let firing = format!(
        r#"ALERTS{{alertstate="firing",alertname=~"{}"}}"#,
        alerts.names()
    );
    let deployed = "count by (service, version) (observatory_build_info) \
        unless count by (service, version) (observatory_build_info offset 2m)";
    json!([
        {
            "builtIn": 1, "name": "Annotations & Alerts", "type": "dashboard", "enable": true, "hide": true,
            "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "iconColor": "rgba(0, 211, 255, 1)",
        },
        {
            "name": "Firing alerts", "enable": true, "iconColor": "red", "datasource": data_source(),
            "expr": firing, "step": "30s", "titleFormat": "{{alertname}}", "textFormat": "{{service}} {{queue}} {{type}}",
            "tagKeys": "severity",
        },
        {
            "name": "Deployments", "enable": true, "iconColor": "blue", "datasource": data_source(),
            "expr": deployed, "step": "30s", "titleFormat": "{{service}} {{version}}", "textFormat": "first seen", "tagKeys": "version",
        },
    ])
}
