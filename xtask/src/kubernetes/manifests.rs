use anyhow::Context;
use serde_json::{Value, json};

/// Parses YAML with any number of objects.
pub(crate) fn parse(yaml: &str) -> anyhow::Result<Vec<Value>> {
    let objects: Vec<Value> =
        serde_saphyr::from_multiple(yaml).context("the manifests are no YAML")?;
    Ok(objects.into_iter().filter(Value::is_object).collect())
}

/// Returns the kind and name of an object, as `kubectl` shows them.
pub(crate) fn label(object: &Value) -> String {
    let kind = text(&object["kind"]).to_lowercase();
    format!("{kind}/{}", text(&object["metadata"]["name"]))
}

/// Returns the name of the namespace that an overlay creates.
pub(crate) fn namespace(objects: &[Value]) -> anyhow::Result<&str> {
    let namespace = objects.iter().find(|object| object["kind"] == "Namespace");
    let name = namespace.and_then(|namespace| namespace["metadata"]["name"].as_str());
    name.context("the overlay has no Namespace")
}

/// Returns the template of the pods that an object creates.
pub(crate) fn template(object: &Value) -> Option<&Value> {
    match text(&object["kind"]) {
        "CronJob" => object.pointer("/spec/jobTemplate/spec/template"),
        "DaemonSet" | "Deployment" | "Job" | "ReplicaSet" | "StatefulSet" => {
            object.pointer("/spec/template")
        }
        _ => None,
    }
}

/// Returns a pod for each object that creates pods. The server checks the pod of a Deployment when a controller creates
/// it, not when the Deployment is applied.
pub(crate) fn pods(objects: &[Value]) -> Vec<Value> {
    let pod = |object: &Value| {
        let mut pod = template(object)?.clone();
        pod["apiVersion"] = "v1".into();
        pod["kind"] = "Pod".into();
        pod["metadata"]["name"] = label(object).replace('/', "-").into();
        pod["metadata"]["namespace"] = object["metadata"]["namespace"].clone();
        for claim in elements(&object["spec"]["volumeClaimTemplates"]) {
            let name = &claim["metadata"]["name"];
            let volume = json!({"name": name, "persistentVolumeClaim": {"claimName": name}});
            if pod["spec"]["volumes"].is_null() {
                pod["spec"]["volumes"] = json!([]);
            }
            let volumes = pod["spec"]["volumes"].as_array_mut()?;
            volumes.push(volume);
        }
        Some(pod)
    };
    objects.iter().filter_map(pod).collect()
}

/// Returns the containers of a pod, those that run at its start included.
pub(crate) fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    elements(&pod["initContainers"]).chain(elements(&pod["containers"]))
}

/// Returns the elements of a list, or none.
pub(crate) fn elements(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Returns a text, or an empty one.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECTS: &str = "
kind: Service
metadata: { name: a }
---
kind: StatefulSet
metadata: { name: store, namespace: space }
spec:
  template:
    metadata: { labels: { app: store } }
    spec: { containers: [{ name: c }] }
  volumeClaimTemplates: [{ metadata: { name: data } }]
---
---
kind: CronJob
metadata: { name: nightly }
spec: { jobTemplate: { spec: { template: { spec: { initContainers: [{ name: i }], containers: [{ name: c }] } } } } }
";

    #[test]
    fn every_template_becomes_a_pod() {
        let objects = parse(OBJECTS).expect("YAML");
        let pods = pods(&objects);
        let labels: Vec<String> = pods.iter().map(label).collect();
        assert_eq!(labels, ["pod/statefulset-store", "pod/cronjob-nightly"]);
        assert_eq!(pods[0]["metadata"]["labels"]["app"], "store");
        assert_eq!(pods[0]["metadata"]["namespace"], "space");
    }

    #[test]
    fn claims_of_a_stateful_set_are_volumes_of_its_pods() {
        let pods = pods(&parse(OBJECTS).expect("YAML"));
        let volume = json!([{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]);
        assert_eq!(pods[0]["spec"]["volumes"], volume);
        assert!(pods[1]["spec"]["volumes"].is_null());
    }

    #[test]
    fn containers_of_the_start_are_included() {
        let pods = pods(&parse(OBJECTS).expect("YAML"));
        let names: Vec<&str> = containers(&pods[1]["spec"])
            .map(|container| text(&container["name"]))
            .collect();
        assert_eq!(names, ["i", "c"]);
    }
}
