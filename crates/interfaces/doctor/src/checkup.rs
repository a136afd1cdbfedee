use tokio::task::JoinSet;

use crate::{Check, Probe, Report};

/// Probes that run at the same time. Dropping it stops them.
#[derive(Debug)]
pub struct Checkup {
    running: JoinSet<Check>,
    /// The title of each probe, by its position; `None` once its check was returned.
    waiting: Vec<Option<String>>,
}

impl Checkup {
    /// Starts every probe. Needs a tokio runtime with timers and I/O.
    pub fn start(probes: Vec<Probe>) -> Self {
        let titles = probes.iter().map(|probe| Some(probe.title().to_owned()));
        let waiting = titles.collect();
        let mut running = JoinSet::new();
        for (position, probe) in probes.into_iter().enumerate() {
            running.spawn(probe.check(position));
        }
        Self { running, waiting }
    }

    /// Returns the next check that has finished, or `None` after the last one. It can be cancelled and called again.
    pub async fn next(&mut self) -> Option<Check> {
        let joined = self.running.join_next().await?;
        let check = joined.expect("a probe catches its panics and is not aborted");
        self.waiting[check.position] = None;
        Some(check)
    }

    /// Returns the titles of the checks that have not finished, in the order of the probes.
    pub fn waiting(&self) -> impl Iterator<Item = &str> {
        self.waiting.iter().flatten().map(String::as_str)
    }

    /// Waits for every check.
    pub async fn finish(mut self) -> Report {
        let mut checks = Vec::new();
        while let Some(check) = self.next().await {
            checks.push(check);
        }
        Report::new(checks)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{CheckStatus, Finding, Group};

    fn probe(id: &str, run: impl Future<Output = Finding> + Send + 'static) -> Probe {
        Probe::new(id, Group::Machine, id, run)
    }

    async fn after(seconds: u64) -> Finding {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Finding::ok(seconds.to_string())
    }

    #[tokio::test(start_paused = true)]
    async fn checks_are_returned_as_they_finish_and_reported_in_order() {
        let probes = || {
            vec![
                probe("slow", after(3)),
                probe("quick", after(1)),
                probe("middle", after(2)),
            ]
        };
        let mut checkup = Checkup::start(probes());
        let began = tokio::time::Instant::now();
        let first = checkup.next().await.expect("three checks");
        assert_eq!(first.id, "quick");
        assert_eq!(checkup.waiting().collect::<Vec<_>>(), ["slow", "middle"]);
        let report = Checkup::start(probes()).finish().await;
        // All at the same time: not the sum of the three.
        assert!(began.elapsed() < Duration::from_secs(5));
        let ids: Vec<_> = report
            .checks
            .iter()
            .map(|check| check.id.as_str())
            .collect();
        assert_eq!(ids, ["slow", "quick", "middle"]);
    }

    #[tokio::test(start_paused = true)]
    async fn probe_that_hangs_ends_at_its_limit() {
        let limit = Duration::from_secs(2);
        let hangs = probe("hangs", std::future::pending()).limit(limit);
        let report = Checkup::start(vec![hangs, probe("works", after(0))])
            .finish()
            .await;
        assert_eq!(report.checks[0].detail, "not finished within 2s");
        assert_eq!(report.checks[0].status, CheckStatus::Warn);
        assert_eq!(report.checks[1].status, CheckStatus::Ok);
    }

    #[tokio::test]
    async fn panic_of_a_probe_is_reported_as_a_failed_check() {
        let panics = probe("panics", async { panic!("a bug") });
        let blocks = Probe::blocking("blocks", Group::Machine, "blocks", || panic!("a bug"));
        let report = Checkup::start(vec![panics, blocks]).finish().await;
        for check in &report.checks {
            assert_eq!(check.status, CheckStatus::Fail);
            assert!(check.fix.is_some());
        }
    }
}
