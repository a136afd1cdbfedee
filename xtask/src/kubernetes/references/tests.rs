use serde_json::json;

use super::*;

/// Returns a Deployment with this pod, and the ConfigMap `settings`.
fn objects(pod: &Value) -> Vec<Value> {
    vec![
        json!({"kind": "Deployment", "metadata": {"name": "a"}, "spec": {"template": {"spec": pod}}}),
        json!({"kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"file.yml": "ca: /etc/keys/ca.crt"}}),
    ]
}

fn with_secret(pod: &Value, keys: &Value) -> Vec<Value> {
    let mut objects = objects(pod);
    objects.push(json!({"kind": "Secret", "metadata": {"name": "keys"}, "stringData": keys}));
    objects
}

/// A pod that refers to the keys `a` to `f` of the Secret `keys`, each in another way.
fn pod() -> Value {
    json!({
        "volumes": [
            {"name": "keys", "secret": {"secretName": "keys", "items": [{"key": "a", "path": "a"}]}},
            {"name": "more", "projected": {"sources": [{"secret": {"name": "keys", "items": [{"key": "b", "path": "b"}]}}]}},
        ],
        "initContainers": [{
            "name": "i",
            "env": [{"name": "C", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "c"}}}],
        }],
        "containers": [{
            "name": "c",
            "args": ["--secret=/etc/keys/d"],
            "env": [{"name": "E", "value": "file:/etc/keys/e?mode=ro"}],
            "volumeMounts": [
                {"name": "keys", "mountPath": "/etc/keys/"},
                {"name": "keys", "mountPath": "/one", "subPath": "f"},
            ],
        }],
    })
}

const KEYS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[test]
fn present_keys_are_not_missing() {
    let keys: BTreeMap<&str, &str> = KEYS.into_iter().map(|key| (key, "")).collect();
    let objects = with_secret(&pod(), &json!(keys));
    assert_eq!(missing(&objects), Vec::<String>::new());
}

#[test]
fn each_key_that_a_pod_needs_has_to_exist() {
    for absent in KEYS {
        let keys: BTreeMap<&str, &str> = KEYS
            .into_iter()
            .filter(|key| *key != absent)
            .map(|key| (key, ""))
            .collect();
        let missing = missing(&with_secret(&pod(), &json!(keys)));
        assert_eq!(missing.len(), 1, "{missing:?}");
        let expected = format!("deployment/a refers to the key `{absent}` of the Secret `keys`");
        assert!(missing[0].starts_with(&expected), "{missing:?}");
    }
}

#[test]
fn absent_source_is_reported_once_without_keys_and_for_each_key() {
    let pod = json!({"containers": [{"name": "c", "envFrom": [{"secretRef": {"name": "keys"}}]}]});
    let sentence = "deployment/a refers to the Secret `keys`, which does not exist";
    assert_eq!(missing(&objects(&pod)), [sentence]);
}

#[test]
fn optional_source_may_be_absent() {
    let pod = json!({"volumes": [{"name": "v", "secret": {"secretName": "keys", "optional": true}}], "containers": []});
    assert_eq!(missing(&objects(&pod)), Vec::<String>::new());
}

#[test]
fn files_that_a_mounted_config_map_names_are_keys() {
    let pod = json!({
        "volumes": [
            {"name": "keys", "secret": {"secretName": "keys"}},
            {"name": "settings", "configMap": {"name": "settings"}},
        ],
        "containers": [{"name": "c", "volumeMounts": [
            {"name": "keys", "mountPath": "/etc/keys"},
            {"name": "settings", "mountPath": "/etc/settings"},
        ]}],
    });
    assert_eq!(
        missing(&with_secret(&pod, &json!({"ca.crt": ""}))),
        Vec::<String>::new()
    );
    assert!(missing(&with_secret(&pod, &json!({"other": ""})))[0].contains("`ca.crt`"));
}

#[test]
fn names_of_files_end_where_folders_and_patterns_begin() {
    let text = "/x/a.yml,/x/b/c,/x/*.yml,/x/d-*,/y/e";
    assert_eq!(files(text, "/x").collect::<Vec<_>>(), ["a.yml"]);
}

#[test]
fn custom_resources_need_the_keys_of_their_credentials() {
    let credentials = json!({"name": "keys", "key": "token"});
    for spec in [
        json!({"secretTargetRef": [credentials]}),
        json!({"podMetricsEndpoints": [{"authorization": {"credentials": credentials}}]}),
    ] {
        let resource = json!({"kind": "Custom", "metadata": {"name": "a"}, "spec": spec});
        let missing = missing(&[resource]);
        assert_eq!(
            missing,
            ["custom/a refers to the Secret `keys`, which does not exist"]
        );
    }
}
