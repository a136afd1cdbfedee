//! Containers whose program is replaced: everything else of their pods is real.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::manifests::{elements, text};

/// The image that takes the place of all others, and that of the network of a pod.
pub(crate) const IMAGE: &str = "stand-in.test/stand-in:1";
pub(crate) const PAUSE: &str = "stand-in.test/pause:1";
const PROBES: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];

/// Replaces the program of every container, unless its image is kept, by one that answers on the ports of the container
/// and of its probes.
pub(crate) fn replace_programs(objects: &mut [Value], kept: &BTreeSet<String>) {
    for object in objects {
        let containers = object.pointer_mut("/spec/template/spec/containers");
        let containers = containers.and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            if !kept.contains(text(&container["image"])) {
                replace(container);
            }
        }
    }
}

fn replace(container: &mut Value) {
    let declared = elements(&container["ports"]).map(|port| &port["containerPort"]);
    let probed = PROBES.map(|probe| &container[probe]["httpGet"]["port"]);
    let ports: BTreeSet<u64> = declared.chain(probed).filter_map(Value::as_u64).collect();
    let url = format!("http://127.0.0.1:{}/", ports.first().unwrap_or(&0));
    for probe in PROBES {
        if let Some(exec) = container[probe].get_mut("exec") {
            exec["command"] = json!(["/stand-in", "get", url]);
        }
    }
    let ports: Vec<String> = ports.iter().map(u64::to_string).collect();
    container["image"] = IMAGE.into();
    container["command"] = json!(["/stand-in", "serve"]);
    container["args"] = json!(ports);
}

/// Returns the default class of volumes. None is created on demand.
pub(crate) fn storage_class() -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": "standard",
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "kubernetes.io/no-provisioner",
        "volumeBindingMode": "WaitForFirstConsumer",
    })
}

/// Returns a volume for each claim of a StatefulSet, in a folder of the node, and their class.
pub(crate) fn volumes(objects: &[Value], node: &str, folder: &str) -> Vec<Value> {
    let mut volumes = vec![storage_class()];
    for set in objects {
        for claim in elements(&set["spec"]["volumeClaimTemplates"]) {
            let name = format!(
                "{}-{}-0",
                text(&claim["metadata"]["name"]),
                text(&set["metadata"]["name"])
            );
            volumes.push(json!({
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": {"name": name},
                "spec": {
                    "capacity": claim["spec"]["resources"]["requests"],
                    "accessModes": claim["spec"]["accessModes"],
                    "storageClassName": "standard",
                    "claimRef": {"namespace": set["metadata"]["namespace"], "name": name},
                    "local": {"path": format!("{folder}/{name}")},
                    "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                        {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]},
                    ]}]}},
                },
            }));
        }
    }
    volumes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn program_answers_on_declared_and_probed_ports() {
        let mut objects = [json!({"spec": {"template": {"spec": {"containers": [{
            "image": "a",
            "args": ["b"],
            "ports": [{"containerPort": 80, "name": "http"}],
            "livenessProbe": {"httpGet": {"port": 81}},
            "startupProbe": {"httpGet": {"port": "http"}},
            "readinessProbe": {"exec": {"command": ["c"]}, "periodSeconds": 3},
        }]}}}})];
        replace_programs(&mut objects, &BTreeSet::from(["a".to_owned()]));
        let image = objects[0].pointer("/spec/template/spec/containers/0/image");
        assert_eq!(image, Some(&json!("a")));
        replace_programs(&mut objects, &BTreeSet::new());
        let container = objects[0].pointer("/spec/template/spec/containers/0");
        let container = container.expect("a container");
        assert_eq!(container["image"], IMAGE);
        assert_eq!(container["args"], json!(["80", "81"]));
        let probe = &container["readinessProbe"];
        assert_eq!(probe["exec"]["command"][2], "http://127.0.0.1:80/");
        assert_eq!(probe["periodSeconds"], 3);
        assert!(container["livenessProbe"]["exec"].is_null());
    }

    #[test]
    fn each_claim_has_a_volume_of_its_own() {
        let set = json!({
            "metadata": {"name": "store", "namespace": "space"},
            "spec": {"volumeClaimTemplates": [{
                "metadata": {"name": "data"},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
            }]},
        });
        let volumes = volumes(&[set], "node", "/folder");
        assert_eq!(volumes.len(), 2);
        assert_eq!(volumes[1]["metadata"]["name"], "data-store-0");
        assert_eq!(volumes[1]["spec"]["capacity"]["storage"], "1Gi");
        assert_eq!(volumes[1]["spec"]["local"]["path"], "/folder/data-store-0");
    }
}
