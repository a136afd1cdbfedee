use serde_json::{Value, json};

use super::kind::{Kind, Unit};
use super::queries;
use super::variable::data_source;
use crate::alert_contract::AlertContract;

/// Which values of a panel are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Threshold {
    Unmarked,
    Above,
    Below,
}

/// One panel. Its size is `width` of 24 columns by `height` rows of the grid.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    title: &'static str,
    description: &'static str,
    kind: Kind,
    unit: Unit,
    queries: Vec<Query>,
    /// The alert whose runbook it links to.
    alert: Option<&'static str>,
    threshold: Threshold,
    pub(super) width: u32,
    pub(super) height: u32,
}

#[derive(Debug, Clone)]
struct Query {
    expression: String,
    legend: &'static str,
}

impl Panel {
    /// Creates a panel of the usual size of its kind.
    pub(super) fn new(
        kind: Kind,
        unit: Unit,
        title: &'static str,
        description: &'static str,
    ) -> Self {
        let (width, height) = match kind {
            Kind::Stat => (4, 4),
            Kind::Table => (12, 7),
            _ => (12, 8),
        };
        Self {
            title,
            description,
            kind,
            unit,
            queries: Vec::new(),
            alert: None,
            threshold: Threshold::Unmarked,
            width,
            height,
        }
    }

    /// Adds a query in PromQL, in which `$alert_names` matches every alert of the contract. `legend` names its series, with `{{label}}` for a label's value.
    pub(super) fn query(mut self, expression: impl Into<String>, legend: &'static str) -> Self {
        let expression = expression.into();
        self.queries.push(Query { expression, legend });
        self
    }

    /// Adds the three quantiles of a histogram that operators read: p50, p95 and p99.
    pub(super) fn quantiles(self, histogram: &str) -> Self {
        [("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99")]
            .into_iter()
            .fold(self, |panel, (quantile, legend)| {
                panel.query(queries::quantile(quantile, "le", histogram), legend)
            })
    }

    /// Marks the threshold of an alert that fires above it, and links to its runbook.
    pub(super) const fn alert_above(mut self, name: &'static str) -> Self {
        self.alert = Some(name);
        self.threshold = Threshold::Above;
        self
    }

    /// Marks the threshold of an alert that fires below it, and links to its runbook.
    pub(super) const fn alert_below(mut self, name: &'static str) -> Self {
        self.alert = Some(name);
        self.threshold = Threshold::Below;
        self
    }

    /// Links to the runbook of an alert whose threshold is not in the unit of the panel.
    pub(super) const fn runbook(mut self, name: &'static str) -> Self {
        self.alert = Some(name);
        self
    }

    /// Sets the width, in columns of 24.
    pub(super) const fn width(mut self, columns: u32) -> Self {
        self.width = columns;
        self
    }

    /// Converts the panel to Grafana's JSON, with its position in the grid.
    pub(super) fn to_json(
        &self,
        id: u32,
        (x, y): (u32, u32),
        alerts: &AlertContract,
    ) -> anyhow::Result<Value> {
        let mut links = Vec::new();
        let mut threshold = None;
        if let Some(name) = self.alert {
            let alert = alerts.get(name)?;
            threshold = Some(alert.threshold);
            links.push(json!({
                "type": "link",
                "title": format!("Runbook: {name}"),
                "url": alerts.runbook(alert),
                "targetBlank": true,
                "asDropdown": false,
                "includeVars": false,
                "keepTime": false,
                "icon": "doc",
                "tags": [],
                "tooltip": "",
            }));
        }
        Ok(json!({
            "id": id,
            "type": self.kind.plugin(),
            "title": self.title,
            "description": self.description,
            "datasource": data_source(),
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "links": links,
            "targets": self.targets(&alerts.names()),
            "fieldConfig": {"defaults": self.field(threshold), "overrides": []},
            "options": self.kind.options(),
        }))
    }

    fn targets(&self, alert_names: &str) -> Vec<Value> {
        let is_instant = matches!(self.kind, Kind::Stat | Kind::Table);
        let letters = 'A'..='Z';
        letters
            .zip(&self.queries)
            .map(|(letter, query)| {
                json!({
                    "refId": letter.to_string(),
                    "datasource": data_source(),
                    "editorMode": "code",
                    "expr": query.expression.replace("$alert_names", alert_names),
                    "legendFormat": query.legend,
                    "range": !is_instant,
                    "instant": is_instant,
                    "exemplar": self.kind == Kind::Lines,
                    "format": self.kind.format(),
                })
            })
            .collect()
    }

    fn field(&self, threshold: Option<f64>) -> Value {
        let mut steps = match (self.threshold, threshold) {
            (Threshold::Above, Some(value)) => colours("green", ("red", value)),
            (Threshold::Below, Some(value)) => colours("red", ("green", value)),
            _ => vec![json!({"color": "green", "value": null})],
        };
        if self.kind == Kind::States {
            steps = colours("red", ("green", 1.0));
        }
        let mut field = json!({
            "unit": self.unit.name(),
            "thresholds": {"mode": "absolute", "steps": steps},
            "custom": self.kind.custom(self.threshold != Threshold::Unmarked),
        });
        match self.kind {
            Kind::Lines | Kind::Stack => {
                field["color"] = json!({"mode": "palette-classic"});
                field["min"] = json!(0);
            }
            Kind::Stat | Kind::States => field["color"] = json!({"mode": "thresholds"}),
            Kind::Heatmap | Kind::Table => {}
        }
        if self.kind == Kind::States {
            field["mappings"] = json!([{
                "type": "value",
                "options": {"0": {"text": "down", "index": 0}, "1": {"text": "up", "index": 1}},
            }]);
        }
        field
    }
}

/// Returns the steps of one colour, and of another from a value on.
fn colours(first: &str, (second, from): (&str, f64)) -> Vec<Value> {
    vec![
        json!({"color": first, "value": null}),
        json!({"color": second, "value": from}),
    ]
}
