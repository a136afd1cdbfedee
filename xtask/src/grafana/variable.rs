use serde_json::{Value, json};

/// A variable that the viewer selects values of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variable {
    name: &'static str,
    label: &'static str,
    /// The metric whose label of the same name has the values.
    metric: &'static str,
    is_multiple: bool,
}

/// Roles.
pub(super) const SERVICE: Variable = Variable {
    name: "service",
    label: "Service",
    metric: "observatory_build_info",
    is_multiple: true,
};

/// Queues.
pub(super) const QUEUE: Variable = Variable {
    name: "queue",
    label: "Queue",
    metric: "observatory_queue_depth",
    is_multiple: true,
};

/// Any number of job types.
pub(super) const TYPES: Variable = Variable {
    name: "type",
    label: "Job type",
    metric: "observatory_jobs_submitted_total",
    is_multiple: true,
};

/// One job type.
pub(super) const ONE_TYPE: Variable = Variable {
    is_multiple: false,
    ..TYPES
};

impl Variable {
    pub(super) fn to_json(self) -> Value {
        let query = format!("label_values({}, {})", self.metric, self.name);
        let mut json = json!({
            "type": "query",
            "name": self.name,
            "label": self.label,
            "datasource": data_source(),
            "definition": query,
            "query": {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
            "refresh": 2,
            "sort": 1,
            "hide": 0,
            "skipUrlSync": false,
            "options": [],
            "multi": self.is_multiple,
            "includeAll": self.is_multiple,
        });
        if self.is_multiple {
            json["allValue"] = json!(".*");
            json["current"] = json!({"selected": true, "text": "All", "value": "$__all"});
        }
        json
    }
}

/// The variable that selects the data source.
pub(super) fn data_source_variable() -> Value {
    json!({
        "type": "datasource",
        "name": "datasource",
        "label": "Data source",
        "query": "prometheus",
        "regex": "",
        "refresh": 1,
        "hide": 0,
        "skipUrlSync": false,
        "options": [],
        "multi": false,
        "includeAll": false,
    })
}

/// A reference to the selected data source.
pub(super) fn data_source() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}
