use odd_client::{AttemptLogQuery, Client, ClientError, EventsQuery, SelectionLimits};
use odd_contracts::{EventEnvelope, JobId};

use crate::data::LoadFailure;
use crate::effect::Query;
use crate::message::{LoadResult, Loaded};

/// Largest number of dead letters that the gateway returns at once.
const DEAD_LETTERS: usize = 100;

/// Number of events or log lines that are loaded at once.
const PAGE: usize = 200;

/// Largest number of pages of events that are loaded of one job.
const EVENT_PAGES: usize = 5;

pub(super) async fn load(client: &Client, query: Query) -> Loaded {
    match query {
        Query::Overview => Loaded::Overview(answer(client.overview().await).map(Box::new)),
        Query::Health => Loaded::Health(answer(client.health_summary().await)),
        Query::Series(metric, window) => Loaded::Series(
            metric,
            window,
            answer(client.timeseries(metric, window, None).await),
        ),
        Query::Jobs(page) => {
            let list = answer(client.jobs(&page.query).await);
            Loaded::Jobs(page, list)
        }
        Query::AllJobs(page) => {
            let limits = SelectionLimits::default();
            let selection = client.select_jobs(&page.query, limits, |_| {}).await;
            Loaded::AllJobs(page, answer(selection))
        }
        Query::Job(id) => Loaded::Job(id, answer(client.job(id).await).map(Box::new)),
        Query::Explanation(id) => Loaded::Explanation(id, answer(client.explain(id).await)),
        Query::JobEvents(id) => Loaded::JobEvents(id, answer(newest_events(client, id).await)),
        Query::Log(page) => {
            let query = AttemptLogQuery {
                job_id: page.job_id,
                attempt: page.attempt,
                oldest_first: false,
                cursor: page.cursor.clone(),
                limit: PAGE,
            };
            Loaded::Log(page, answer(client.attempt_log(&query).await))
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
        Query::Workers => Loaded::Workers(answer(client.workers().await)),
        Query::Alerts => Loaded::Alerts(answer(client.alerts().await)),
        Query::Links => Loaded::Links(answer(client.ui_registry().await)),
    }
}

/// Loads the newest events of a job, and returns them oldest first.
async fn newest_events(client: &Client, id: JobId) -> Result<Vec<EventEnvelope>, ClientError> {
    let mut query = EventsQuery {
        limit: PAGE,
        ..EventsQuery::default()
    };
    query.filter.job_id = Some(id);
    let mut events = Vec::new();
    for _ in 0..EVENT_PAGES {
        let page = client.events(&query).await?;
        events.extend(page.events);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    events.reverse();
    Ok(events)
}

fn answer<T>(result: Result<T, ClientError>) -> LoadResult<T> {
    result.map_err(|error| LoadFailure::from(&error))
}
