//! The plugin that exports metrics of the node in the format of Prometheus. RabbitMQ contains it; installations that leave
//! it out get a node without metrics, because everything else works without them.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const NAME: &str = "rabbitmq_prometheus";

/// Returns `true` if the installation with this folder of programs contains the plugin, as a folder or as an archive with
/// its version in the name.
pub(super) fn is_installed(programs: &Path) -> bool {
    let Some(folder) = folder(programs) else {
        return false;
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.any(|name| {
        let rest = name.strip_prefix(NAME);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    })
}

/// Returns the folder of plugins, which is next to that of the scripts. Packages install links to the scripts elsewhere.
fn folder(programs: &Path) -> Option<PathBuf> {
    let script = fs::canonicalize(programs.join("rabbitmq-server")).ok()?;
    Some(script.parent()?.parent()?.join("plugins"))
}

/// Returns the list of enabled plugins, as an Erlang term.
pub(super) fn enabled(metrics: Option<SocketAddr>) -> String {
    let name = metrics.map_or("", |_| NAME);
    format!("[{name}].\n")
}

/// Returns the settings of the plugin.
pub(super) fn settings(address: SocketAddr) -> [(String, String); 3] {
    [
        ("prometheus.tcp.ip".into(), address.ip().to_string()),
        ("prometheus.tcp.port".into(), address.port().to_string()),
        // Otherwise the node also aggregates metrics for the web interface, which nothing reads.
        (
            "management_agent.disable_metrics_collector".into(),
            "true".into(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn plugin_is_found_next_to_the_scripts_that_links_lead_to() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        let (sbin, plugins) = (root.join("lib/sbin"), root.join("lib/plugins"));
        let bin = root.join("bin");
        for folder in [&sbin, &plugins, &bin] {
            fs::create_dir_all(folder).expect("writable");
        }
        fs::write(sbin.join("rabbitmq-server"), "").expect("writable");
        symlink(sbin.join("rabbitmq-server"), bin.join("rabbitmq-server")).expect("writable");
        fs::write(plugins.join("rabbitmq_prometheus_other-1.ez"), "").expect("writable");
        assert!(!is_installed(&bin));
        fs::write(plugins.join("rabbitmq_prometheus-3.10.8.ez"), "").expect("writable");
        assert!(is_installed(&bin) && is_installed(&sbin));
        assert!(!is_installed(root));
    }
}
