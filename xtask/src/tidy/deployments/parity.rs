use std::collections::BTreeSet;
use std::fmt::Display;

use super::compose::SERVICES;
use super::exceptions::{self, Difference};
use super::kubernetes::BASE;
use super::service::{Service, Services};
use crate::tidy::Finding;

/// Compares the services of the deployments.
pub(super) fn compare(
    compose: &Services,
    kubernetes: &Services,
    differences: &[Difference],
) -> Vec<Finding> {
    let mut comparison = Comparison {
        differences,
        used: BTreeSet::new(),
        findings: Vec::new(),
    };
    for (name, service) in compose {
        match kubernetes.get(name) {
            Some(other) => comparison.services(name, service, other),
            None => comparison.refuse(BASE, format!("lacks the service `{name}` of compose")),
        }
    }
    for name in kubernetes
        .keys()
        .filter(|name| !compose.contains_key(*name))
    {
        comparison.refuse(
            SERVICES,
            format!("lacks the service `{name}` of Kubernetes"),
        );
    }
    comparison.conclude()
}

struct Comparison<'a> {
    differences: &'a [Difference],
    /// Indexes of the differences that exist.
    used: BTreeSet<usize>,
    findings: Vec<Finding>,
}

impl Comparison<'_> {
    fn services(&mut self, name: &str, compose: &Service, kubernetes: &Service) {
        if compose.image != kubernetes.image {
            let (one, other) = (&compose.image, &kubernetes.image);
            self.refuse(
                BASE,
                format!("runs `{name}` as {other}, and compose as {one}"),
            );
        }
        for port in compose.ports.symmetric_difference(&kubernetes.ports) {
            if !self.is_excepted(|it| it.service == name && it.port == Some(*port)) {
                let place = if compose.ports.contains(port) {
                    BASE
                } else {
                    SERVICES
                };
                self.refuse(place, format!("lacks the port {port} of `{name}`"));
            }
        }
        self.variables(name, compose, kubernetes);
    }

    fn variables(&mut self, name: &str, compose: &Service, kubernetes: &Service) {
        let names = compose.variables.keys().chain(kubernetes.variables.keys());
        for variable in names.collect::<BTreeSet<_>>() {
            let values = (
                compose.variables.get(variable),
                kubernetes.variables.get(variable),
            );
            let place = match values {
                (Some(one), Some(other)) if one == other => continue,
                (None, _) => SERVICES,
                _ => BASE,
            };
            if !self.is_excepted(|it| it.service == name && it.variable.as_ref() == Some(variable))
            {
                let problem = match values {
                    (Some(_), Some(_)) => "sets another value of",
                    _ => "does not set",
                };
                self.refuse(place, format!("{problem} `{variable}` for `{name}`"));
            }
        }
    }

    fn is_excepted(&mut self, is_it: impl Fn(&Difference) -> bool) -> bool {
        let index = self.differences.iter().position(is_it);
        self.used.extend(index);
        index.is_some()
    }

    fn refuse(&mut self, place: impl Display, message: String) {
        self.findings.push(Finding::error(place, message));
    }

    /// Reports the differences that do not exist.
    fn conclude(mut self) -> Vec<Finding> {
        for (index, it) in self.differences.iter().enumerate() {
            if !self.used.contains(&index) {
                let message = format!("names a difference of `{}` that does not exist", it.service);
                self.findings
                    .push(Finding::error(exceptions::FILE, message));
            }
        }
        self.findings
    }
}
