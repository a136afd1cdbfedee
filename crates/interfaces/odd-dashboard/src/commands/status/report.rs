use std::time::Duration;

use odd_client::{Client, ClientError};
use odd_contracts::{HealthSummary, Overview, ServiceList, ServiceStatus};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;

/// Longest wait for the views to include everything that was committed before this command.
const VIEWS_WAIT: Duration = Duration::from_secs(1);

/// Time limit for the answer to the request that waits. It takes up to a second after the wait.
const WAIT_LIMIT: Duration = Duration::from_secs(3);

/// Time limit for the other answers.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// The health of the deployment, its services and its figures.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// Absent if the read-model cannot summarise it, as one of an older version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) health: Option<HealthSummary>,
    pub(super) services: ServiceList,
    /// Absent while the figures are unavailable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) overview: Option<Overview>,
}

impl Report {
    pub(super) fn is_every_service_up(&self) -> bool {
        let mut services = self.services.services.iter();
        services.all(|service| service.status == ServiceStatus::Up)
    }
}

/// Waits for the views, then queries. The services are reported even if the figures are not available: the failure of
/// those is the second part.
pub(super) async fn gather(client: &Client) -> Result<(Report, Option<Failure>), Failure> {
    let waiting = client.stats_when_current(VIEWS_WAIT);
    if let Ok(Err(error)) = tokio::time::timeout(WAIT_LIMIT, waiting).await
        && error.status().is_none()
    {
        return Err(error.into());
    }
    // After a rejection or silence, these requests report what is wrong.
    let (health, services, overview) = tokio::join!(
        limited(client.health_summary()),
        limited(client.services()),
        limited(client.overview()),
    );
    let (health, services) = (health.ok(), services?);
    Ok(match overview {
        Ok(overview) => {
            let overview = Some(overview);
            (
                Report {
                    health,
                    services,
                    overview,
                },
                None,
            )
        }
        Err(failure) => {
            let overview = None;
            (
                Report {
                    health,
                    services,
                    overview,
                },
                Some(failure),
            )
        }
    })
}

async fn limited<T>(answer: impl Future<Output = Result<T, ClientError>>) -> Result<T, Failure> {
    match tokio::time::timeout(ANSWER_LIMIT, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(
            Failure::new(Exit::TimedOut, "the read-model did not answer in time")
                .hint("it may be overloaded, or wait for its servers: check its log"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use odd_client::{ClientConfig, Url};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silent_read_model_is_waited_for_once() {
        // The system accepts the connections; nothing answers them.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let url = Url::parse(&format!("http://{address}")).expect("a URL");
        let client = Client::new(ClientConfig {
            gateway_url: url.clone(),
            read_model_url: url,
            token: None,
            connect_timeout: Duration::from_secs(60),
            request_timeout: Duration::from_secs(60),
        });
        let begun = tokio::time::Instant::now();
        let failure = gather(&client.expect("a client")).await.err();
        let failure = failure.expect("nothing answers");
        assert_eq!(failure.exit, Exit::TimedOut, "{failure:?}");
        assert!(begun.elapsed() <= WAIT_LIMIT + ANSWER_LIMIT);
    }
}
