//! The overlay `kind` on a real node: its pods become ready, its Services lead to them, and a restart loses no request.
//!
//! Containers whose image is not given run another program: users, file systems, volumes, probes and shutdown are those of
//! the manifests. With the images of the observatory, it has to pass the gate.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::interrupt;
use crate::kubernetes::{
    Images, Kubectl, NODE, NODE_ADDRESS, Node, STAND_IN, dns_policy, elements, host_name, label,
    namespace, parse, replace_programs, secrets, text, volumes,
};
use crate::suites::kubernetes_observatory::Observatory;
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

const OVERLAY: &str = "infra/k8s/overlays/kind";
/// Restarted while requests arrive.
const RESTARTED: &str = "gateway";
/// Links between pods, and whether a policy admits them. The first pods run the program that connects.
const LINKS: [(&str, &str, bool); 6] = [
    ("pgadmin", "postgres:5432", true),
    ("pgadmin", "redis:6379", false),
    ("redisinsight", "redis:6379", true),
    ("redisinsight", "postgres:5432", false),
    ("grafana", "prometheus:9090", true),
    ("grafana", "gateway:3000", false),
];
const LIMIT: &str = "--timeout=300s";

/// Returns the number of objects that work. `images` is an archive that `docker save` writes.
pub(crate) fn run(workspace: &Workspace, images: Option<&Path>) -> anyhow::Result<Count> {
    interrupt::catch()?;
    let images = images.map(Images::read).transpose()?;
    let binary = workspace.built(Profile::DEV)?;
    let node = Node::start(workspace, images.as_ref())?;
    let kubectl = &node.control_plane.kubectl;
    let folder = workspace.root.join(OVERLAY);
    let mut objects = parse(&kubectl.run(&["kustomize", &folder.to_string_lossy()])?)?;
    let namespace = namespace(&objects)?.to_owned();
    let folder = node.folder().join("secrets");
    objects.extend(secrets(&binary, &folder, &namespace)?);
    objects.push(dns_policy(&namespace, &NODE_ADDRESS.to_string()));
    let claims = node.folder().join("claims");
    let volumes = volumes(&objects, NODE, &claims.to_string_lossy());
    for volume in &volumes {
        if let Some(path) = volume["spec"]["local"]["path"].as_str() {
            fs::create_dir_all(path)?;
            // Storage belongs to root, and becomes that of the group that the pod names.
            fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
        }
    }
    let kept = images.map(|images| images.names).unwrap_or_default();
    replace_programs(&mut objects, &kept);
    for applied in [&volumes, &objects] {
        let answer = kubectl.apply(applied)?;
        ensure!(
            answer.success,
            "the manifests are refused:\n{}",
            answer.errors
        );
    }
    let mut passed = await_workloads(kubectl, &namespace, &objects)?;
    passed += check_services(&node, &namespace)?;
    check_policies(kubectl, &namespace)?;
    passed += LINKS.len();
    if kept.is_empty() {
        restart(&node, &namespace)?;
        passed += 1;
    } else {
        let observatory = Observatory {
            client: &node.client,
            kubectl,
            folder: node.folder(),
            namespace: &namespace,
            binary: &binary,
            token: folder.join("admin-token"),
        };
        observatory.pass_gate(&workspace.scratch("kubernetes-gate")?)?;
        observatory.restart_under_load()?;
        passed += 2;
    }
    Ok(Count { passed, failed: 0 })
}

/// Waits until every Deployment and StatefulSet runs its pods. Returns their number.
fn await_workloads(kubectl: &Kubectl, namespace: &str, objects: &[Value]) -> anyhow::Result<usize> {
    let kinds = ["Deployment", "StatefulSet"];
    let mut passed = 0;
    for object in objects
        .iter()
        .filter(|object| kinds.contains(&text(&object["kind"])))
    {
        let label = label(object);
        interrupt::check()?;
        let answer = kubectl.ask(&["-n", namespace, "rollout", "status", &label, LIMIT])?;
        if !answer.success {
            let pods = kubectl.run(&["-n", namespace, "get", "pods", "-o", "wide"])?;
            let events = kubectl.run(&[
                "-n",
                namespace,
                "get",
                "events",
                "--field-selector=type=Warning",
            ])?;
            let logs = kubectl.ask(&["-n", namespace, "logs", &label, "--tail=20"])?;
            bail!(
                "{label} does not run: {}\n{pods}\n{events}\n{}{}",
                answer.errors,
                logs.output,
                logs.errors
            );
        }
        println!("{label} runs");
        passed += 1;
    }
    Ok(passed)
}

/// Checks that each port of each Service is answered by a pod of its own. Returns the number of ports.
fn check_services(node: &Node, namespace: &str) -> anyhow::Result<usize> {
    let kubectl = &node.control_plane.kubectl;
    let list = |kind: &str| -> anyhow::Result<Value> {
        let text = kubectl.run(&["-n", namespace, "get", kind, "-o", "json"])?;
        serde_json::from_str(&text).context("kubectl printed no JSON")
    };
    let (services, pods) = (list("services")?, list("pods")?);
    let mut passed = 0;
    for service in elements(&services["items"]) {
        let label = label(service);
        let selector = service["spec"]["selector"].as_object();
        let selector = selector.with_context(|| format!("{label} has no selector"))?;
        let selected: Vec<&Value> = elements(&pods["items"])
            .filter(|pod| {
                selector
                    .iter()
                    .all(|(name, value)| pod["metadata"]["labels"][name] == *value)
            })
            .collect();
        let pod = selected
            .first()
            .with_context(|| format!("{label} has no pod"))?;
        let name = text(&service["metadata"]["name"]);
        let host = host_name(name, namespace);
        let is_replaced = pod["spec"]["containers"][0]["image"] == STAND_IN;
        for port in elements(&service["spec"]["ports"]) {
            let address = format!("{host}:{}", port["port"]);
            if is_replaced {
                let answer = node.client.get(&format!("http://{address}/"))?;
                let is_selected = selected
                    .iter()
                    .any(|pod| pod["metadata"]["name"] == answer.as_str());
                ensure!(is_selected, "{address} leads to `{answer}`");
            } else {
                node.client.connect(&address)?;
            }
            passed += 1;
        }
        println!("{label} leads to {} pods", selected.len());
    }
    Ok(passed)
}

/// Checks that policies admit and refuse connections between pods.
fn check_policies(kubectl: &Kubectl, namespace: &str) -> anyhow::Result<()> {
    for (from, to, is_allowed) in LINKS {
        let pod = format!("{from}-0");
        let connect = ["/stand-in", "connect", to];
        let arguments = [&["-n", namespace, "exec", &pod, "--"], &connect[..]].concat();
        let answer = kubectl.ask(&arguments)?;
        ensure!(
            answer.success == is_allowed,
            "{from} {} connect to {to}: {}",
            if answer.success { "can" } else { "cannot" },
            answer.errors
        );
        // Neither an error of DNS nor one of kubectl.
        ensure!(
            is_allowed
                || ["refused", "timeout"]
                    .iter()
                    .any(|it| answer.errors.contains(it)),
            "{from} does not reach {to} for another reason than a policy: {}",
            answer.errors
        );
    }
    println!("network policies admit and refuse connections");
    Ok(())
}

/// Restarts the pods of a Deployment one after the other. Every request to its Service is answered meanwhile.
fn restart(node: &Node, namespace: &str) -> anyhow::Result<()> {
    let kubectl = &node.control_plane.kubectl;
    let url = format!("http://{}:3000/", host_name(RESTARTED, namespace));
    let client = &node.client;
    let has_ended = AtomicBool::new(false);
    let requests = thread::scope(|scope| {
        let requests = scope.spawn(|| -> anyhow::Result<usize> {
            let mut answered = 0;
            while !has_ended.load(Ordering::SeqCst) {
                client
                    .get(&url)
                    .with_context(|| format!("after {answered} requests"))?;
                answered += 1;
            }
            Ok(answered)
        });
        let deployment = format!("deployment/{RESTARTED}");
        let restarted = kubectl
            .run(&["-n", namespace, "rollout", "restart", &deployment])
            .and_then(|_| kubectl.run(&["-n", namespace, "rollout", "status", &deployment, LIMIT]));
        has_ended.store(true, Ordering::SeqCst);
        restarted?;
        requests
            .join()
            .map_err(|_| anyhow::anyhow!("the requests panicked"))?
    });
    let requests =
        requests.with_context(|| format!("a request fails while {RESTARTED} restarts"))?;
    ensure!(requests > 0, "no request was sent during the restart");
    println!("deployment/{RESTARTED} restarted; {requests} requests were answered");
    Ok(())
}
