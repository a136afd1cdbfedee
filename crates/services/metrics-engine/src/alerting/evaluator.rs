use std::sync::Arc;

use odd_contracts::{Alert, Timestamp};
use odd_core::ports::{AlertBook, Clock, ErrorChain};
use odd_promql::Limits;
use tokio::sync::Notify;
use tokio::time::{Duration, MissedTickBehavior, interval};

use super::config::AlertingConfig;
use super::rules::{InvalidRule, RuleSet};
use super::scraper::{ScrapeError, Scraper};
use super::timeline::{Moment, Timeline};
use super::webhook::Webhook;
use crate::metrics::EngineMetrics;

type Scraped = Result<String, ScrapeError>;

/// Scrapes the roles, evaluates the rules and delivers notifications.
pub(crate) struct Alerting {
    evaluation: Evaluation,
    interval: Duration,
    webhook: Option<Webhook>,
    recorder: Recorder,
}

/// What an evaluation reads and changes. Meanwhile it is on a thread that may block: the evaluation of many series takes long.
struct Evaluation {
    rules: RuleSet,
    scrapers: Vec<Scraper>,
}

/// Stores the results.
struct Recorder {
    created: Arc<Notify>,
    book: Arc<dyn AlertBook>,
    /// Whether the latest write failed.
    save_failed: bool,
    metrics: Arc<EngineMetrics>,
    clock: Arc<dyn Clock>,
    timeline: Timeline,
}

impl Alerting {
    /// Continues the alerts in `book`.
    pub(crate) fn new(
        config: AlertingConfig,
        book: Arc<dyn AlertBook>,
        clock: Arc<dyn Clock>,
        metrics: Arc<EngineMetrics>,
    ) -> Result<Self, InvalidRule> {
        let mut rules = RuleSet::new(config.rules, Limits::default())?;
        let now = clock.now();
        rules.restore(&book.read(), now, config.interval);
        let client = client();
        let created = Arc::new(Notify::new());
        let webhook = config.webhook.map(|webhook| Webhook {
            config: webhook,
            client: client.clone(),
            book: Arc::clone(&book),
            clock: Arc::clone(&clock),
            metrics: Arc::clone(&metrics),
            created: Arc::clone(&created),
        });
        let scraper = |target| Scraper::new(client.clone(), target, config.token.clone());
        Ok(Self {
            evaluation: Evaluation {
                scrapers: config.targets.iter().map(scraper).collect(),
                rules,
            },
            interval: config.interval,
            webhook,
            recorder: Recorder {
                created,
                book,
                save_failed: false,
                metrics,
                timeline: Timeline::start(now),
                clock,
            },
        })
    }

    /// Returns where the alerts are kept.
    pub(crate) fn book(&self) -> Arc<dyn AlertBook> {
        self.recorder.book.clone()
    }

    /// Runs until dropped.
    pub(crate) async fn run(self) {
        let Self {
            mut evaluation,
            mut recorder,
            webhook,
            ..
        } = self;
        let notify = webhook.is_some();
        let delivering = async move {
            match webhook {
                Some(webhook) => webhook.run().await,
                None => std::future::pending().await,
            }
        };
        let evaluating = async {
            let mut ticks = interval(self.interval);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let scraped = evaluation.scrape().await;
                let moment = recorder.timeline.now(recorder.clock.now());
                let found;
                (evaluation, found) = evaluation.evaluate(scraped, moment).await;
                recorder.record(found, moment.wall, notify).await;
            }
        };
        tokio::join!(delivering, evaluating);
    }
}

impl Evaluation {
    async fn scrape(&self) -> Vec<Scraped> {
        let fetching = self.scrapers.iter().map(Scraper::fetch);
        futures_util::future::join_all(fetching).await
    }

    /// Evaluates the rules on a thread that may block. Returns the alerts that are pending or firing.
    async fn evaluate(mut self, scraped: Vec<Scraped>, moment: Moment) -> (Self, Vec<Alert>) {
        let evaluating = tokio::task::spawn_blocking(move || {
            let found = self.evaluate_blocking(scraped, moment);
            (self, found)
        });
        match evaluating.await {
            Ok(evaluated) => evaluated,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime ends.
            Err(_) => std::future::pending().await,
        }
    }

    fn evaluate_blocking(&mut self, scraped: Vec<Scraped>, moment: Moment) -> Vec<Alert> {
        let mut refused = 0;
        for (scraper, scraped) in self.scrapers.iter_mut().zip(scraped) {
            refused += scraper.store(scraped, &mut self.rules.store, moment.at_ms);
        }
        if refused > 0 {
            tracing::warn!(
                refused,
                "some samples are not stored: their series do not fit into memory, or appear twice in one response"
            );
        }
        self.rules.evaluate(moment)
    }
}

impl Recorder {
    async fn record(&mut self, found: Vec<Alert>, at: Timestamp, notify: bool) {
        let recorded = self.book.record(found, at, notify).await;
        for _ in 0..recorded.dropped {
            self.metrics.count_notification(false);
        }
        self.save().await;
        self.created.notify_one();
    }

    /// Makes the alerts durable. A write that fails is repeated after the next evaluation.
    async fn save(&mut self) {
        let failed_before = self.save_failed;
        let saved = self.book.save().await;
        self.save_failed = saved.is_err();
        match saved {
            Err(error) if !failed_before => {
                tracing::error!(error = %ErrorChain(&error), "the alerts cannot be made durable");
            }
            Ok(()) if failed_before => tracing::info!("the alerts are durable again"),
            _ => {}
        }
    }
}

/// Requests go to the configured addresses only: no proxy, no redirects.
fn client() -> reqwest::Client {
    // The first installation counts for the process; every role installs the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(2)
        .build()
        .expect("a client with fixed options can be built")
}
