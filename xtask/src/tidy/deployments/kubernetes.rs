use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::service::{Service, Services};
use crate::tidy::source_file::find;
use crate::tidy::yaml::{documents, items, scalar};
use crate::tidy::{Finding, SourceFile};

pub(super) const BASE: &str = "infra/k8s/base";
const WORKLOADS: [&str; 2] = ["Deployment", "StatefulSet"];

/// Reads the Deployments, StatefulSets and Services of the base.
///
/// # Errors
/// If a file is malformed, or a Service names a port that no container has.
pub(super) fn read(files: &[SourceFile]) -> Result<Services, Finding> {
    let base = read_base(files)?;
    let mut services = Services::new();
    for document in of_kinds(&base, &WORKLOADS) {
        let container =
            container(document).ok_or_else(|| refuse(document, "needs one container"))?;
        let image = container.get("image").and_then(Value::as_str);
        let service = Service {
            image: image.unwrap_or_default().to_owned(),
            ports: BTreeSet::new(),
            variables: variables(files, document, container)?,
        };
        services.insert(name(document).to_owned(), service);
    }
    for document in of_kinds(&base, &["Service"]) {
        let workload = of_kinds(&base, &WORKLOADS).find(|it| name(it) == name(document));
        let (Some(workload), Some(service)) = (workload, services.get_mut(name(document))) else {
            return Err(refuse(
                document,
                "belongs to no Deployment or StatefulSet of its name",
            ));
        };
        for port in items(document.get("spec").unwrap_or(&Value::Null), "ports") {
            let port = service_port(port, workload).ok_or_else(|| {
                refuse(
                    document,
                    "has a port that differs from the port of the container",
                )
            })?;
            service.ports.insert(port);
        }
    }
    Ok(services)
}

fn read_base(files: &[SourceFile]) -> Result<Vec<Value>, Finding> {
    let is_in_base = |file: &&SourceFile| {
        file.path.parent() == Some(Path::new(BASE)) && file.has_extension("yaml")
    };
    let mut base = Vec::new();
    for file in files.iter().filter(is_in_base) {
        base.extend(documents(file)?);
    }
    Ok(base)
}

/// Returns the resources of some kinds. Patches, which have the kind of their target, select no pods.
fn of_kinds<'a>(base: &'a [Value], kinds: &'a [&str]) -> impl Iterator<Item = &'a Value> {
    let resources = base.iter().filter(move |document| {
        let kind = document.get("kind").and_then(Value::as_str);
        kinds.iter().any(|it| kind == Some(it))
    });
    resources.filter(|document| document.pointer("/spec/selector").is_some())
}

fn name(document: &Value) -> &str {
    let name = document.pointer("/metadata/name").and_then(Value::as_str);
    name.unwrap_or_default()
}

fn refuse(document: &Value, problem: &str) -> Finding {
    let kind = document.get("kind").and_then(Value::as_str);
    let name = name(document);
    Finding::error(
        BASE,
        format!("{} `{name}` {problem}", kind.unwrap_or_default()),
    )
}

fn container(workload: &Value) -> Option<&Value> {
    let containers = workload.pointer("/spec/template/spec/containers")?;
    match containers.as_array()?.as_slice() {
        [container] => Some(container),
        _ => None,
    }
}

/// Returns the variables of a container. Those of `envFrom` are in the file from which kustomize makes the ConfigMap.
fn variables(
    files: &[SourceFile],
    workload: &Value,
    container: &Value,
) -> Result<BTreeMap<String, String>, Finding> {
    let mut variables = BTreeMap::new();
    for source in items(container, "envFrom") {
        let map = source.pointer("/configMapRef/name").and_then(Value::as_str);
        let file = map.and_then(|map| find(files, &format!("{BASE}/{map}.env")));
        let file = file.ok_or_else(|| refuse(workload, "has variables of an unknown ConfigMap"))?;
        let lines = file.text.lines().filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| line.split_once('='));
        variables.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    for variable in items(container, "env") {
        let text = |key| variable.get(key).and_then(scalar).unwrap_or_default();
        variables.insert(text("name"), text("value"));
    }
    for value in variables.values_mut() {
        if let Some(name) = secret_file(workload, container, value) {
            *value = format!("/run/secrets/{name}");
        }
    }
    Ok(variables)
}

/// Returns the name in compose of the file that a container has from a Secret at a path. There, all secrets are files in one
/// folder: `postgres-password` is the key `password` of `postgres`, and `gateway.toml` is `config.toml` of `gateway`.
fn secret_file(workload: &Value, container: &Value, path: &str) -> Option<String> {
    let (secret, key) = items(container, "volumeMounts").find_map(|mount| {
        let text = |name| mount.get(name).and_then(Value::as_str);
        let below = path.strip_prefix(text("mountPath")?)?;
        let key = match text("subPath") {
            Some(key) => below.is_empty().then_some(key)?,
            None => below.strip_prefix('/')?,
        };
        Some((secret_of(workload, text("name")?)?, key))
    })?;
    Some(match key.strip_prefix("config.") {
        Some(extension) => format!("{secret}.{extension}"),
        None if key.starts_with(secret) => key.to_owned(),
        None => format!("{secret}-{key}"),
    })
}

/// Returns the name of the Secret in a volume.
fn secret_of<'a>(workload: &'a Value, volume: &str) -> Option<&'a str> {
    let pod = workload.pointer("/spec/template/spec")?;
    let mut volumes = items(pod, "volumes");
    let volume = volumes.find(|it| it.get("name").and_then(Value::as_str) == Some(volume))?;
    volume.pointer("/secret/secretName")?.as_str()
}

/// Returns the port of a Service if the port of the container is equal.
fn service_port(port: &Value, workload: &Value) -> Option<u16> {
    let number = port.get("port")?.as_u64()?;
    let target = port.get("targetPort")?;
    let mut ports = items(container(workload)?, "ports");
    let container_port = ports.find(|it| it.get("name") == Some(target));
    let container_port = container_port.and_then(|it| it.get("containerPort"));
    let is_equal = container_port.unwrap_or(target).as_u64() == Some(number);
    is_equal.then(|| u16::try_from(number).ok()).flatten()
}
