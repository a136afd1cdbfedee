use std::collections::BTreeSet;
use std::io::IsTerminal;

use serde::Serialize;

use crate::output::Printer;

/// A line of JSON on standard output that tells a program how far the start is, in addition to those of `serve`. Part of the
/// interface.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(in crate::commands) enum StartEvent<'a> {
    /// A step has begun or ended.
    Step { name: &'a str, state: StepState },
    /// Every container of a service is ready.
    ServiceReady { service: &'a str },
    /// A pod does not start; it may still do.
    PodProblem {
        pod: &'a str,
        reason: &'a str,
        message: &'a str,
    },
    /// The checks of `gate` have ended.
    Gate { passed: bool },
    /// A page answers at this URL.
    Page { id: &'a str, url: &'a str },
    /// The file with the token of an administrator.
    TokenFile { path: &'a str },
    /// The file that gives `kubectl` access to the cluster.
    Kubeconfig { path: &'a str },
}

/// Whether a step has begun or ended.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::commands) enum StepState {
    Started,
    Done,
}

impl StartEvent<'_> {
    /// Prints the line.
    pub(in crate::commands) fn print(&self, printer: Printer) {
        // A reader that has gone away must not stop the start.
        let _ = printer
            .with_json(false)
            .line(&serde_json::to_string(self).expect("has only strings"));
    }

    /// Prints the line for a program, or the text for people.
    pub(in crate::commands) fn report(&self, printer: Printer, text: &str) {
        match std::io::stdout().is_terminal() {
            true => printer.note(text),
            false => self.print(printer),
        }
    }

    /// Prints the line if a program reads it.
    pub(in crate::commands) fn report_to_program(&self, printer: Printer) {
        if !std::io::stdout().is_terminal() {
            self.print(printer);
        }
    }
}

/// Reports each service once, when all its containers are ready.
pub(in crate::commands) struct Progress {
    printer: Printer,
    reported: BTreeSet<String>,
}

impl Progress {
    pub(in crate::commands) const fn new(printer: Printer) -> Self {
        Self {
            printer,
            reported: BTreeSet::new(),
        }
    }

    /// Takes the name of each container's service, and whether the container is ready.
    pub(in crate::commands) fn report<'a>(
        &mut self,
        containers: impl Iterator<Item = (&'a str, bool)> + Clone,
    ) {
        for service in newly_ready(containers, &mut self.reported) {
            StartEvent::ServiceReady { service }
                .report(self.printer, &format!("{service} is ready"));
        }
    }
}

fn newly_ready<'a>(
    containers: impl Iterator<Item = (&'a str, bool)> + Clone,
    reported: &mut BTreeSet<String>,
) -> Vec<&'a str> {
    let waiting: BTreeSet<&str> = containers
        .clone()
        .filter_map(|(name, is_ready)| (!is_ready).then_some(name))
        .collect();
    containers
        .map(|(name, _)| name)
        .filter(|name| !waiting.contains(name) && reported.insert((*name).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_with_two_containers_is_reported_once_both_are_ready() {
        let mut reported = BTreeSet::new();
        let mut newly = |containers: &[(&'static str, bool)]| {
            newly_ready(containers.iter().copied(), &mut reported)
        };
        let one = [("gateway", true), ("gateway", false), ("web", true)];
        assert_eq!(newly(&one), ["web"]);
        let both = [("gateway", true), ("gateway", true), ("web", true)];
        assert_eq!(newly(&both), ["gateway"]);
        assert!(newly(&both).is_empty());
    }
}
