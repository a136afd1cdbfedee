//! What Services, Ingresses and probes refer to. The API server does not check it: their requests are answered by nothing.

use serde_json::Value;

use super::manifests::{containers, elements, label, template, text};

/// Returns a sentence for each reference without a target.
pub(crate) fn unreachable(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for object in objects {
        match text(&object["kind"]) {
            "Service" => of_service(object, objects, &mut found),
            "Ingress" => of_ingress(object, objects, &mut found),
            "StatefulSet" => of_stateful_set(object, objects, &mut found),
            "HorizontalPodAutoscaler" | "ScaledObject" => of_scaler(object, objects, &mut found),
            _ => {}
        }
        if let Some(template) = template(object) {
            of_probes(object, &template["spec"], &mut found);
        }
    }
    found
}

fn of_service(service: &Value, objects: &[Value], found: &mut Vec<String>) {
    let Some(selector) = service["spec"]["selector"].as_object() else {
        return;
    };
    let is_selected = |template: &&Value| {
        let labels = &template["metadata"]["labels"];
        selector.iter().all(|(name, value)| &labels[name] == value)
    };
    let pods: Vec<&Value> = objects
        .iter()
        .filter_map(template)
        .filter(is_selected)
        .collect();
    if pods.is_empty() {
        found.push(format!("{} selects no pod", label(service)));
    }
    for port in elements(&service["spec"]["ports"]) {
        let target = Some(&port["targetPort"]).filter(|target| !target.is_null());
        let target = target.unwrap_or(&port["port"]);
        let lacks = |pod: &&Value| !has_port(&pod["spec"], target);
        if pods.iter().any(lacks) {
            found.push(format!(
                "{} sends to the port {target}, which its pods lack",
                label(service)
            ));
        }
    }
}

/// Returns `true` if a container declares a port with this number or name.
fn has_port(pod: &Value, target: &Value) -> bool {
    containers(pod)
        .flat_map(|container| elements(&container["ports"]))
        .any(|port| port["containerPort"] == *target || port["name"] == *target)
}

fn of_ingress(ingress: &Value, objects: &[Value], found: &mut Vec<String>) {
    let rules = elements(&ingress["spec"]["rules"]);
    for path in rules.flat_map(|rule| elements(&rule["http"]["paths"])) {
        let backend = &path["backend"]["service"];
        let (name, port) = (text(&backend["name"]), &backend["port"]);
        let field = if port["name"].is_null() {
            ("port", &port["number"])
        } else {
            ("name", &port["name"])
        };
        let is_wanted = |candidate: &Value| candidate[field.0] == *field.1;
        let service = find(objects, &["Service"], name);
        if !service.is_some_and(|service| elements(&service["spec"]["ports"]).any(is_wanted)) {
            found.push(format!(
                "{} sends {} to the port {port} of service/{name}, which does not exist",
                label(ingress),
                path["path"],
            ));
        }
    }
}

fn of_stateful_set(set: &Value, objects: &[Value], found: &mut Vec<String>) {
    let name = text(&set["spec"]["serviceName"]);
    if find(objects, &["Service"], name).is_none() {
        found.push(format!(
            "{} names service/{name}, which does not exist",
            label(set)
        ));
    }
}

fn of_scaler(scaler: &Value, objects: &[Value], found: &mut Vec<String>) {
    let target = &scaler["spec"]["scaleTargetRef"];
    let kind = target["kind"].as_str().unwrap_or("Deployment");
    let name = text(&target["name"]);
    if find(objects, &[kind], name).is_none() {
        found.push(format!(
            "{} scales {kind} {name}, which does not exist",
            label(scaler)
        ));
    }
}

fn of_probes(object: &Value, pod: &Value, found: &mut Vec<String>) {
    for container in containers(pod) {
        for kind in ["startupProbe", "livenessProbe", "readinessProbe"] {
            let port = &container[kind]["httpGet"]["port"];
            // A container may listen on a port that it does not declare, but not on a name.
            if port.is_string() && !has_port(pod, port) {
                found.push(format!(
                    "{}: the {kind} uses the port {port}, which does not exist",
                    label(object)
                ));
            }
        }
    }
}

fn find<'a>(objects: &'a [Value], kinds: &[&str], name: &str) -> Option<&'a Value> {
    let mut objects = objects.iter();
    objects
        .find(|object| kinds.contains(&text(&object["kind"])) && object["metadata"]["name"] == name)
}

#[cfg(test)]
mod tests {
    use super::super::manifests::parse;
    use super::*;

    const GOOD: &str = "
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  template:
    metadata: { labels: { app: store, more: x } }
    spec:
      containers:
        - name: c
          ports: [{ name: http, containerPort: 80 }]
          readinessProbe: { httpGet: { port: http } }
          livenessProbe: { httpGet: { port: 81 } }
---
kind: Service
metadata: { name: store }
spec:
  selector: { app: store }
  ports: [{ name: web, port: 8080, targetPort: http }, { port: 80 }]
---
kind: Ingress
metadata: { name: entry }
spec:
  rules:
    - http: { paths: [{ path: /, backend: { service: { name: store, port: { name: web } } } }] }
    - http: { paths: [{ path: /, backend: { service: { name: store, port: { number: 8080 } } } }] }
---
kind: HorizontalPodAutoscaler
metadata: { name: scaler }
spec: { scaleTargetRef: { kind: StatefulSet, name: store } }
";

    fn found(manifests: &str) -> Vec<String> {
        unreachable(&parse(manifests).expect("YAML"))
    }

    #[test]
    fn connected_objects_are_accepted() {
        assert_eq!(found(GOOD), Vec::<String>::new());
    }

    #[test]
    fn each_reference_without_a_target_is_found() {
        for (from, to, expected) in [
            (
                "selector: { app: store }",
                "selector: { app: other }",
                "service/store selects no pod",
            ),
            (
                "targetPort: http",
                "targetPort: grpc",
                "service/store sends to the port \"grpc\"",
            ),
            (
                "{ port: 80 }",
                "{ port: 79 }",
                "service/store sends to the port 79",
            ),
            (
                "{ name: web } }",
                "{ name: grpc } }",
                "ingress/entry sends \"/\" to the port {\"name\":\"grpc\"}",
            ),
            (
                "{ number: 8080 }",
                "{ number: 1 }",
                "ingress/entry sends \"/\" to the port {\"number\":1}",
            ),
            (
                "serviceName: store",
                "serviceName: other",
                "statefulset/store names service/other",
            ),
            (
                "kind: StatefulSet, name: store",
                "kind: Deployment, name: store",
                "horizontalpodautoscaler/scaler scales",
            ),
            (
                "readinessProbe: { httpGet: { port: http",
                "readinessProbe: { httpGet: { port: grpc",
                "the readinessProbe uses the port \"grpc\"",
            ),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let found = found(&GOOD.replacen(from, to, 1));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(expected), "{found:?}");
        }
    }
}
