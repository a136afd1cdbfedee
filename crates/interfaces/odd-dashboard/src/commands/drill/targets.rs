use std::cell::Cell;
use std::time::Duration;

use odd_contracts::{DrillFaults, DrillRequest, ServiceList};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::time::Instant;

use super::jobs::JOB_TYPE;
use super::scenario::Scenario;
use crate::commands::deployment::until;
use crate::commands::deployment::{Answer, Deployment};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::role_name::RoleName;

/// Longest time for ending the faults. They end by themselves later.
const END_LIMIT: Duration = Duration::from_secs(10);

/// The processes that a drill breaks.
pub(super) struct Targets<'a> {
    deployment: &'a Deployment,
    fault: Option<&'static str>,
    /// Name and URL of each process.
    processes: Vec<(String, String)>,
    /// Whether a fault may be active.
    may_be_broken: Cell<bool>,
}

/// Why a deployment does not support a drill.
pub(super) enum Unsupported {
    /// The deployment was not started with drills allowed.
    NotAllowed(String),
    /// The token is not that of an administrator.
    NotAuthorised(String),
    /// Anything else.
    Other(String),
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
                return Err(Unsupported::Other(format!(
                    "the read-model knows no {}",
                    role.as_str()
                )));
            }
            processes.extend(found);
        }
        for (name, url) in &processes {
            check(deployment, name, url, scenario.fault).await?;
        }
        Ok(Self {
            deployment,
            fault: scenario.fault,
            processes,
            may_be_broken: Cell::new(false),
        })
    }

    /// Starts the fault in every process, if the drill has one. It ends by itself after `longest`. Returns what was done.
    pub(super) async fn start(&self, longest: Duration) -> Result<Option<String>, String> {
        let Some(fault) = self.fault else {
            return Ok(None);
        };
        self.may_be_broken.set(true);
        let seconds = longest.as_secs().min(DrillRequest::MAX_SECONDS);
        let body = match fault {
            "failing-jobs" => json!({"seconds": seconds, "jobType": JOB_TYPE}),
            _ => json!({"seconds": seconds}),
        };
        let path = format!("/drills/{fault}");
        for (name, url) in &self.processes {
            let started = self
                .deployment
                .role_command(Method::PUT, url, &path, Some(&body));
            let started = started
                .await
                .and_then(|answer| answer.expect(StatusCode::OK));
            started.map_err(|why| format!("{name}: {why}"))?;
        }
        Ok(Some(format!(
            "started the fault {fault} in {}, for {seconds} s at most",
            self.names()
        )))
    }

    /// Ends the fault in every process, if it may be active. Repeats requests that fail, for a limited time. Returns what was
    /// done.
    pub(super) async fn end(&self) -> Result<Option<String>, String> {
        let Some(fault) = self.fault.filter(|_| self.may_be_broken.get()) else {
            return Ok(None);
        };
        let path = format!("/drills/{fault}");
        let deadline = Instant::now() + END_LIMIT;
        let mut result = Ok(());
        for (name, url) in &self.processes {
            let ended = until(deadline, async || {
                let ended = self
                    .deployment
                    .role_command(Method::DELETE, url, &path, None);
                ended.await?.expect(StatusCode::OK)
            });
            if let Err(why) = ended.await {
                result = Err(format!("{name}: {why}"));
            }
        }
        self.may_be_broken.set(result.is_err());
        result.map(|()| Some(format!("ended the fault in {}", self.names())))
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.processes.iter().map(|(name, _)| &**name).collect();
        names.join(", ")
    }
}

/// Returns the processes of a role.
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
    parse(answer.expect(StatusCode::OK)?)
}

/// Parses an answer.
pub(super) fn parse<T: DeserializeOwned>(answer: Answer) -> Result<T, String> {
    serde_json::from_str(&answer.body).map_err(|error| format!("unexpected answer: {error}"))
}

async fn check(
    deployment: &Deployment,
    name: &str,
    url: &str,
    fault: Option<&str>,
) -> Result<(), Unsupported> {
    let other = |why: String| Unsupported::Other(format!("the {name} at {url}: {why}"));
    let answer = deployment.role(url, "/drills").await.map_err(other)?;
    if matches!(
        answer.status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    ) {
        return Err(Unsupported::NotAuthorised(format!(
            "the {name} at {url} answered {}; only the role admin may run drills",
            answer.status.as_u16()
        )));
    }
    let answer = answer.expect(StatusCode::OK).map_err(other)?;
    let faults: DrillFaults = parse(answer).map_err(other)?;
    if !faults.allowed {
        return Err(Unsupported::NotAllowed(format!(
            "the {name} at {url} was not started with drills allowed"
        )));
    }
    let Some(fault) = fault else {
        return Ok(());
    };
    let found = faults.faults.iter().find(|found| found.name == fault);
    match found {
        None => Err(other(format!("it does not support the fault {fault}"))),
        Some(found) => match &found.active {
            Some(active) => Err(other(format!(
                "{} has started the fault {fault} already; it ends in {} s",
                active.started_by, active.remaining_seconds
            ))),
            None => Ok(()),
        },
    }
}

impl Unsupported {
    /// Returns the reason.
    pub(super) fn why(&self) -> &str {
        match self {
            Self::NotAllowed(why) | Self::NotAuthorised(why) | Self::Other(why) => why,
        }
    }
}

impl From<Unsupported> for Failure {
    fn from(unsupported: Unsupported) -> Self {
        match unsupported {
            Unsupported::NotAllowed(why) => Self::failed("drills are not allowed here")
                .cause(why)
                .hint(
                    "start every role with --allow-drills or ODD_ALLOW_DRILLS=true, but only in a deployment whose jobs may \
                     fail",
                ),
            Unsupported::NotAuthorised(why) => {
                Self::new(Exit::NotAuthorised, "the drill was refused")
                    .cause(why)
                    .hint("use a token with the role admin")
            }
            Unsupported::Other(why) => {
                Self::failed("the deployment does not support this drill").cause(why)
            }
        }
    }
}
