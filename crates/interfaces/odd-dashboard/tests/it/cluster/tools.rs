use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::program::{Run, program, run, write_script};

/// The search path has nothing but the programs below, so the scripts name others with their path.
const DOCKER: &str = r#"echo "docker $*" >> "$STATE/calls"
case "$1" in
image) [ "$5" = "$(/bin/cat "$STATE/image")" ] ;;
esac"#;

const KIND: &str = r#"echo "kind $*" >> "$STATE/calls"
case "$1 $2" in
"get clusters") [ ! -e "$STATE/cluster" ] || echo observatory ;;
"create cluster") : > "$STATE/cluster" ;;
"delete cluster") /bin/rm "$STATE/cluster" ;;
esac"#;

/// The first forward of the gateway ends as soon as it was opened. Every later one tells the test. A file with the port of a
/// service tells where that is forwarded to.
const KUBECTL: &str = r#"shift 4
echo "kubectl $*" >> "$STATE/calls"
case "$1 $2" in
"apply --server-side") [ "$5" != - ] || /bin/cat > "$STATE/input" ;;
"get nodes") /bin/cat "$STATE/nodes" ;;
get*) /bin/cat "$STATE/objects" ;;
logs*) echo "error: no such database" ;;
port-forward*)
    local="${7%%:*}" port="${7##*:}"
    [ ! -e "$STATE/$port" ] || read -r local < "$STATE/$port"
    echo "Forwarding from 127.0.0.1:${local:-49000} -> $port"
    if [ "$6" = service/gateway ]; then
        if [ ! -e "$STATE/forwarded" ]; then : > "$STATE/forwarded"; exit 1; fi
        echo gateway > "$STATE/again"
    fi
    exec /bin/sleep 600 ;;
esac"#;

/// Scripts instead of the programs that control a cluster, and what they remember.
pub(crate) struct Tools {
    root: tempfile::TempDir,
}

impl Tools {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("a directory");
        let tools = Self { root };
        for dir in ["bin", "state"] {
            std::fs::create_dir(tools.path(dir)).expect("created");
        }
        for (name, script) in [("docker", DOCKER), ("kind", KIND), ("kubectl", KUBECTL)] {
            tools.script(name, script);
        }
        tools.remember("calls", "");
        tools.has_image("");
        let ready = json!({"type": "Ready", "status": "True"});
        let node = json!({"metadata": {"name": "node"}, "status": {"conditions": [ready]}});
        tools.remember("nodes", &json!({"items": [node]}).to_string());
        tools.objects(&[workload("gateway", 2, 2), workload("redis", 1, 1)]);
        let pipe = tools.path("state/again");
        let made = Command::new("mkfifo").arg(pipe).status();
        assert!(made.is_ok_and(|status| status.success()));
        tools
    }

    pub(crate) fn script(&self, name: &str, script: &str) {
        write_script(&self.path("bin").join(name), script);
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.path("bin").join(name)).expect("it exists");
    }

    /// What the cluster has from now on.
    pub(crate) fn objects(&self, items: &[Value]) {
        self.remember("objects", &json!({"items": items}).to_string());
    }

    /// The image that the local engine has.
    pub(crate) fn has_image(&self, image: &str) {
        self.remember("image", image);
    }

    pub(crate) fn create_cluster(&self) {
        self.remember("cluster", "");
    }

    /// What answers in the place of a service with this port.
    pub(crate) fn forward(&self, port: u16, url: &str) {
        let (_, local) = url.trim_end_matches('/').rsplit_once(':').expect("a port");
        self.remember(&port.to_string(), &format!("{local}\n"));
    }

    /// Chooses a password of the cluster.
    pub(crate) fn choose_password(&self, name: &str, password: &str) {
        let dir = self.path("data/kubernetes/observatory/secrets");
        let created = DirBuilder::new().recursive(true).mode(0o700).create(&dir);
        created.expect("created");
        let text = format!("{name} = '{password}'\n");
        std::fs::write(dir.join("passwords.toml"), text).expect("written");
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = program();
        self.provide(command.args(args));
        command
    }

    /// Lets a program find the scripts and nothing else.
    pub(crate) fn provide(&self, command: &mut Command) {
        command
            .env("PATH", self.path("bin"))
            .env("STATE", self.path("state"))
            .env("ODD_DATA_DIR", self.path("data"));
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        run(&mut self.command(args))
    }

    /// Returns the calls that begin with one of these words.
    pub(crate) fn calls(&self, beginnings: &[&str]) -> Vec<String> {
        let calls = self.state("calls");
        let is_wanted = |call: &&str| beginnings.iter().any(|it| call.starts_with(it));
        calls.lines().filter(is_wanted).map(str::to_owned).collect()
    }

    /// Waits until the gateway is forwarded again.
    pub(crate) fn next_forward(&self) -> String {
        self.state("again")
    }

    pub(crate) fn state(&self, name: &str) -> String {
        std::fs::read_to_string(self.path("state").join(name)).expect(name)
    }

    /// Reads a file of the cluster.
    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(format!("{}/{name}", self.dir())).expect(name)
    }

    /// The directory of the cluster's files.
    pub(crate) fn dir(&self) -> String {
        let dir = self.path("data/kubernetes/observatory");
        dir.to_str().expect("text").to_owned()
    }

    /// Replaces a file, which a script may read meanwhile.
    fn remember(&self, name: &str, text: &str) {
        let file = self.path("new");
        std::fs::write(&file, text).expect("written");
        std::fs::rename(file, self.path("state").join(name)).expect("renamed");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }
}

pub(crate) fn workload(name: &str, desired: u32, ready: u32) -> Value {
    json!({
        "kind": "Deployment",
        "metadata": {"name": name, "generation": 1},
        "spec": {"replicas": desired},
        "status": {"observedGeneration": 1, "replicas": desired, "updatedReplicas": desired, "readyReplicas": ready},
    })
}

pub(crate) fn pod(name: &str, reason: &str) -> Value {
    let container = json!({
        "name": "gateway",
        "state": {"waiting": {"reason": reason, "message": "back-off"}},
        "lastState": {"terminated": {"exitCode": 78, "reason": "Error"}},
    });
    json!({
        "kind": "Pod",
        "metadata": {"name": name},
        "status": {"phase": "Running", "containerStatuses": [container]},
    })
}
