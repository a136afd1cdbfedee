//! What the metrics of the roles add up to after the load of a test.

use std::collections::BTreeMap;

use odd_contracts::Deployment;

use crate::exposition::Exported;

pub(crate) const ROLES: [&str; 4] = ["gateway", "processor", "metrics-engine", "read-model"];

pub(crate) type Families = BTreeMap<String, Exported>;

/// Adds up the samples with this name and these labels.
pub(crate) fn total(families: &Families, name: &str, labels: &[(&str, &str)]) -> f64 {
    let of_family = |(family, exported): (&String, &Exported)| {
        let suffix = name.strip_prefix(family.as_str())?;
        let samples = exported.samples.iter().filter(|sample| {
            let mut labels = labels.iter();
            sample.suffix == suffix
                && labels
                    .all(|(name, value)| sample.labels.get(*name).is_some_and(|it| it == value))
        });
        Some(samples.map(|sample| sample.value).sum::<f64>())
    };
    families.iter().filter_map(of_family).sum()
}

/// A role, the name of a sample, labels, and the least sum of the values.
type Expected = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    f64,
);

/// What the load and the state of the roles add up to, at least.
const EXPECTED: &[Expected] = &[
    (
        "gateway",
        "observatory_jobs_submitted_total",
        &[("type", "echo")],
        3.0,
    ),
    (
        "processor",
        "observatory_jobs_completed_total",
        &[("type", "echo")],
        3.0,
    ),
    (
        "processor",
        "observatory_jobs_failed_total",
        &[("type", "fail"), ("reason", "permanent")],
        1.0,
    ),
    (
        "processor",
        "observatory_attempts_retried_total",
        &[("type", "flaky"), ("reason", "error")],
        1.0,
    ),
    (
        "processor",
        "observatory_job_duration_seconds_count",
        &[("type", "flaky")],
        2.0,
    ),
    (
        "processor",
        "observatory_job_wait_seconds_count",
        &[("type", "flaky")],
        1.0,
    ),
    (
        "processor",
        "observatory_objective_jobs_total",
        &[("type", "echo"), ("outcome", "met")],
        3.0,
    ),
    (
        "processor",
        "observatory_objective_jobs_total",
        &[("type", "fail"), ("outcome", "missed")],
        1.0,
    ),
    (
        "processor",
        "observatory_objective_ratio",
        &[("type", "echo")],
        0.9,
    ),
    ("processor", "observatory_leader", &[], 1.0),
    ("processor", "observatory_worker_capacity", &[], 1.0),
    ("processor", "observatory_retention_seconds", &[], 604_800.0),
    (
        "processor",
        "observatory_worker_connected",
        &[("type", "echo")],
        1.0,
    ),
    ("metrics-engine", "observatory_dead_letters", &[], 1.0),
    (
        "gateway",
        "observatory_job_stage_seconds_count",
        &[("stage", "validate")],
        6.0,
    ),
    (
        "gateway",
        "observatory_job_stage_seconds_count",
        &[("stage", "store")],
        6.0,
    ),
    (
        "processor",
        "observatory_job_stage_seconds_count",
        &[("stage", "wait")],
        7.0,
    ),
    (
        "processor",
        "observatory_job_stage_seconds_count",
        &[("stage", "run")],
        7.0,
    ),
    (
        "processor",
        "observatory_job_stage_seconds_count",
        &[("stage", "finish")],
        7.0,
    ),
    (
        "metrics-engine",
        "observatory_job_stage_seconds_count",
        &[("stage", "view")],
        24.0,
    ),
    (
        "gateway",
        "observatory_store_transactions_total",
        &[("outcome", "committed")],
        6.0,
    ),
    (
        "gateway",
        "observatory_store_transaction_seconds_count",
        &[],
        6.0,
    ),
    (
        "processor",
        "observatory_store_transactions_total",
        &[("outcome", "committed")],
        6.0,
    ),
    (
        "processor",
        "observatory_store_transaction_seconds_count",
        &[],
        6.0,
    ),
];

const EXPECTED_IN_A_CLUSTER: &[Expected] = &[
    (
        "gateway",
        "observatory_job_stage_seconds_count",
        &[("stage", "outbox")],
        6.0,
    ),
    (
        "gateway",
        "observatory_job_stage_seconds_count",
        &[("stage", "broker")],
        6.0,
    ),
    (
        "processor",
        "observatory_job_stage_seconds_count",
        &[("stage", "outbox")],
        12.0,
    ),
    (
        "processor",
        "observatory_job_stage_seconds_count",
        &[("stage", "broker")],
        12.0,
    ),
];

const EXPECTED_OF_EVERY_ROLE: &[(&str, f64)] = &[
    ("observatory_store_pool_connections", 1.0),
    ("process_start_time_seconds", 1e9),
    ("process_resident_memory_bytes", 1e6),
    ("process_cpu_seconds_total", 0.01),
    ("process_open_fds", 4.0),
];

/// Returns the parts of the load that the metrics do not show.
pub(crate) fn unmeasured(
    deployment: Deployment,
    scraped: &BTreeMap<&str, Families>,
) -> Vec<String> {
    let in_a_cluster = match deployment {
        Deployment::Embedded => &[],
        Deployment::Cluster => EXPECTED_IN_A_CLUSTER,
    };
    let of_every_role = ROLES.into_iter().flat_map(|role| {
        let expected = EXPECTED_OF_EVERY_ROLE.iter();
        expected.map(move |(name, least)| -> Expected { (role, *name, &[], *least) })
    });
    let expected = EXPECTED
        .iter()
        .chain(in_a_cluster)
        .copied()
        .chain(of_every_role);
    let missing = expected.filter_map(|(role, name, labels, least)| {
        let found = total(&scraped[role], name, labels);
        (found < least).then(|| format!("{role}: {name}{labels:?} is {found}, not {least}"))
    });
    missing.collect()
}
