use std::collections::HashSet;
use std::time::Duration;

use odd_promql::{Labels, METRIC_NAME, SeriesStore, stale_marker};

use super::config::ScrapeTarget;
use super::exposition::samples;

/// The value of the label `job`, as in the scrape configuration of Prometheus.
const JOB: &str = "observatory";
/// The time limit of one scrape: shorter than the interval, so that a target that hangs delays no evaluation.
const TIMEOUT: Duration = Duration::from_secs(3);
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Reads the metrics of one role into the series store.
pub(super) struct Scraper {
    client: reqwest::Client,
    url: String,
    token: Option<String>,
    labels: Vec<(String, String)>,
    up: Labels,
    /// The series of the previous scrape.
    known: HashSet<Labels>,
}

/// Why a scrape failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ScrapeError {
    #[error("no response within {TIMEOUT:?}")]
    TimedOut,
    #[error("no complete response")]
    Http(#[from] reqwest::Error),
    #[error("the response has the status {0}")]
    Status(u16),
    #[error("the response is longer than {MAX_BYTES} bytes")]
    TooLong,
}

impl Scraper {
    pub(super) fn new(
        client: reqwest::Client,
        target: &ScrapeTarget,
        token: Option<String>,
    ) -> Self {
        let (_, instance) = target.url.split_once("://").unwrap_or(("", &target.url));
        let labels = [
            ("job", JOB),
            ("instance", instance.trim_end_matches('/')),
            ("service", &target.service),
        ];
        let up = Labels::new(labels).with(METRIC_NAME, "up");
        let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            client,
            url: format!("{}/metrics", target.url.trim_end_matches('/')),
            token,
            labels: labels.to_vec(),
            up,
            known: HashSet::new(),
        }
    }

    /// Returns the text of the metrics.
    pub(super) async fn fetch(&self) -> Result<String, ScrapeError> {
        tokio::time::timeout(TIMEOUT, self.request())
            .await
            .unwrap_or(Err(ScrapeError::TimedOut))
    }

    async fn request(&self) -> Result<String, ScrapeError> {
        let mut request = self.client.get(&self.url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let mut response = request.send().await?;
        if !response.status().is_success() {
            return Err(ScrapeError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(ScrapeError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// Stores the result of [`Scraper::fetch`] and `up`. Series that have disappeared are marked as stale. Returns how many
    /// samples the store refused.
    pub(super) fn store(
        &mut self,
        scraped: Result<String, ScrapeError>,
        store: &mut SeriesStore,
        at_ms: i64,
    ) -> usize {
        let mut current = HashSet::new();
        let mut refused = 0;
        let mut append = |store: &mut SeriesStore, labels: &Labels, value| {
            refused += usize::from(store.append(labels, at_ms, value).is_err());
        };
        let is_up = scraped.is_ok();
        match scraped {
            Ok(text) => {
                let found: Vec<_> =
                    samples(&text, &self.labels, |name| store.keeps(name)).collect();
                for (labels, value) in found {
                    append(store, &labels, value);
                    current.insert(labels);
                }
            }
            Err(error) => {
                tracing::debug!(url = self.url, %error, "a role could not be scraped");
            }
        }
        for gone in self.known.difference(&current) {
            append(store, gone, stale_marker());
        }
        append(store, &self.up, f64::from(is_up));
        self.known = current;
        refused
    }
}

#[cfg(test)]
mod tests {
    use odd_promql::{Expression, Limits};

    use super::*;

    fn scraper() -> (Scraper, SeriesStore) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let target = ScrapeTarget {
            service: "gateway".to_owned(),
            url: "http://127.0.0.1:3000".to_owned(),
        };
        let mut store = SeriesStore::new(Limits::default());
        for metric in ["jobs", "up"] {
            store.keep(metric, 600_000);
        }
        (Scraper::new(reqwest::Client::new(), &target, None), store)
    }

    fn value(store: &SeriesStore, expression: &str, at_ms: i64) -> Option<f64> {
        let expression = Expression::parse(expression).expect("an expression");
        let samples = expression.evaluate(store, at_ms).expect("a result");
        samples.first().map(|sample| sample.value)
    }

    #[test]
    fn target_that_does_not_respond_is_down_and_its_series_end() {
        let (mut scraper, mut store) = scraper();
        scraper.store(
            Ok("jobs{type=\"a\"} 4\nrest 1\n".to_owned()),
            &mut store,
            1_000,
        );
        let up = r#"up{job="observatory",instance="127.0.0.1:3000",service="gateway"}"#;
        assert_eq!(value(&store, up, 1_500), Some(1.0));
        assert_eq!(
            value(&store, r#"jobs{service="gateway",type="a"}"#, 1_500),
            Some(4.0)
        );
        scraper.store(Err(ScrapeError::TimedOut), &mut store, 6_000);
        assert_eq!(value(&store, up, 6_500), Some(0.0));
        assert_eq!(value(&store, "jobs", 6_500), None);
        assert_eq!(store.series(), 2);
    }

    #[test]
    fn series_that_disappears_ends() {
        let (mut scraper, mut store) = scraper();
        scraper.store(
            Ok("jobs{type=\"a\"} 4\njobs{type=\"b\"} 5\n".to_owned()),
            &mut store,
            1_000,
        );
        scraper.store(Ok("jobs{type=\"b\"} 6\n".to_owned()), &mut store, 6_000);
        assert_eq!(value(&store, "sum(jobs)", 6_500), Some(6.0));
    }
}
