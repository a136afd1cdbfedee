//! The comparison of an observatory without telemetry with one whose telemetry is on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use odd_client::Url;
use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::AbortOnDropHandle;

use crate::commands::bench::round::Round;
use crate::failure::Failure;

/// Time between two scrapes: a third of Prometheus' default, so that short rounds have some.
const SCRAPE_EVERY: Duration = Duration::from_secs(5);

/// Time without an export after which none is expected: twice the time that spans wait for their export.
const QUIET: Duration = Duration::from_secs(2);

/// Longest wait for that.
const QUIET_LIMIT: Duration = Duration::from_secs(15);

/// An OTLP receiver in this process. It accepts every export and keeps only counts.
pub(super) struct Collector {
    url: String,
    counts: Arc<Counts>,
    _accepting: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Counts {
    exports: AtomicU64,
    bytes: AtomicU64,
}

impl Collector {
    pub(super) async fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let counts = Arc::new(Counts::default());
        let accepting = tokio::spawn(accept(listener, Arc::clone(&counts)));
        Ok(Self {
            url,
            counts,
            _accepting: AbortOnDropHandle::new(accepting),
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the received exports and their bytes.
    pub(super) fn received(&self) -> (u64, u64) {
        let Counts { exports, bytes } = &*self.counts;
        (
            exports.load(Ordering::Relaxed),
            bytes.load(Ordering::Relaxed),
        )
    }

    /// Waits until no exports arrive, for a limited time.
    pub(super) async fn wait_until_quiet(&self) {
        let quiet = async {
            let mut before = None;
            while before != Some(self.received()) {
                before = Some(self.received());
                tokio::time::sleep(QUIET).await;
            }
        };
        // The figures of the next round are less exact otherwise.
        let _ = tokio::time::timeout(QUIET_LIMIT, quiet).await;
    }

    /// Forgets what was received.
    pub(super) fn reset(&self) {
        self.counts.exports.store(0, Ordering::Relaxed);
        self.counts.bytes.store(0, Ordering::Relaxed);
    }
}

async fn accept(listener: TcpListener, counts: Arc<Counts>) {
    // The only clients are the exporters of one observatory: as many connections as it has roles.
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(receive(stream, Arc::clone(&counts)));
    }
}

async fn receive(stream: TcpStream, counts: Arc<Counts>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let counts = Arc::clone(&counts);
        async move {
            let body = request.into_body().collect().await?.to_bytes();
            counts.exports.fetch_add(1, Ordering::Relaxed);
            counts.bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
            // An empty ExportTraceServiceResponse: everything is accepted.
            Ok::<_, hyper::Error>(Response::new(Empty::<Bytes>::new()))
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // An exporter that goes away ends its connection.
    let _ = connection.await;
}

/// Reads the metrics of every role at regular intervals until it is dropped.
pub(super) fn scrape(roles: Vec<Url>) -> Result<AbortOnDropHandle<()>, Failure> {
    // Other code in the process may have installed the same provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(SCRAPE_EVERY)
        .build();
    let client = client.map_err(anyhow::Error::from)?;
    let mut urls = Vec::new();
    for role in roles {
        urls.push(role.join("/metrics").map_err(anyhow::Error::from)?);
    }
    let scraping = async move {
        let mut tick = tokio::time::interval(SCRAPE_EVERY);
        loop {
            tick.tick().await;
            for url in &urls {
                // A busy role may be late; the next scrape comes soon.
                let Ok(answer) = client.get(url.clone()).send().await else {
                    continue;
                };
                let _ = answer.bytes().await;
            }
        }
    };
    Ok(AbortOnDropHandle::new(tokio::spawn(scraping)))
}

/// The rounds with telemetry, and how they compare.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Comparison {
    pub(super) rounds: Vec<Round>,
    /// Median over all pairs of rounds: finished jobs per second with telemetry, relative to those without.
    pub(super) rate_ratio: Option<f64>,
    /// Median over all pairs of rounds: CPU time of the server per job with telemetry, relative to that without.
    pub(super) cpu_ratio: Option<f64>,
    pub(super) exports: u64,
    pub(super) exported_bytes: u64,
}

impl Comparison {
    pub(super) fn new(plain: &[Round], rounds: Vec<Round>, collector: &Collector) -> Self {
        let pairs = || plain.iter().zip(&rounds);
        let rates =
            pairs().map(|(plain, with)| with.finished_per_second / plain.finished_per_second);
        let cpu = |round: &Round| round.server_cpu_seconds_per_1000_jobs;
        let cpus = pairs().filter_map(|(plain, with)| Some(cpu(with)? / cpu(plain)?));
        let (exports, exported_bytes) = collector.received();
        Self {
            rate_ratio: median(rates.collect()),
            cpu_ratio: median(cpus.collect()),
            rounds,
            exports,
            exported_bytes,
        }
    }
}

/// Returns the middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    match values.len() % 2 {
        0 => Some(f64::midpoint(values[middle - 1], upper)),
        _ => Some(upper),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_the_middle_of_the_sorted_values() {
        assert_eq!(median(Vec::new()), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }
}
