//! Changes of an accepted pod that the API server refuses, with the reason. They show that it checks at all.

use serde_json::{Value, json};

use crate::kubernetes::Kubectl;

/// A change of a pod, and what the server says about it.
struct Refusal {
    name: &'static str,
    change: fn(&mut Value),
    reason: &'static str,
}

const REFUSALS: [Refusal; 7] = [
    Refusal {
        name: "privileged",
        change: |pod| {
            let context = &mut pod["spec"]["containers"][0]["securityContext"];
            context["privileged"] = true.into();
            // The two contradict each other otherwise.
            context["allowPrivilegeEscalation"] = true.into();
        },
        reason: "securityContext.privileged=true",
    },
    Refusal {
        name: "network of the node",
        change: |pod| pod["spec"]["hostNetwork"] = true.into(),
        reason: "hostNetwork=true",
    },
    Refusal {
        name: "root",
        change: |pod| pod["spec"]["securityContext"]["runAsNonRoot"] = false.into(),
        reason: "runAsNonRoot != true",
    },
    Refusal {
        name: "capabilities",
        change: |pod| {
            pod["spec"]["containers"][0]["securityContext"]["capabilities"] = json!({});
        },
        reason: "securityContext.capabilities.drop=[\"ALL\"]",
    },
    Refusal {
        name: "no seccomp profile",
        change: |pod| {
            pod["spec"]["securityContext"]["seccompProfile"] = json!({"type": "Unconfined"});
        },
        reason: "seccompProfile.type",
    },
    Refusal {
        name: "folder of the node",
        change: |pod| {
            pod["spec"]["volumes"] = json!([{"name": "node", "hostPath": {"path": "/"}}]);
            pod["spec"]["containers"][0]["volumeMounts"] =
                json!([{"name": "node", "mountPath": "/node"}]);
        },
        reason: "restricted volume types",
    },
    Refusal {
        name: "unknown field",
        change: |pod| pod["spec"]["restartPolicie"] = "Always".into(),
        reason: "unknown field \"spec.restartPolicie\"",
    },
];

/// The number of changes.
pub(super) const COUNT: usize = REFUSALS.len();

/// Returns a sentence for each change of `pod`, which the server accepts, that it does not refuse.
pub(super) fn check(kubectl: &Kubectl, pod: &Value) -> anyhow::Result<Vec<String>> {
    let mut failures = Vec::new();
    for refusal in &REFUSALS {
        let mut pod = pod.clone();
        (refusal.change)(&mut pod);
        let answer = kubectl.try_create(&[pod])?;
        failures.extend(mismatch(refusal, answer.success, &answer.errors));
    }
    Ok(failures)
}

/// Returns a sentence unless the server refused the change for its reason.
fn mismatch(refusal: &Refusal, success: bool, errors: &str) -> Option<String> {
    let Refusal { name, reason, .. } = refusal;
    if success {
        return Some(format!("the pod with the change `{name}` was accepted"));
    }
    let is_named = errors.contains(reason);
    (!is_named).then(|| {
        format!("the pod with the change `{name}` was refused without `{reason}`: {errors}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_has_to_be_refused_for_its_own_reason() {
        let refusal = &REFUSALS[1];
        assert_eq!(
            mismatch(refusal, false, "host namespaces (hostNetwork=true)"),
            None
        );
        let accepted = mismatch(refusal, true, "").expect("a failure");
        assert!(accepted.contains("was accepted"), "{accepted}");
        let unrelated = mismatch(refusal, false, "connection refused").expect("a failure");
        assert!(unrelated.contains("connection refused"), "{unrelated}");
    }
}
