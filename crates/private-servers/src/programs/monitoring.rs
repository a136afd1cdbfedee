//! The programs of Prometheus and Alertmanager: each has a server and a tool that checks its files.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::go_source::GoSource;
use super::tools;
use crate::process::{Invocation, run};
use crate::search_path::in_path;

pub(super) const PROMETHEUS: &str = "prometheus";
pub(super) const PROMTOOL: &str = "promtool";
const ALERTMANAGER: &str = "alertmanager";
pub(super) const AMTOOL: &str = "amtool";

/// Prometheus 3.16 with the service discovery of Kubernetes; the others take most of the build time. Without its web
/// interface, which needs Node.js to build.
pub(super) const PROMETHEUS_SOURCE: GoSource = GoSource {
    module: "github.com/prometheus/prometheus",
    version: "v0.316.0",
    programs: &[PROMETHEUS, PROMTOOL],
    tags: "remove_all_sd,enable_dns_sd,enable_kubernetes_sd",
    version_variable: "github.com/prometheus/common/version.Version",
    generated: &[],
};

/// Alertmanager with a page instead of its web interface, which needs Node.js to build.
pub(super) const ALERTMANAGER_SOURCE: GoSource = GoSource {
    module: "github.com/prometheus/alertmanager",
    version: "v0.35.0",
    programs: &[ALERTMANAGER, AMTOOL],
    tags: "",
    version_variable: "github.com/prometheus/common/version.Version",
    generated: &[
        ("ui/app/dist/elm/index.html", PAGE),
        ("ui/app/dist/mantine/index.html", PAGE),
    ],
};

const PAGE: &str = "<!doctype html>\n\
    <title>Alertmanager</title>\n\
    <p>This Alertmanager was built without its web interface. Its API is at /api/v2/.</p>\n";

/// Returns the path of `alertmanager`, which Debian calls `prometheus-alertmanager`.
pub(super) fn find_alertmanager() -> Option<PathBuf> {
    find(ALERTMANAGER).or_else(|| in_path("prometheus-alertmanager"))
}

/// Returns the path of a `promtool` that knows Kubernetes.
pub(super) fn find_kubernetes_promtool() -> Option<PathBuf> {
    let installed = [in_path(PROMTOOL), tools::program(PROMTOOL)];
    let mut installed = installed.into_iter().flatten();
    installed.find(|promtool| knows_kubernetes(promtool).unwrap_or(false))
}

fn knows_kubernetes(promtool: &Path) -> std::io::Result<bool> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(b"scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}]}]")?;
    let mut check = Command::new(promtool);
    check
        .args(["check", "config", "--syntax-only"])
        .arg(file.path());
    Ok(run(&Invocation::new(PROMTOOL), check).is_ok())
}

/// Returns the path of a program.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    in_path(name).or_else(|| tools::program(name))
}
