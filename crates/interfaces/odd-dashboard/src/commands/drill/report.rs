use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use odd_client::inert;
use odd_contracts::{Alert, HealthSummary, Timestamp};
use odd_core::{Clock as _, SystemClock};
use serde::Serialize;

use super::run::Drill;
use super::timeline::{Entry, millis};

/// The result of a drill. It contains no secret, so that it can be shared.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) drill: &'static str,
    pub(super) outcome: Outcome,
    /// What should have happened and did not.
    pub(super) missing: Vec<String>,
    finished_at: Timestamp,
    took_ms: u64,
    /// Version of this program.
    version: &'static str,
    /// The rule of the alert.
    rule: &'static str,
    /// How long the condition of the rule must hold.
    rule_for: &'static str,
    /// From the start of the fault; absent if the source of alerts does not show pending alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_after_ms: Option<u64>,
    /// From the start of the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    firing_after_ms: Option<u64>,
    /// From the end of the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved_after_ms: Option<u64>,
    /// The alert as it fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<Alert>,
    /// The state of the deployment while the alert fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<HealthSummary>,
    timeline: Vec<Entry>,
    /// The jobs of the drill by status.
    jobs: BTreeMap<String, usize>,
    /// The text of the instructions for the alert.
    runbook: &'static str,
    #[serde(skip)]
    breaks: &'static str,
}

/// The outcome of a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// Everything was observed.
    Passed,
    /// Something was not.
    Failed,
    /// A signal or the time limit ended the drill.
    Interrupted,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

impl Report {
    /// Describes a drill that has ended.
    pub(super) fn of(drill: &Drill<'_>, was_interrupted: bool) -> Self {
        let missing = drill.timeline.missing();
        let outcome = match (was_interrupted, missing.is_empty()) {
            (true, _) => Outcome::Interrupted,
            (false, true) => Outcome::Passed,
            (false, false) => Outcome::Failed,
        };
        let rule = drill.scenario.rule();
        let observed = &drill.observed;
        let ms = |duration: Option<Duration>| duration.map(millis);
        Self {
            drill: drill.scenario.name,
            breaks: drill.scenario.breaks,
            outcome,
            missing,
            finished_at: SystemClock.now(),
            took_ms: millis(drill.timeline.elapsed()),
            version: env!("CARGO_PKG_VERSION"),
            rule: &rule.name,
            rule_for: rule.hold.as_str(),
            pending_after_ms: ms(observed.pending_after.get()),
            firing_after_ms: ms(observed.firing_after.get()),
            resolved_after_ms: ms(observed.resolved_after.get()),
            alert: observed.alert.borrow().clone(),
            health: observed.health.borrow().clone(),
            timeline: drill.timeline.entries(),
            jobs: drill.jobs.counts(),
            runbook: drill.scenario.runbook,
        }
    }

    /// Renders the outcome for people.
    pub(super) fn text(&self) -> String {
        let seconds = self.took_ms as f64 / 1_000.0;
        let mut text = format!(
            "The drill {} {} ({seconds:.0} s)\n",
            self.drill,
            self.verdict()
        );
        for missing in &self.missing {
            text.push_str(&format!("  missing: {}\n", inert(missing)));
        }
        text
    }

    fn verdict(&self) -> &'static str {
        match self.outcome {
            Outcome::Passed => "passed: the alert fired, and the deployment recovered",
            Outcome::Failed => "failed: not everything was observed",
            Outcome::Interrupted => "was interrupted",
        }
    }

    /// Renders the whole report as Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut page = format!("# Drill: {}\n\n", self.drill);
        self.write(&mut page)
            .expect("writing to a String cannot fail");
        page
    }

    fn write(&self, page: &mut String) -> std::fmt::Result {
        writeln!(page, "{}\n", self.text().trim_end())?;
        writeln!(page, "| | |\n| --- | --- |")?;
        writeln!(page, "| What broke | {} |", self.breaks)?;
        writeln!(page, "| Outcome | {} |", self.outcome.as_str())?;
        writeln!(page, "| Finished | {} |", self.finished_at)?;
        writeln!(page, "| Version | {} |", self.version)?;
        writeln!(page, "| Alert | {}, after {} |", self.rule, self.rule_for)?;
        for (name, ms) in [
            ("Pending after the fault", self.pending_after_ms),
            ("Firing after the fault", self.firing_after_ms),
            (
                "Resolved after the end of the fault",
                self.resolved_after_ms,
            ),
        ] {
            let text = ms.map_or("not observed".to_owned(), |ms| {
                format!("{:.1} s", ms as f64 / 1_000.0)
            });
            writeln!(page, "| {name} | {text} |")?;
        }
        let jobs = self.jobs.iter();
        let jobs: Vec<_> = jobs
            .map(|(status, count)| format!("{count} {status}"))
            .collect();
        writeln!(page, "| Jobs of the drill | {} |", jobs.join(", "))?;
        writeln!(
            page,
            "\n## Timeline\n\n| Time | After | Event |\n| --- | --- | --- |"
        )?;
        for entry in &self.timeline {
            let seconds = entry.after_ms as f64 / 1_000.0;
            let event = inert(&entry.event).replace('|', "\\|");
            writeln!(page, "| {} | {seconds:.1} s | {event} |", entry.at)?;
        }
        if let Some(alert) = &self.alert {
            writeln!(page, "\n## Alert\n\n{}\n", inert(&alert.summary))?;
            let rows = [
                ("What to do first", alert.action.as_deref()),
                ("Runbook", alert.runbook_url.as_deref()),
                ("Dashboard", alert.dashboard_url.as_deref()),
            ];
            for (name, text) in rows {
                writeln!(page, "- {name}: {}", inert(text.unwrap_or("not given")))?;
            }
        }
        if let Some(health) = &self.health {
            let summary = inert(&health.summary);
            let status = health.status.as_str();
            writeln!(
                page,
                "\n## Health while the alert fired\n\n{status}: {summary}\n"
            )?;
            for cause in &health.causes {
                let text = inert(&cause.summary);
                writeln!(
                    page,
                    "- {}, since {}: {text}",
                    cause.status.as_str(),
                    cause.since
                )?;
            }
        }
        writeln!(page, "\n## Runbook\n\n{}", quoted(self.runbook))
    }
}

/// Quotes a page, so that its headings are not those of the report.
fn quoted(page: &str) -> String {
    let lines = page
        .lines()
        .map(|line| format!("> {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}
