use odd_client::{AttemptLogQuery, Client, ClientError, EventsQuery};

use crate::data::LoadFailure;
use crate::effect::Query;
use crate::message::{LoadResult, Loaded};

/// Largest number of dead letters that the gateway returns at once.
const DEAD_LETTERS: usize = 100;

/// Number of events or log lines that are loaded at once.
const PAGE: usize = 200;

pub(super) async fn load(client: &Client, query: Query) -> Loaded {
    match query {
        Query::Overview => Loaded::Overview(answer(client.overview().await).map(Box::new)),
        Query::Health => Loaded::Health(answer(client.health_summary().await)),
        Query::Series(metric, window) => Loaded::Series(
            metric,
            answer(client.timeseries(metric, window, None).await),
        ),
        Query::Jobs(page) => {
            let list = answer(client.jobs(&page.query).await);
            Loaded::Jobs(page, list)
        }
        Query::Job(id) => Loaded::Job(id, answer(client.job(id).await).map(Box::new)),
        Query::Explanation(id) => Loaded::Explanation(id, answer(client.explain(id).await)),
        Query::JobEvents(id) => Loaded::JobEvents(id, answer(client.job_events(id).await)),
        Query::Log(job_id, attempt) => {
            let newest = AttemptLogQuery {
                job_id,
                attempt,
                oldest_first: false,
                cursor: None,
                limit: PAGE,
            };
            Loaded::Log(job_id, attempt, answer(client.attempt_log(&newest).await))
        }
        Query::Events => {
            let newest = EventsQuery {
                limit: PAGE,
                ..EventsQuery::default()
            };
            Loaded::Events(answer(client.events(&newest).await))
        }
        Query::Queues => Loaded::Queues(answer(client.queues().await)),
        Query::DeadLetters => {
            Loaded::DeadLetters(answer(client.dead_letters(DEAD_LETTERS, None).await))
        }
        Query::Services => Loaded::Services(answer(client.services().await)),
        Query::Alerts => Loaded::Alerts(answer(client.alerts().await)),
        Query::Links => Loaded::Links(answer(client.ui_registry().await)),
    }
}

fn answer<T>(result: Result<T, ClientError>) -> LoadResult<T> {
    result.map_err(|error| LoadFailure::from(&error))
}
