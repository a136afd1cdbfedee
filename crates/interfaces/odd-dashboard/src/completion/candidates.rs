use std::collections::BTreeSet;

use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCandidates;
use odd_client::{FailuresQuery, JobsQuery, inert};
use odd_contracts::{EventType, JobStatus};
use odd_worker::{BuiltInConfig, HandlerRegistry};

use crate::completion::observatory::ask;
use crate::completion::typed_options::TypedOptions;

/// Jobs that are offered: the newest ones.
const JOBS: usize = 50;

/// Kinds of failure that are offered: the latest.
const FAILURES: usize = 20;

/// Offers a fixed list of names.
pub(crate) fn names(names: Vec<&'static str>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || names.iter().map(CompletionCandidate::new).collect())
}

/// Offers the ids of the newest jobs, with their types and statuses.
pub(crate) fn jobs() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let query = JobsQuery {
            limit: JOBS,
            ..JobsQuery::default()
        };
        let list = ask(async |client| client.jobs(&query).await);
        let jobs = list.map(|list| list.jobs).unwrap_or_default();
        let candidates = jobs.iter().enumerate().map(|(order, job)| {
            let help = format!("{} {}", job.job_type, job.status);
            CompletionCandidate::new(job.id.to_string())
                .help(Some(help.into()))
                .display_order(Some(order))
        });
        candidates.collect()
    })
}

/// Offers the built-in job types, and those of recent jobs.
pub(crate) fn job_types() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let built_in = HandlerRegistry::built_in(BuiltInConfig::default());
        let mut types: BTreeSet<String> = built_in.types().map(ToString::to_string).collect();
        if let Some(snapshot) = ask(async |client| client.metrics_snapshot().await) {
            let recent = snapshot.types.into_iter().map(|figures| figures.job_type);
            types.extend(recent.map(|name| inert(&name).into_owned()));
        }
        types.into_iter().map(CompletionCandidate::new).collect()
    })
}

/// Offers the queues that have or had jobs.
pub(crate) fn queues() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let list = ask(async |client| client.queues().await);
        let queues = list.map(|list| list.queues).unwrap_or_default();
        let candidates = queues.iter().map(|queue| {
            let help = format!("{} ready", queue.ready);
            CompletionCandidate::new(queue.queue.to_string()).help(Some(help.into()))
        });
        candidates.collect()
    })
}

/// Offers the fingerprints of the latest kinds of failure, with their types and messages.
pub(crate) fn failures() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let query = FailuresQuery {
            limit: FAILURES,
            ..FailuresQuery::default()
        };
        let list = ask(async |client| client.failures(&query).await);
        let groups = list.map(|list| list.groups).unwrap_or_default();
        let candidates = groups.iter().enumerate().map(|(order, group)| {
            let help = format!("{}: {}", group.job_type, inert(&group.message));
            CompletionCandidate::new(group.fingerprint.to_string())
                .help(Some(help.into()))
                .display_order(Some(order))
        });
        candidates.collect()
    })
}

/// Offers the ids of the active alerts, with their names.
pub(crate) fn alerts() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let list = ask(async |client| client.alerts().await);
        let alerts = list.map(|list| list.alerts).unwrap_or_default();
        let candidates = alerts.iter().map(|alert| {
            let help = inert(&alert.name).into_owned();
            CompletionCandidate::new(inert(&alert.id).into_owned()).help(Some(help.into()))
        });
        candidates.collect()
    })
}

/// Offers the profiles of the configuration file.
pub(crate) fn profiles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let sources = TypedOptions::of_process().sources_without_profile();
        let names = sources.iter().flat_map(|sources| sources.profile_names());
        names.map(CompletionCandidate::new).collect()
    })
}

/// Offers the statuses of jobs.
pub(crate) fn statuses() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = JobStatus::ALL.map(|status| status.as_str());
        names.map(CompletionCandidate::new).into()
    })
}

/// Offers the types of events.
pub(crate) fn event_types() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = EventType::ALL.map(|event_type| event_type.as_str());
        names.map(CompletionCandidate::new).into()
    })
}
