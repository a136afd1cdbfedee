use std::fmt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::{Check, Finding, Fix, Group};

const DEFAULT_LIMIT: Duration = Duration::from_secs(10);

/// A check that has not run yet.
pub struct Probe {
    id: String,
    group: Group,
    title: String,
    limit: Duration,
    run: BoxFuture<'static, Finding>,
}

impl Probe {
    /// Creates a probe. `id` is stable, and unique in a checkup.
    pub fn new(
        id: impl Into<String>,
        group: Group,
        title: impl Into<String>,
        run: impl Future<Output = Finding> + Send + 'static,
    ) -> Self {
        Self {
            id: id.into(),
            group,
            title: title.into(),
            limit: DEFAULT_LIMIT,
            run: Box::pin(run),
        }
    }

    /// Creates a probe that blocks, for example on the file system. It runs on a thread of its own, which is abandoned at the
    /// time limit and does not delay the end of the process.
    pub fn blocking(
        id: impl Into<String>,
        group: Group,
        title: impl Into<String>,
        run: impl FnOnce() -> Finding + Send + 'static,
    ) -> Self {
        Self::new(id, group, title, async {
            let (sender, receiver) = oneshot::channel();
            std::thread::spawn(move || sender.send(run()));
            receiver.await.unwrap_or_else(|_| broken())
        })
    }

    /// Changes the time limit, which is 10 seconds.
    #[must_use]
    pub fn limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Returns what is checked, for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns what the check is part of.
    pub const fn group(&self) -> Group {
        self.group
    }

    /// Runs the probe within its time limit.
    pub(crate) async fn check(self, position: usize) -> Check {
        let run = AssertUnwindSafe(self.run).catch_unwind();
        let finding = match tokio::time::timeout(self.limit, run).await {
            Ok(Ok(finding)) => finding,
            Ok(Err(_)) => broken(),
            Err(_) => unfinished(self.limit),
        };
        Check {
            id: self.id,
            group: self.group,
            title: self.title,
            status: finding.status,
            detail: finding.detail,
            fix: finding.fix,
            position,
        }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

fn broken() -> Finding {
    let fix = Fix::new(
        "this is a bug in odd-dashboard: please report it, with the messages on standard error",
    );
    Finding::fail("the check itself failed", fix)
}

fn unfinished(limit: Duration) -> Finding {
    let fix =
        Fix::new("the machine or the server may be overloaded: run the check again in a moment");
    Finding::warn(format!("not finished within {limit:?}"), fix)
}
