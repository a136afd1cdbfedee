use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::credentials::Credentials;

/// Returns a List of the Secrets that the manifests refer to, in the namespace `namespace`.
pub fn kubernetes_secrets(credentials: &Credentials, namespace: &str) -> Value {
    let mut by_name: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for secret in credentials.secrets() {
        let keys = by_name.entry(secret.name).or_default();
        keys.insert(secret.key, secret.content);
    }
    let items: Vec<Value> = by_name
        .into_iter()
        .map(|(name, keys)| {
            json!({
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {
                    "name": name,
                    "namespace": namespace,
                    "labels": {"app.kubernetes.io/part-of": "observatory"},
                },
                "type": "Opaque",
                "stringData": keys,
            })
        })
        .collect();
    json!({"apiVersion": "v1", "kind": "List", "items": items})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Bundle;

    fn names_after(text: &str, marker: &str) -> BTreeSet<String> {
        text.split(marker)
            .skip(1)
            .map(|rest| {
                let end = rest.find([' ', ',', '}', '\n']).unwrap_or(rest.len());
                rest[..end].to_owned()
            })
            .collect()
    }

    #[test]
    fn every_secret_of_the_manifests_exists() {
        let secrets = kubernetes_secrets(&Credentials::generate(), "observatory");
        let items = secrets["items"].as_array().expect("a list");
        let names = items.iter().map(|it| it["metadata"]["name"].as_str());
        let generated: BTreeSet<String> = names.map(|it| it.expect("named").to_owned()).collect();
        let manifests = Bundle::iter().filter(|name| name.starts_with("k8s/base/"));
        let mut expected = BTreeSet::new();
        for name in manifests {
            let file = Bundle::get(&name).expect("listed");
            let text = String::from_utf8_lossy(&file.data).into_owned();
            expected.extend(names_after(&text, "secretName: "));
        }
        assert_eq!(generated, expected);
    }

    #[test]
    fn every_secret_of_compose_exists() {
        let services = Bundle::get("compose/services.yaml").expect("part of the bundle");
        let text = String::from_utf8_lossy(&services.data).into_owned();
        let secrets = Credentials::generate().secrets();
        for secret in &secrets {
            let line = format!("/{}\" }}", secret.file);
            assert!(text.contains(&line), "compose does not use {}", secret.file);
        }
        assert_eq!(
            text.matches("file: \"${ODD_SECRETS_DIR").count(),
            secrets.len()
        );
    }
}
