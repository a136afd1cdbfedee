use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use odd_testkit::private_servers::{Alertmanager, DataRoot, Prometheus, PrometheusOptions};

use crate::program::{Run, run};
use crate::up::Up;

/// An embedded observatory whose alerts come from an Alertmanager, which Prometheus sends them to.
pub(crate) struct Stack {
    pub(crate) up: Up,
    pub(crate) prometheus: Prometheus,
    pub(crate) alertmanager: Alertmanager,
    dir: tempfile::TempDir,
    /// Removed after the servers have stopped.
    _root: DataRoot,
}

/// What Prometheus does with the observatory.
pub(crate) struct Scraping {
    /// The roles that it scrapes.
    pub(crate) roles: &'static [&'static str],
    /// Whether it evaluates the alert rules.
    pub(crate) has_rules: bool,
}

const ROLES: [&str; 5] = [
    "gateway",
    "processor",
    "metrics-engine",
    "read-model",
    "web",
];

impl Scraping {
    pub(crate) const COMPLETE: Self = Self {
        roles: &ROLES,
        has_rules: true,
    };
}

impl Stack {
    pub(crate) fn start() -> Self {
        Self::with(&Scraping::COMPLETE)
    }

    /// Starts Alertmanager, the observatory and Prometheus, in this order: each needs the URL of the one before.
    pub(crate) fn with(scraping: &Scraping) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = DataRoot::temporary().expect("a temporary directory");
        let alertmanager = Alertmanager::start(&root).expect("it starts");
        let config = dir.path().join("observatory.toml");
        let objective = "[objectives.echo]\nratio = 0.99\nwithin = \"30s\"\n";
        fs::write(&config, objective).expect("writable");
        let up = Up::start_with(|command| {
            command
                .env("ODD_ALERTMANAGER_URL", alertmanager.url())
                .env("ODD_CONFIG", &config);
        });
        let configuration = dir.path().join("prometheus.yml");
        let text = configuration_text(&up, &alertmanager, scraping);
        fs::write(&configuration, text).expect("writable");
        let options = PrometheusOptions {
            configuration: Some(configuration),
            ..PrometheusOptions::default()
        };
        Self {
            prometheus: Prometheus::start_with(&root, options).expect("it starts"),
            up,
            alertmanager,
            dir,
            _root: root,
        }
    }

    /// `gate` against this stack.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.command_with(&self.prometheus.url(), args)
    }

    /// `gate` against this stack, with another URL of Prometheus.
    pub(crate) fn command_with(&self, prometheus: &str, args: &[&str]) -> Command {
        let mut command = self.up.program();
        command
            .arg("gate")
            .args(["--prometheus", prometheus])
            .args(["--alertmanager", &self.alertmanager.url()])
            .arg("--artifacts")
            .arg(self.artifacts())
            .args(args);
        command
    }

    pub(crate) fn gate(&self, args: &[&str]) -> Run {
        run(&mut self.command(args))
    }

    /// The folder of the artifacts.
    pub(crate) fn artifacts(&self) -> PathBuf {
        self.dir.path().join("artifacts")
    }
}

/// Scrapes and evaluates every second, so that tests are short.
fn configuration_text(up: &Up, alertmanager: &Alertmanager, scraping: &Scraping) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let rules = root.join("infra/prometheus/rules/*.yml");
    let rules = match scraping.has_rules {
        true => format!("rule_files: [{:?}]\n", rules.display().to_string()),
        false => String::new(),
    };
    let targets: String = scraping
        .roles
        .iter()
        .map(|role| {
            let target = up.url(role).trim_start_matches("http://");
            format!("      - targets: [{target:?}]\n        labels: {{service: {role}}}\n")
        })
        .collect();
    let alertmanager = alertmanager.url();
    let alertmanager = alertmanager.trim_start_matches("http://");
    format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n{rules}\
         alerting:\n  alertmanagers:\n    - static_configs:\n      - targets: [{alertmanager:?}]\n\
         scrape_configs:\n  - job_name: observatory\n    honor_labels: true\n    static_configs:\n{targets}"
    )
}
