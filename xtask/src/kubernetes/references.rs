//! The keys of Secrets and ConfigMaps that pods and custom resources need. The API server accepts pods whose keys do not
//! exist: they never start.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::manifests::{containers, elements, label, template, text};

/// The name of a Secret or ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Source {
    kind: &'static str,
    name: String,
}

/// A source that a pod needs, and the key in it, unless all keys are used.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reference {
    user: String,
    source: Source,
    key: Option<String>,
}

/// Returns a sentence for each source and key that an object refers to and that is not one of the objects.
pub(crate) fn missing(objects: &[Value]) -> Vec<String> {
    let present = keys(objects);
    let sentence = |reference: Reference| {
        let Reference { user, source, key } = reference;
        let Source { kind, name } = &source;
        match (present.get(&source), key) {
            (None, _) => Some(format!(
                "{user} refers to the {kind} `{name}`, which does not exist"
            )),
            (Some(keys), Some(key)) if !keys.contains(&key) => Some(format!(
                "{user} refers to the key `{key}` of the {kind} `{name}`, which has the keys {keys:?}"
            )),
            _ => None,
        }
    };
    references(objects)
        .into_iter()
        .filter_map(sentence)
        .collect()
}

const SECRET: &str = "Secret";
const CONFIG_MAP: &str = "ConfigMap";

/// Returns the keys of every Secret and ConfigMap.
fn keys(objects: &[Value]) -> BTreeMap<Source, BTreeSet<String>> {
    let entry = |object: &Value| {
        let kind = [SECRET, CONFIG_MAP]
            .into_iter()
            .find(|kind| object["kind"] == *kind)?;
        let fields = ["data", "stringData", "binaryData"];
        let maps = fields.iter().filter_map(|field| object[field].as_object());
        let source = Source {
            kind,
            name: text(&object["metadata"]["name"]).to_owned(),
        };
        Some((source, maps.flat_map(|map| map.keys().cloned()).collect()))
    };
    objects.iter().filter_map(entry).collect()
}

/// Returns the references of all pods and custom resources, without those that are optional.
fn references(objects: &[Value]) -> BTreeSet<Reference> {
    let mut references = BTreeSet::new();
    for object in objects {
        let mut found = Vec::new();
        match template(object) {
            Some(template) => of_pod(&template["spec"], objects, &mut found),
            None => of_custom_resource(&object["spec"], &mut found),
        }
        let user = label(object);
        references.extend(found.into_iter().map(|(source, key)| Reference {
            user: user.clone(),
            source,
            key,
        }));
    }
    references
}

type Found = Vec<(Source, Option<String>)>;

fn of_pod(pod: &Value, objects: &[Value], found: &mut Found) {
    let mut volumes = BTreeMap::new();
    for volume in elements(&pod["volumes"]) {
        for projection in elements(&volume["projected"]["sources"]).chain([volume]) {
            let Some(source) = source(projection, ["secret", "configMap"]) else {
                continue;
            };
            found.push((source.clone(), None));
            let items = ["secret", "configMap"].map(|kind| &projection[kind]["items"]);
            for item in items.into_iter().flat_map(elements) {
                found.push((source.clone(), Some(text(&item["key"]).to_owned())));
            }
            volumes.insert(text(&volume["name"]), source);
        }
    }
    for secret in elements(&pod["imagePullSecrets"]) {
        found.extend(named(SECRET, secret).map(|source| (source, None)));
    }
    for container in containers(pod) {
        of_container(container, &volumes, objects, found);
    }
}

/// KEDA's TriggerAuthentication and the monitors of the Prometheus Operator.
fn of_custom_resource(spec: &Value, found: &mut Found) {
    let endpoints = ["endpoints", "podMetricsEndpoints"].map(|field| &spec[field]);
    let credentials = endpoints
        .into_iter()
        .flat_map(elements)
        .map(|endpoint| &endpoint["authorization"]["credentials"]);
    for secret in elements(&spec["secretTargetRef"]).chain(credentials) {
        let key = secret["key"].as_str().map(str::to_owned);
        found.extend(named(SECRET, secret).map(|source| (source, key)));
    }
}

fn of_container(
    container: &Value,
    volumes: &BTreeMap<&str, Source>,
    objects: &[Value],
    found: &mut Found,
) {
    let mut texts: Vec<&str> = Vec::new();
    for variable in elements(&container["env"]) {
        texts.push(text(&variable["value"]));
        let value = &variable["valueFrom"];
        let Some(source) = source(value, ["secretKeyRef", "configMapKeyRef"]) else {
            continue;
        };
        let mut keys = ["secretKeyRef", "configMapKeyRef"]
            .map(|kind| &value[kind]["key"])
            .into_iter();
        let key = keys.find_map(|key| key.as_str()).map(str::to_owned);
        found.push((source, key));
    }
    let everything = elements(&container["envFrom"])
        .filter_map(|from| source(from, ["secretRef", "configMapRef"]));
    let mut read: Vec<Source> = everything.collect();
    found.extend(read.iter().map(|source| (source.clone(), None)));
    let mounts: Vec<(&Value, &Source)> = elements(&container["volumeMounts"])
        .filter_map(|mount| Some((mount, volumes.get(text(&mount["name"]))?)))
        .collect();
    read.extend(mounts.iter().map(|(_, source)| (*source).clone()));
    texts.extend(
        ["command", "args"]
            .iter()
            .flat_map(|field| elements(&container[field]).map(text)),
    );
    texts.extend(
        objects
            .iter()
            .filter(|object| read.iter().any(|source| is(object, source)))
            .flat_map(values),
    );
    for (mount, source) in mounts {
        match mount["subPath"].as_str() {
            Some(key) => found.push((source.clone(), Some(key.to_owned()))),
            None => {
                let files = texts
                    .iter()
                    .flat_map(|text| files(text, self::text(&mount["mountPath"])));
                found.extend(files.map(|file| (source.clone(), Some(file.to_owned()))));
            }
        }
    }
}

/// Returns the files below a folder that a text names.
fn files<'a>(text: &'a str, folder: &str) -> impl Iterator<Item = &'a str> {
    let folder = format!("{}/", folder.trim_end_matches('/'));
    let starts: Vec<usize> = text
        .match_indices(&folder)
        .map(|(start, folder)| start + folder.len())
        .collect();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    starts.into_iter().filter_map(move |start| {
        let rest = &text[start..];
        let end = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
        let is_whole = end > 0 && !rest[end..].starts_with(['/', '*']);
        is_whole.then_some(&rest[..end])
    })
}

/// Returns the Secret or ConfigMap that one of the two fields names, unless it is optional.
fn source(value: &Value, fields: [&str; 2]) -> Option<Source> {
    let kinds = [SECRET, CONFIG_MAP];
    let mut fields = kinds.into_iter().zip(fields);
    fields.find_map(|(kind, field)| named(kind, value.get(field)?))
}

fn named(kind: &'static str, value: &Value) -> Option<Source> {
    let name = value["name"].as_str().or(value["secretName"].as_str())?;
    let is_optional = value["optional"] == true;
    (!is_optional).then(|| Source {
        kind,
        name: name.to_owned(),
    })
}

fn is(object: &Value, source: &Source) -> bool {
    object["kind"] == source.kind && object["metadata"]["name"] == source.name
}

/// Returns the values of a ConfigMap, which may name files.
fn values(object: &Value) -> impl Iterator<Item = &str> {
    let data = object["data"].as_object().into_iter();
    let is_readable = object["kind"] == CONFIG_MAP;
    data.flat_map(|data| data.values())
        .filter(move |_| is_readable)
        .map(text)
}

#[cfg(test)]
mod tests;
