use std::collections::BTreeSet;
use std::io::IsTerminal;

use odd_deploy::Service;
use serde::Serialize;

use crate::output::Printer;

/// A line of JSON on standard output that tells a program how far the start is, in addition to those of `serve`. Part of the
/// interface.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum ComposeEvent<'a> {
    /// Every container of a service is ready.
    ServiceReady { service: &'a str },
    /// A page answers at this URL.
    Page { id: &'a str, url: &'a str },
    /// The file with the token of an administrator.
    TokenFile { path: &'a str },
}

impl ComposeEvent<'_> {
    pub(super) fn print(&self, printer: Printer) {
        // A reader that has gone away must not stop the start.
        let _ = printer
            .with_json(false)
            .line(&serde_json::to_string(self).expect("has only strings"));
    }
}

/// Reports each service once, when all its containers are ready.
pub(super) struct Progress {
    printer: Printer,
    reported: BTreeSet<String>,
}

impl Progress {
    pub(super) const fn new(printer: Printer) -> Self {
        Self {
            printer,
            reported: BTreeSet::new(),
        }
    }

    pub(super) fn report(&mut self, containers: &[Service]) {
        for name in newly_ready(containers, &mut self.reported) {
            if std::io::stdout().is_terminal() {
                self.printer.note(&format!("{name} is ready"));
            } else {
                ComposeEvent::ServiceReady { service: name }.print(self.printer);
            }
        }
    }
}

fn newly_ready<'a>(containers: &'a [Service], reported: &mut BTreeSet<String>) -> Vec<&'a str> {
    let waiting: BTreeSet<&str> = containers
        .iter()
        .filter(|it| !it.is_ready())
        .map(|it| it.name.as_str())
        .collect();
    let names = containers.iter().map(|it| it.name.as_str());
    names
        .filter(|name| !waiting.contains(name) && reported.insert((*name).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn containers(states: &[(&str, &str)]) -> Vec<Service> {
        let of = |(name, health): &(&str, &str)| {
            let json = format!(r#"{{"Service":"{name}","State":"running","Health":"{health}"}}"#);
            serde_json::from_str(&json).expect("a container")
        };
        states.iter().map(of).collect()
    }

    #[test]
    fn service_with_two_containers_is_reported_once_both_are_ready() {
        let mut reported = BTreeSet::new();
        let one = containers(&[
            ("gateway", "healthy"),
            ("gateway", "starting"),
            ("web", "healthy"),
        ]);
        assert_eq!(newly_ready(&one, &mut reported), ["web"]);
        let both = containers(&[
            ("gateway", "healthy"),
            ("gateway", "healthy"),
            ("web", "healthy"),
        ]);
        assert_eq!(newly_ready(&both, &mut reported), ["gateway"]);
        assert!(newly_ready(&both, &mut reported).is_empty());
    }
}
