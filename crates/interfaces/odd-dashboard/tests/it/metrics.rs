//! The metrics of all roles under load are those of the metric contract.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use odd_contracts::{Deployment, MetricContract, MetricKind};

#[cfg(unix)]
use crate::backends::Backends;
use crate::contract_check::{unbounded_labels, violations};
use crate::expected_metrics::{Families, ROLES, total, unmeasured};
use crate::exposition::{OPEN_METRICS, get, parse};
use crate::program::{Run, run};
use crate::up::Up;

const LIMIT: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(200);

const OBJECTIVES: &str = "[objectives.echo]\nratio = 0.9\nwithin = '1m'\n\
                          [objectives.fail]\nratio = 0.5\nwithin = '1m'\n";

/// Returns the address of each role.
type Urls<'a> = &'a dyn Fn(&str) -> String;

fn scrape(urls: Urls<'_>, role: &str) -> Families {
    let url = urls(role);
    get(&url, "/healthz", "*/*");
    let (head, text) = get(&url, "/metrics", OPEN_METRICS);
    assert!(
        head.contains("application/openmetrics-text; version=1.0.0"),
        "{head}"
    );
    assert!(text.ends_with("# EOF\n"));
    parse(&text)
}

/// Submits jobs that complete, fail, and complete after a retry.
fn load(client: &dyn Fn(&[&str]) -> Run) {
    for _ in 0..3 {
        client(&["submit", "echo", "{}", "--wait"]).expect(0);
    }
    client(&[
        "submit",
        "fail",
        r#"{"message":"no","permanent":true}"#,
        "--wait",
    ])
    .expect(6);
    client(&["submit", "flaky", r#"{"failures":1}"#, "--wait"]).expect(0);
    client(&["submit", "sleep", r#"{"ms":5}"#, "--wait"]).expect(0);
}

/// Waits until all roles export what the contract says and the load has been measured.
fn await_contract(deployment: Deployment, urls: Urls<'_>) -> BTreeMap<&'static str, Families> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let scraped = ROLES.map(|role| (role, scrape(urls, role)));
        let found = scraped.iter();
        let mut found: Vec<String> = found
            .flat_map(|(role, families)| violations(role, deployment, families))
            .collect();
        let scraped = BTreeMap::from(scraped);
        found.extend(unmeasured(deployment, &scraped));
        if found.is_empty() {
            return scraped;
        }
        assert!(Instant::now() < deadline, "{found:#?}");
        std::thread::sleep(PAUSE);
    }
}

#[test]
fn embedded_roles_export_the_metric_contract() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), OBJECTIVES).expect("written");
    let up = Up::start_with(|command| {
        command.env("ODD_CONFIG", file.path());
    });
    load(&|args| up.odd(args));
    let urls = |role: &str| up.url(role).to_owned();
    let scraped = await_contract(Deployment::Embedded, &urls);
    let engine = &scraped["metrics-engine"];
    let free = total(engine, "observatory_data_dir_free_bytes", &[]);
    let size = total(engine, "observatory_data_dir_size_bytes", &[]);
    assert!(0.0 < free && free <= size, "{free} of {size}");
    let waits = "observatory_job_wait_seconds_count";
    let waits = total(&scraped["processor"], waits, &[("type", "flaky")]);
    assert!(
        (waits - 1.0).abs() < 0.5,
        "a retry is not the first attempt"
    );
    for role in ROLES {
        assert_older_format_is_equal(&urls(role));
    }
}

/// The older format has the same families with the same samples, and declares counters with their suffix.
fn assert_older_format_is_equal(url: &str) {
    let (head, text) = get(url, "/metrics", "text/plain");
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    assert!(
        !text.contains("# EOF") && !text.contains("# UNIT"),
        "{text}"
    );
    let older = parse(&text);
    let (_, text) = get(url, "/metrics", OPEN_METRICS);
    for (name, family) in parse(&text) {
        let contract = MetricContract::current().family(&name).expect("known");
        let declared = match contract.kind {
            MetricKind::Counter => format!("{name}_total"),
            MetricKind::Gauge | MetricKind::Histogram => name,
        };
        let found = older.get(&declared);
        let found = found.unwrap_or_else(|| panic!("{declared} is missing"));
        assert_eq!((&found.kind, &found.help), (&family.kind, &family.help));
        // The request in between may have added a series about itself.
        assert!(found.samples.len() <= family.samples.len(), "{declared}");
        assert!(!found.samples.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn cluster_roles_export_the_metric_contract() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), OBJECTIVES).expect("written");
    let backends = Backends::start();
    let roles = backends.roles(|command| {
        command.env("ODD_CONFIG", file.path());
    });
    let url = |role: &str| {
        let index = ROLES.iter().position(|name| *name == role);
        roles[index.expect("a role")].url()
    };
    load(&|args| {
        let mut command = crate::program::program();
        command
            .env("ODD_GATEWAY_URL", url("gateway"))
            .env("ODD_READ_MODEL_URL", url("read-model"));
        run(command.args(args))
    });
    let scraped = await_contract(Deployment::Cluster, &url);
    let lag = &scraped["metrics-engine"]["observatory_consumer_lag_events"];
    let consumers: Vec<_> = lag
        .samples
        .iter()
        .map(|sample| &sample.labels["consumer"])
        .collect();
    assert_eq!(consumers.len(), 2, "{consumers:?}");
}

#[test]
fn ten_thousand_types_and_ids_add_a_bounded_number_of_series() {
    let up = Up::start();
    let jobs = up.data_dir().with_file_name("jobs.ndjson");
    let mut lines = String::new();
    for n in 0..10_000 {
        let queue = n % 500;
        writeln!(lines, r#"{{"type":"type-{n}","queue":"queue-{queue}"}}"#).expect("written");
    }
    std::fs::write(&jobs, lines).expect("written");
    let mut submit: Command = up.program();
    submit.args(["submit", "-o", "name", "--batch"]).arg(&jobs);
    let ids = run(&mut submit).expect(0);
    let urls = |role: &str| up.url(role).to_owned();
    let deadline = Instant::now() + LIMIT;
    loop {
        let engine = scrape(&urls, "metrics-engine");
        if total(&engine, "observatory_jobs_ready", &[]) >= 10_000.0 {
            break;
        }
        assert!(Instant::now() < deadline, "the views are not updated");
        std::thread::sleep(PAUSE);
    }
    let mut series = BTreeMap::new();
    for role in ROLES {
        let families = scrape(&urls, role);
        let of_role = families.iter();
        series.extend(of_role.map(|(name, family)| ((role, name.clone()), family.samples.len())));
        assert_eq!(unbounded_labels(&families), Vec::<String>::new(), "{role}");
    }
    let of = |role, name: &str| series[&(role, name.to_owned())];
    assert_eq!(of("gateway", "observatory_jobs_submitted"), 101);
    assert_eq!(of("metrics-engine", "observatory_jobs_ready"), 101);
    assert_eq!(of("metrics-engine", "observatory_queue_depth"), 100);
    let all: usize = series.values().sum();
    assert!(all < 3_000, "{all} series: {series:#?}");
    let id = ids.lines().next().expect("an id");
    for role in ROLES {
        let (_, text) = get(&urls(role), "/metrics", OPEN_METRICS);
        assert!(!text.contains(id), "the {role} exports a job id");
    }
}
