use std::sync::Arc;

use odd_core::ports::{AlertBook, Clock, ErrorChain};
use odd_promql::Limits;
use tokio::sync::Notify;
use tokio::time::{Duration, MissedTickBehavior, interval};

use super::config::AlertingConfig;
use super::rules::{InvalidRule, RuleSet};
use super::scraper::Scraper;
use super::webhook::Webhook;
use crate::metrics::EngineMetrics;

/// Scrapes the roles, evaluates the rules and delivers notifications.
pub(crate) struct Alerting {
    rules: RuleSet,
    scrapers: Vec<Scraper>,
    interval: Duration,
    webhook: Option<Webhook>,
    created: Arc<Notify>,
    book: Arc<dyn AlertBook>,
    /// Whether the latest write failed.
    save_failed: bool,
    clock: Arc<dyn Clock>,
    metrics: Arc<EngineMetrics>,
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
        let now_ms = clock.now().as_micros() / 1_000;
        let interval_ms = i64::try_from(config.interval.as_millis()).unwrap_or(i64::MAX);
        rules.restore(book.read().firing(), now_ms, interval_ms);
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
            scrapers: config.targets.iter().map(scraper).collect(),
            rules,
            interval: config.interval,
            webhook,
            created,
            book,
            save_failed: false,
            clock,
            metrics,
        })
    }

    /// Runs until dropped.
    pub(crate) async fn run(mut self) {
        let delivering = self.webhook.take();
        let notify = delivering.is_some();
        let delivering = async move {
            match delivering {
                Some(webhook) => webhook.run().await,
                None => std::future::pending().await,
            }
        };
        let evaluating = async {
            let mut ticks = interval(self.interval);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                self.evaluate(notify).await;
            }
        };
        tokio::join!(delivering, evaluating);
    }

    async fn evaluate(&mut self, notify: bool) {
        let fetching = self.scrapers.iter().map(Scraper::fetch);
        let scraped = futures_util::future::join_all(fetching).await;
        let now = self.clock.now();
        let at_ms = now.as_micros() / 1_000;
        let mut refused = 0;
        for (scraper, scraped) in self.scrapers.iter_mut().zip(scraped) {
            refused += scraper.store(scraped, &mut self.rules.store, at_ms);
        }
        if refused > 0 {
            tracing::warn!(refused, "the samples of some series do not fit into memory");
        }
        let found = self.rules.evaluate(at_ms);
        let recorded = self.book.record(found, now, notify).await;
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
