use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use odd_client::JobsQuery;
use odd_contracts::{JobStatus, counted};

use super::access::Connection;
use crate::{Finding, Fix};

const DAY: u64 = 24 * 60 * 60;

/// How much longer than its retention period a job may stay: old jobs are removed from time to time.
const GRACE: u64 = DAY;

/// Most pages that are searched for a finished job: the server bounds how many jobs it checks for one.
const PAGES: usize = 5;

/// Checks how long finished jobs and their history are kept, and that they are removed then.
pub(super) async fn check(connection: Arc<Connection>) -> Finding {
    let services = match connection.client.services().await {
        Ok(list) => list.services,
        Err(error) => return connection.unanswered(&error),
    };
    let periods = services.iter().map(async |service| {
        let url = connection.url_of(&service.name, &service.url)?;
        let page = connection.page(&url, "metrics").await.ok()?;
        period_in_metrics(&page.text).filter(|_| page.status == 200)
    });
    let periods = join_all(periods).await.into_iter().flatten().collect();
    match oldest_finished(&connection).await {
        Ok(age) => finding(&periods, age),
        Err(error) => connection.unanswered(&error),
    }
}

/// Reads the sample of a processor, in seconds.
fn period_in_metrics(text: &str) -> Option<u64> {
    let mut lines = text.lines();
    let sample = lines.find_map(|line| line.strip_prefix("observatory_retention_seconds{"))?;
    let (_, value) = sample.split_once("} ")?;
    let value = value.split(' ').next()?.parse::<f64>().ok()?;
    value.is_finite().then_some(value as u64)
}

/// How long the first job has been kept of those that have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Oldest {
    /// There is none.
    None,
    /// It was not found among the jobs that were searched.
    NotFound,
    /// The seconds since its end.
    Age(u64),
}

/// Finds the first job that was accepted and has ended. Dead letters stay, so FAILED jobs do not count.
async fn oldest_finished(connection: &Connection) -> Result<Oldest, odd_client::ClientError> {
    let mut query = JobsQuery {
        statuses: vec![JobStatus::Completed, JobStatus::Cancelled],
        oldest_first: true,
        limit: 1,
        ..JobsQuery::default()
    };
    for _ in 0..PAGES {
        let page = connection.client.jobs(&query).await?;
        if let Some(finished) = page.jobs.first().and_then(|job| job.finished_at) {
            let micros = Timestamp::now().as_microsecond() - finished.as_micros();
            return Ok(Oldest::Age(u64::try_from(micros).unwrap_or(0) / 1_000_000));
        }
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return Ok(Oldest::None);
        }
    }
    Ok(Oldest::NotFound)
}

fn finding(periods: &BTreeSet<u64>, oldest: Oldest) -> Finding {
    let (kept, oldest_age) = match oldest {
        Oldest::Age(age) => (format!("the first has been kept for {}", shown(age)), age),
        Oldest::NotFound => ("there are none among the first jobs".to_owned(), 0),
        Oldest::None => ("there are none now".to_owned(), 0),
    };
    match (periods.last(), periods.len()) {
        (None, _) => Finding::skipped(format!(
            "no processor tells its retention period without a token; {kept}"
        )),
        (Some(period), 1) if oldest_age > period.saturating_add(GRACE) => Finding::warn(
            format!("finished jobs should be removed after {}, but {kept}", shown(*period)),
            Fix::new("check that a processor runs and is the leader; its log tells why old jobs are not removed")
                .command("odd-dashboard status"),
        ),
        (Some(0), 1) => Finding::warn(
            "finished jobs are removed at once",
            Fix::new("set ODD_RETENTION_DAYS for every processor, to keep results and history"),
        ),
        (Some(period), 1) => Finding::ok(format!(
            "finished jobs are removed after {}; {kept}",
            shown(*period)
        )),
        _ => {
            let all: Vec<String> = periods.iter().map(|period| shown(*period)).collect();
            Finding::warn(
                format!("the processors remove finished jobs after different times: {}", all.join(", ")),
                Fix::new("set ODD_RETENTION_DAYS to the same number for every processor: the leader removes them"),
            )
        }
    }
}

fn shown(seconds: u64) -> String {
    match seconds / DAY {
        0 => "less than a day".to_owned(),
        days => counted(days, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    fn of(periods: &[u64], oldest: Oldest) -> (CheckStatus, String) {
        let finding = finding(&periods.iter().copied().collect(), oldest);
        (finding.status(), finding.detail().to_owned())
    }

    #[test]
    fn period_is_read_from_its_sample() {
        let text = "# TYPE observatory_retention_seconds gauge\n\
            observatory_retention_seconds{service=\"processor\"} 604800\n";
        assert_eq!(period_in_metrics(text), Some(7 * DAY));
        assert_eq!(period_in_metrics("# EOF"), None);
    }

    #[test]
    fn jobs_that_stay_longer_than_their_retention_are_a_warning() {
        let week = 7 * DAY;
        let (status, detail) = of(&[week], Oldest::Age(3 * DAY));
        assert_eq!(status, CheckStatus::Ok);
        let expected = "finished jobs are removed after 7 days; the first has been kept for 3 days";
        assert_eq!(detail, expected);
        assert_eq!(of(&[week], Oldest::Age(week + GRACE)).0, CheckStatus::Ok);
        assert_eq!(of(&[week], Oldest::None).0, CheckStatus::Ok);
        let (status, detail) = of(&[week], Oldest::Age(12 * DAY));
        assert_eq!(status, CheckStatus::Warn);
        assert!(detail.ends_with("but the first has been kept for 12 days"));
        assert_eq!(of(&[0], Oldest::NotFound).0, CheckStatus::Warn);
    }

    #[test]
    fn processors_that_disagree_are_a_warning_and_unknown_periods_are_not() {
        let (status, detail) = of(&[7 * DAY, 30 * DAY], Oldest::Age(DAY));
        assert_eq!(status, CheckStatus::Warn);
        assert!(
            detail.ends_with("different times: 7 days, 30 days"),
            "{detail}"
        );
        assert_eq!(of(&[], Oldest::Age(DAY)).0, CheckStatus::Skipped);
    }
}
