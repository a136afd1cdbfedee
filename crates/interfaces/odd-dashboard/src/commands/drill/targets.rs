#[cfg(test)]
mod tests;
mod unsupported;

use std::cell::Cell;
use std::time::Duration;

use futures_util::future::join_all;
use odd_contracts::{DrillFaults, DrillRequest, ServiceList};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;

pub(super) use self::unsupported::Unsupported;
use super::scenario::Scenario;
use crate::commands::deployment::{Deployment, until};
use crate::role_name::RoleName;

/// Longest time for ending the faults. They end by themselves later.
const END_LIMIT: Duration = Duration::from_secs(10);

/// The processes that a drill breaks.
pub(super) struct Targets<'a> {
    deployment: &'a Deployment,
    fault: Option<&'static str>,
    job_type: Option<&'static str>,
    processes: Vec<Process>,
    /// When a fault that may be active ends by itself.
    may_be_broken_until: Cell<Option<Instant>>,
}

/// A process that a drill breaks.
struct Process {
    /// The name of its role.
    name: String,
    url: String,
    instance_id: String,
}

impl<'a> Targets<'a> {
    /// Finds the processes, and checks that all of them allow and support the drill.
    pub(super) async fn find(
        deployment: &'a Deployment,
        services: &ServiceList,
        scenario: &Scenario,
    ) -> Result<Self, Unsupported> {
        let mut processes = Vec::new();
        for role in scenario.roles {
            let found = urls(services, *role);
            if found.is_empty() {
                let what = format!("the read-model knows no {}", role.as_str());
                return Err(Unsupported::Other(what));
            }
            for (name, url) in found {
                processes.push(check(deployment, name, url, scenario.fault).await?);
            }
        }
        Ok(Self {
            deployment,
            fault: scenario.fault,
            job_type: scenario.job_type,
            processes,
            may_be_broken_until: Cell::default(),
        })
    }

    /// Starts the fault in every process, if the drill has one. It ends by itself after `longest`. Returns what was done.
    pub(super) async fn start(&self, longest: Duration) -> Result<Option<String>, String> {
        let Some(fault) = self.fault else {
            return Ok(None);
        };
        let seconds = longest.as_secs().min(DrillRequest::MAX_SECONDS);
        let end = Instant::now() + Duration::from_secs(seconds);
        self.may_be_broken_until.set(Some(end));
        let mut body = json!({"seconds": seconds});
        if let Some(job_type) = self.job_type {
            body["jobType"] = json!(job_type);
        }
        let path = format!("/drills/{fault}");
        let started = self
            .for_each(async |process| self.send(process, Method::PUT, &path, Some(&body)).await);
        started.await?;
        let names = self.names();
        Ok(Some(format!(
            "started the fault {fault} in {names}, for {seconds} s at most"
        )))
    }

    /// Ends the fault in every process, if it may be active. Repeats requests that fail, for a limited time. Returns what was
    /// done.
    pub(super) async fn end(&self) -> Result<Option<String>, String> {
        let Some(fault) = self.fault.filter(|_| self.active_for().is_some()) else {
            return Ok(None);
        };
        let path = format!("/drills/{fault}");
        let deadline = Instant::now() + END_LIMIT;
        let ended = self.for_each(async |process| {
            until(deadline, async || {
                self.send(process, Method::DELETE, &path, None).await
            })
            .await
        });
        ended.await?;
        self.may_be_broken_until.set(None);
        Ok(Some(format!("ended the fault in {}", self.names())))
    }

    /// Returns how long a fault may still be active.
    pub(super) fn active_for(&self) -> Option<Duration> {
        let end = self.may_be_broken_until.get()?;
        Some(end.saturating_duration_since(Instant::now()))
    }

    /// Performs a step for all processes at the same time, so that one that does not answer does not delay the others. Returns
    /// every failure.
    async fn for_each(
        &self,
        step: impl AsyncFn(&Process) -> Result<(), String>,
    ) -> Result<(), String> {
        let steps = self.processes.iter().map(async |process| {
            let failed = |why| format!("{} at {}: {why}", process.name, process.url);
            step(process).await.map_err(failed)
        });
        let results = join_all(steps).await.into_iter();
        let failures: Vec<_> = results.filter_map(Result::err).collect();
        match failures.is_empty() {
            true => Ok(()),
            false => Err(failures.join("; ")),
        }
    }

    async fn send(
        &self,
        process: &Process,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(), String> {
        let answer = self
            .deployment
            .role_command(method, &process.url, path, body);
        let faults: DrillFaults = answer.await?.expect(StatusCode::OK)?.parse()?;
        match faults.instance_id == process.instance_id {
            true => Ok(()),
            false => Err(format!(
                "the URL of {} leads to several processes, or the process was restarted; list each process in ODD_SERVICES",
                process.name
            )),
        }
    }

    fn names(&self) -> String {
        let names: Vec<_> = self
            .processes
            .iter()
            .map(|process| &*process.name)
            .collect();
        names.join(", ")
    }
}

/// Returns name and URL of the processes of a role.
fn urls(services: &ServiceList, role: RoleName) -> Vec<(String, String)> {
    let services = services.services.iter();
    let of_role = services.filter(|service| service.name == role.as_str());
    of_role
        .map(|service| (service.name.clone(), service.url.clone()))
        .collect()
}

/// Returns the services that the read-model knows.
pub(super) async fn services(deployment: &Deployment) -> Result<ServiceList, String> {
    let answer = deployment.read_model("/services").await?;
    answer.expect(StatusCode::OK)?.parse()
}

async fn check(
    deployment: &Deployment,
    name: String,
    url: String,
    fault: Option<&str>,
) -> Result<Process, Unsupported> {
    let about = |why: String| format!("the {name} at {url}: {why}");
    let other = |why| Unsupported::Other(about(why));
    let answer = deployment.role(&url, "/drills").await.map_err(other)?;
    if let Some(refused) = Unsupported::by_token(deployment, &url, answer.status, about) {
        return Err(refused);
    }
    let faults: DrillFaults = answer
        .expect(StatusCode::OK)
        .and_then(|answer| answer.parse())
        .map_err(other)?;
    if !faults.allowed {
        return Err(Unsupported::NotAllowed(format!(
            "the {name} at {url} was not started with drills allowed"
        )));
    }
    if let Some(fault) = fault {
        let found = faults.faults.iter().find(|found| found.name == fault);
        let found = found.ok_or_else(|| other(format!("it does not support the fault {fault}")))?;
        if let Some(active) = &found.active {
            return Err(other(format!(
                "the fault {fault} is already active; started by {}, it ends in {} s",
                active.started_by, active.remaining_seconds
            )));
        }
    }
    Ok(Process {
        instance_id: faults.instance_id,
        name,
        url,
    })
}
