use serde::{Deserialize, Serialize};

/// A Deployment or StatefulSet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// Its name, which is that of the service.
    pub name: String,
    /// How many pods are ready.
    pub ready: u32,
    /// How many it should have.
    pub desired: u32,
    /// Whether all of them are ready, have the newest version, and no older ones are left.
    pub is_ready: bool,
}

/// The part of the object that is used.
#[derive(Debug, Deserialize)]
pub(super) struct Object {
    metadata: Metadata,
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    generation: u64,
}

#[derive(Debug, Deserialize)]
struct Spec {
    #[serde(default = "one")]
    replicas: u32,
}

const fn one() -> u32 {
    1
}

/// Numbers that are zero are absent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    observed_generation: u64,
    replicas: u32,
    updated_replicas: u32,
    ready_replicas: u32,
}

impl From<Object> for Workload {
    fn from(object: Object) -> Self {
        let (desired, status) = (object.spec.replicas, object.status);
        let numbers = [
            status.replicas,
            status.updated_replicas,
            status.ready_replicas,
        ];
        Self {
            name: object.metadata.name,
            ready: status.ready_replicas,
            desired,
            is_ready: status.observed_generation >= object.metadata.generation
                && numbers == [desired; 3],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(status: &str) -> Workload {
        let json = format!(
            r#"{{"metadata":{{"name":"gateway","generation":2}},"spec":{{"replicas":2}},"status":{status}}}"#
        );
        let object: Object = serde_json::from_str(&json).expect("a Deployment");
        object.into()
    }

    #[test]
    fn rollout_is_complete_without_pods_of_an_older_version() {
        for (status, is_ready) in [
            (
                r#"{"observedGeneration":2,"replicas":2,"updatedReplicas":2,"readyReplicas":2}"#,
                true,
            ),
            (
                r#"{"observedGeneration":2,"replicas":3,"updatedReplicas":2,"readyReplicas":2}"#,
                false,
            ),
            (
                r#"{"observedGeneration":2,"replicas":2,"updatedReplicas":1,"readyReplicas":2}"#,
                false,
            ),
            (
                r#"{"observedGeneration":1,"replicas":2,"updatedReplicas":2,"readyReplicas":2}"#,
                false,
            ),
            ("{}", false),
        ] {
            assert_eq!(workload(status).is_ready, is_ready, "{status}");
        }
    }

    #[test]
    fn numbers_that_are_absent_are_zero() {
        let new = workload("{}");
        assert_eq!((new.ready, new.desired), (0, 2));
    }
}
