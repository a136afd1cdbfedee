//! `cluster`, with scripts instead of `docker`, `kind` and `kubectl` that record how they are called.

pub(crate) mod tools;

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use self::tools::{Tools, pod, workload};

const UP: [&str; 4] = ["cluster", "up", "--detach", "--skip-gate"];

fn lines(output: &str) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).expect("a line of JSON");
    output.lines().map(parse).collect()
}

#[test]
fn missing_program_is_named_with_how_to_install_it() {
    for (missing, hint) in [
        ("docker", "https://docs.docker.com/"),
        ("kind", "https://kind.sigs.k8s.io/"),
        ("kubectl", "https://kubernetes.io/docs/tasks/tools/"),
    ] {
        let tools = Tools::new();
        tools.remove(missing);
        let error = tools.run(&UP).expect_error(1);
        let (problem, fix) = error.split_once("hint: install ").expect("a hint");
        assert!(problem.contains("is not installed"), "{error}");
        assert!(problem.to_lowercase().contains(missing), "{error}");
        assert!(fix.contains(hint), "{error}");
    }
}

#[test]
fn engine_that_does_not_answer_is_an_error() {
    let tools = Tools::new();
    tools.script("docker", "echo 'permission denied' >&2; exit 1");
    let error = tools.run(&UP).expect_error(1);
    assert!(error.contains("permission denied"), "{error}");
    assert!(error.contains("hint: start Docker"), "{error}");
}

#[test]
fn new_cluster_gets_images_secrets_and_manifests_in_this_order() {
    let tools = Tools::new();
    tools.has_image("odd-dashboard:dev-1");
    let output = tools
        .run(
            &[
                &UP[..],
                &["--image", "odd-dashboard:dev-1", "--load", "a:1"],
            ]
            .concat(),
        )
        .expect(0);
    let dir = tools.dir();
    let expected = [
        format!(
            "kind create cluster --name observatory --config {dir}/kind.yaml --kubeconfig {dir}/kubeconfig --wait 180s"
        ),
        "kind load docker-image a:1 odd-dashboard:dev-1 --name observatory".to_owned(),
        format!(
            "kubectl apply --server-side --force-conflicts --filename {dir}/infra/k8s/base/namespace.yaml"
        ),
        "kubectl apply --server-side --force-conflicts --filename -".to_owned(),
        format!("kubectl apply --server-side --force-conflicts --kustomize {dir}/overlay"),
    ];
    let changes = tools.calls(&["kind create", "kind load", "kubectl apply"]);
    assert_eq!(changes, expected);
    let events = lines(&output);
    let done: Vec<&str> = events
        .iter()
        .filter(|it| it["event"] == "step" && it["state"] == "done")
        .map(|it| it["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        done,
        ["prerequisites", "cluster", "images", "manifests", "rollout"]
    );
    assert!(events.contains(&json!({"event": "service-ready", "service": "gateway"})));
    assert_eq!(events.last(), Some(&json!({"event": "ready"})));

    let overlay = tools.file("overlay/kustomization.yaml");
    let overlay: Value = serde_json::from_str(&overlay).expect("JSON");
    assert_eq!(overlay["images"][0]["newTag"], "dev-1");
    assert!(
        tools
            .file("kind.yaml")
            .contains("kindest/node:v1.37.0@sha256:")
    );
}

#[test]
fn passwords_are_passed_on_standard_input_alone() {
    let tools = Tools::new();
    tools.run(&UP).expect(0);
    let passwords = tools.file("secrets/passwords.toml");
    let passwords: toml::Table = passwords.parse().expect("TOML");
    let calls = tools.state("calls");
    for (name, password) in &passwords {
        let password = password.as_str().expect("text");
        assert!(!calls.contains(password), "{name}");
    }
    let grafana = passwords["grafana-admin"].as_str().expect("text");
    assert!(tools.state("input").contains(grafana));
}

#[test]
fn second_start_keeps_the_cluster_and_its_passwords() {
    let tools = Tools::new();
    tools.run(&UP).expect(0);
    let passwords = tools.file("secrets/passwords.toml");
    tools.run(&UP).expect(0);
    assert_eq!(tools.calls(&["kind create"]).len(), 1);
    assert_eq!(tools.file("secrets/passwords.toml"), passwords);
}

#[test]
fn cluster_whose_passwords_are_lost_is_not_changed() {
    let tools = Tools::new();
    tools.create_cluster();
    let error = tools.run(&UP).expect_error(1);
    assert!(error.contains("passwords.toml is missing"), "{error}");
    assert!(error.contains("odd-dashboard cluster down"), "{error}");
    assert!(tools.calls(&["kubectl"]).is_empty());
}

#[test]
fn released_image_that_is_not_here_is_left_to_the_node() {
    let tools = Tools::new();
    tools
        .run(&["cluster", "up", "--detach", "--skip-gate"])
        .expect(0);
    assert!(tools.calls(&["kind load"]).is_empty());
    let applied = tools.calls(&["kubectl apply"]);
    assert!(
        applied[2].ends_with("infra/k8s/overlays/kind"),
        "{applied:?}"
    );
}

#[test]
fn image_without_a_version_is_refused() {
    let tools = Tools::new();
    let error = tools
        .run(&["cluster", "up", "--image", "odd-dashboard:latest"])
        .expect_error(2);
    assert!(error.contains("must have a tag"), "{error}");
}

#[test]
fn rollout_that_fails_names_the_pod_its_reason_and_its_log() {
    let tools = Tools::new();
    tools.run(&UP).expect(0);
    tools.objects(&[
        workload("redis", 1, 1),
        workload("gateway", 2, 1),
        pod("gateway-5d4f-x", "CrashLoopBackOff"),
    ]);
    // Without time for a second look.
    let run = tools.run(&[&UP[..], &["--timeout", "1ms"]].concat());
    let events = lines(&run.stdout);
    assert!(events.contains(&json!({"event": "service-ready", "service": "redis"})));
    assert!(!events.contains(&json!({"event": "service-ready", "service": "gateway"})));
    let problem = events.iter().find(|it| it["event"] == "pod-problem");
    assert_eq!(problem.expect("reported")["reason"], "CrashLoopBackOff");
    let error = run.expect_error(1);
    assert!(
        error.contains("the pod gateway-5d4f-x does not start: CrashLoopBackOff"),
        "{error}"
    );
    assert!(error.contains("error: no such database"), "{error}");
    assert!(error.contains("hint: "), "{error}");
    let logs = "kubectl logs --namespace observatory gateway-5d4f-x --container gateway --tail=12 --previous=true";
    assert_eq!(tools.calls(&["kubectl logs"]), [logs]);
}

#[test]
fn manifests_that_are_refused_are_an_error() {
    let tools = Tools::new();
    tools.script("kubectl", "echo 'pods \"x\" is forbidden' >&2; exit 1");
    let error = tools.run(&UP).expect_error(1);
    assert!(error.contains("is forbidden"), "{error}");
}

#[test]
fn pages_are_forwarded_again_after_their_pod_ends_until_the_signal() {
    let tools = Tools::new();
    let mut child = tools
        .command(&["cluster", "up", "--skip-gate"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let mut events = Vec::new();
    for line in output.lines() {
        events.extend(lines(&line.expect("text")));
        if events.last().is_some_and(|it| it["event"] == "ready") {
            break;
        }
    }
    let page = |id: &str| {
        let page = events
            .iter()
            .find(|it| it["event"] == "page" && it["id"] == id);
        page.and_then(|it| it["url"].as_str())
    };
    assert!(page("grafana").is_some_and(|url| url.ends_with("/grafana/")));
    assert_eq!(events.iter().filter(|it| it["event"] == "page").count(), 11);
    // The first forward of the gateway ends at once; the second one opens this file.
    assert_eq!(tools.next_forward(), "gateway\n");
    let forwards = tools.calls(&["kubectl port-forward"]);
    let of_gateway: Vec<_> = forwards
        .iter()
        .filter(|it| it.contains("service/gateway "))
        .collect();
    assert!(of_gateway.len() >= 2, "{forwards:?}");
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).expect("it runs");
    let run: crate::program::Run = child.wait_with_output().expect("it ends").into();
    let message = run.expect_error(0);
    assert!(message.contains("the cluster keeps running"), "{message}");
    assert!(tools.calls(&["kind delete"]).is_empty());
}

#[test]
fn status_is_exit_1_until_everything_is_ready() {
    let tools = Tools::new();
    let text = tools.run(&["cluster", "status"]).expect(1);
    assert!(text.contains("There is no cluster `observatory`"), "{text}");
    tools.create_cluster();
    let text = tools.run(&["cluster", "status"]).expect(0);
    assert!(text.contains("gateway"), "{text}");
    tools.objects(&[
        workload("gateway", 2, 1),
        pod("gateway-5d4f-x", "ImagePullBackOff"),
    ]);
    let status = tools.run(&["cluster", "status", "-o", "json"]).expect(1);
    let status: Value = serde_json::from_str(&status).expect("JSON");
    assert_eq!(status["isReady"], false);
    assert_eq!(status["nodes"][0]["isReady"], true);
    let gateway = json!({"name": "gateway", "ready": 1, "desired": 2, "isReady": false});
    assert_eq!(status["services"], json!([gateway]));
    assert_eq!(status["problems"][0]["reason"], "ImagePullBackOff");
}

#[test]
fn down_deletes_the_cluster_and_its_passwords_after_a_confirmation() {
    let tools = Tools::new();
    let message = tools.run(&["cluster", "down"]).expect_error(0);
    assert!(message.contains("nothing to delete"), "{message}");
    tools.run(&UP).expect(0);
    let error = tools.run(&["cluster", "down"]).expect_error(2);
    assert!(error.contains("confirm it with --yes"), "{error}");
    assert!(tools.calls(&["kind delete"]).is_empty());
    tools.run(&["cluster", "down", "--yes"]).expect(0);
    assert_eq!(tools.calls(&["kind delete"]).len(), 1);
    assert!(!std::path::Path::new(&tools.dir()).exists());
}
