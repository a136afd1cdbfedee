use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use odd_client::Url;

use super::Progress;
use crate::launch::{LaunchTarget, Launcher, Started};

/// Log lines that are kept.
const LOG_LINES: usize = 200;

/// URLs that are kept.
const URLS: usize = 16;

/// The observatory that this interface has started, or can start.
#[derive(Debug, Default)]
pub(crate) struct Launch {
    /// How it is started; `None` where that is not possible.
    pub(crate) launcher: Option<Launcher>,
    /// What was started last.
    pub(crate) target: LaunchTarget,
    pub(crate) phase: LaunchPhase,
    pub(crate) pid: Option<u32>,
    /// Whether the interface was connected to another observatory since it was started.
    pub(crate) is_elsewhere: bool,
    pub(crate) progress: Progress,
    /// The roles that listen, with their URLs.
    urls: Vec<(String, String)>,
    pub(crate) token_file: Option<PathBuf>,
    /// The last lines of its log.
    pub(crate) log: VecDeque<String>,
}

/// What the observatory that this interface starts is doing. Times are since the start of the interface.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum LaunchPhase {
    /// This interface has started none.
    #[default]
    Idle,
    /// It starts.
    Starting { since: Duration },
    /// It runs.
    Running,
    /// It was asked to stop, and finishes the running jobs.
    Stopping { since: Duration },
    /// It has stopped as requested.
    Stopped,
    /// It has ended by itself, or could not be started.
    Failed { how: String },
}

/// What the log says about a failure, as every command reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    pub(crate) what: String,
    /// The reasons, outermost first.
    pub(crate) causes: Vec<String>,
    pub(crate) hint: Option<String>,
    pub(crate) is_address_in_use: bool,
}

impl Launch {
    pub(crate) fn new(launcher: Option<Launcher>) -> Self {
        Self {
            launcher,
            ..Self::default()
        }
    }

    /// Whether a process of this interface exists.
    pub(crate) fn is_alive(&self) -> bool {
        matches!(
            self.phase,
            LaunchPhase::Starting { .. } | LaunchPhase::Running | LaunchPhase::Stopping { .. }
        )
    }

    /// Whether it starts or stops.
    pub(crate) fn is_busy(&self) -> bool {
        self.is_alive() && self.phase != LaunchPhase::Running
    }

    pub(crate) fn begin(&mut self, target: LaunchTarget, now: Duration) {
        *self = Self {
            target,
            phase: LaunchPhase::Starting { since: now },
            progress: Progress::of(target),
            ..Self::new(self.launcher.take())
        };
    }

    pub(crate) fn add_role(&mut self, role: String, url: String) {
        self.progress.add_role(&role, &url);
        if self.urls.len() < URLS {
            self.urls.push((role, url));
        }
    }

    /// Returns where it answers, once it has announced that.
    pub(crate) fn started(&self) -> Option<Started> {
        let url = |name: &str| {
            let mut urls = self.urls.iter();
            let (_, url) = urls.find(|(role, _)| role == name)?;
            Url::parse(url).ok()
        };
        Some(Started {
            gateway: url("gateway")?,
            read_model: url("read-model")?,
            web: url("web"),
            token_file: self.token_file.clone(),
        })
    }

    pub(crate) fn add_log(&mut self, lines: Vec<String>) {
        self.log.extend(lines);
        let surplus = self.log.len().saturating_sub(LOG_LINES);
        self.log.drain(..surplus);
    }

    /// Finds the error that the process reported before it ended.
    pub(crate) fn diagnosis(&self) -> Option<Diagnosis> {
        let start = self
            .log
            .iter()
            .rposition(|line| line.starts_with("error: "))?;
        let rest = self.log.range(start..);
        let with = |prefix: &'static str| {
            let lines = rest.clone();
            lines.filter_map(move |line| line.strip_prefix(prefix).map(str::to_owned))
        };
        let causes: Vec<String> = with("cause: ").collect();
        Some(Diagnosis {
            what: with("error: ").next()?,
            is_address_in_use: causes.first().is_some_and(|cause| cause.contains("in use")),
            causes,
            hint: with("hint: ").next(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reported_error_is_found_in_the_log() {
        let mut launch = Launch::default();
        assert_eq!(launch.diagnosis(), None);
        let lines = [
            "INFO starting",
            "error: the gateway cannot listen on 127.0.0.1:3000",
            "cause: Address already in use (os error 98)",
            "hint: stop the program that uses the address",
        ];
        launch.add_log(lines.map(str::to_owned).to_vec());
        let found = launch.diagnosis().expect("an error");
        assert!(found.what.ends_with("127.0.0.1:3000"));
        assert!(found.is_address_in_use);
        assert_eq!(
            found.hint.as_deref(),
            Some("stop the program that uses the address")
        );
    }

    #[test]
    fn log_is_bounded() {
        let mut launch = Launch::default();
        launch.add_log((0..500).map(|line| line.to_string()).collect());
        assert_eq!(launch.log.len(), LOG_LINES);
        assert_eq!(launch.log.back().map(String::as_str), Some("499"));
    }
}
