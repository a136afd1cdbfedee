use serde::Deserialize;

use super::{PodProblem, Workload, pod, workload};

/// What runs in the cluster at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Every Deployment and StatefulSet, by name.
    pub workloads: Vec<Workload>,
    /// The pods that have a problem.
    pub problems: Vec<PodProblem>,
}

/// The answer of `kubectl get`.
#[derive(Debug, Deserialize)]
pub(super) struct List {
    items: Vec<Object>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind")]
enum Object {
    Deployment(workload::Object),
    StatefulSet(workload::Object),
    Pod(pod::Object),
}

impl Snapshot {
    /// Returns `true` if the rollout is complete.
    pub fn is_ready(&self) -> bool {
        !self.workloads.is_empty() && self.workloads.iter().all(|it| it.is_ready)
    }

    /// Returns the names of the workloads that are not ready.
    pub(super) fn waiting(&self) -> Vec<&str> {
        let waiting = self.workloads.iter().filter(|it| !it.is_ready);
        waiting.map(|it| it.name.as_str()).collect()
    }
}

impl From<List> for Snapshot {
    fn from(list: List) -> Self {
        let mut snapshot = Self::default();
        for object in list.items {
            match object {
                Object::Deployment(object) | Object::StatefulSet(object) => {
                    snapshot.workloads.push(object.into());
                }
                Object::Pod(object) => snapshot.problems.extend(object.problem()),
            }
        }
        snapshot.workloads.sort_by(|a, b| a.name.cmp(&b.name));
        snapshot.problems.sort_by(|a, b| a.pod.cmp(&b.pod));
        snapshot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_list_has_workloads_and_pods() {
        let list: List = serde_json::from_str(
            r#"{"items":[
                {"kind":"StatefulSet","metadata":{"name":"redis"},"spec":{},"status":{"replicas":1,"updatedReplicas":1,"readyReplicas":1}},
                {"kind":"Deployment","metadata":{"name":"gateway"},"spec":{}},
                {"kind":"Pod","metadata":{"name":"gateway-1"},"status":{"containerStatuses":[
                    {"name":"gateway","state":{"waiting":{"reason":"ErrImagePull"}}}]}}]}"#,
        )
        .expect("a list");
        let snapshot = Snapshot::from(list);
        assert_eq!(snapshot.waiting(), ["gateway"]);
        assert_eq!(snapshot.problems[0].reason, "ErrImagePull");
        assert!(!snapshot.is_ready());
        // Before anything was applied, nothing is ready.
        assert!(!Snapshot::default().is_ready());
    }
}
